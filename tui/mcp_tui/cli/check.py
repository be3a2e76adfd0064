"""``mcp-tui check``: is everything there?"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from mcp_tui.cli.headless import load, run, running
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.core.text import escaped
from mcp_tui.errors import ConfigError, ExitCode


def run_check(config_file: Path | None, *, as_json: bool) -> None:
    """Connect to every server once; exit 3 when one could not be reached, 4 when one wants credentials."""
    config = load(config_file)
    names = [server.name for server in config.servers]
    if not names:
        raise ConfigError(f"{config.path}: it names no servers", hint="Add one: mcp-tui add NAME URL.")
    width = max(map(len, names))

    async def main() -> int:
        async with running(config) as hub:
            found: list[ServerStatus] = []
            for name in names:
                # Each as soon as it is known, in the order of the file.
                (status,) = await hub.verdicts([name])
                click.echo(_json(status) if as_json else _line(status, width))
                found.append(status)
        return _exit_code(found)

    run(main)


def _exit_code(found: list[ServerStatus]) -> ExitCode:
    states = {status.state for status in found}
    if states & {State.WAITING, State.FAILED}:
        return ExitCode.UNREACHABLE
    return ExitCode.UNAUTHORIZED if State.UNAUTHORIZED in states else ExitCode.DONE


def _line(status: ServerStatus, width: int) -> str:
    head = f"{status.name:<{width}}  {_word(status.state):<12}"
    if status.state is State.READY:
        latency = f"{(status.latency or 0) * 1000:.0f} ms"
        count = len(status.tools)
        tools = f"{count} tool{'' if count == 1 else 's'}"
        return f"{head}  {status.protocol} ({status.era})  {status.transport}  {latency}  {tools}"
    reason = "  ".join(part for part in (status.reason, status.hint) if part)
    return f"{head}  {status.address}  {reason}".rstrip()


def _word(state: State) -> str:
    """One try was made and none follows, so there is nothing to be waiting for."""
    return "unreachable" if state is State.WAITING else str(state)


def _json(status: ServerStatus) -> str:
    latency = None if status.latency is None else round(status.latency * 1000, 3)
    fields = {
        "server": status.name,
        "state": _word(status.state),
        "transport": status.transport,
        "address": status.address,
        "era": status.era or None,
        "protocol": status.protocol or None,
        "latency_ms": latency,
        "tools": len(status.tools),
        "reason": status.reason or None,
        "hint": status.hint or None,
    }
    return escaped(msgspec.json.encode(fields).decode())
