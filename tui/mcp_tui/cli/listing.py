"""What servers offer, listed; one of it chosen by its name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from mcp_tui.cli.headless import load, ready, run, running
from mcp_tui.core.offers import Prompt
from mcp_tui.core.status import ServerStatus, Tool
from mcp_tui.core.text import clean, escaped
from mcp_tui.errors import ConfigError, ExitCode, McpTuiError

_Named = TypeVar("_Named", Tool, Prompt)


def run_listing(
    config_file: Path | None, server: str | None, show: Callable[[ServerStatus], Iterable[str]]
) -> None:
    """Print what ``show`` says of every enabled server, or of ``server``."""
    config = load(config_file, [server] if server else [])

    async def main() -> int:
        code = ExitCode.DONE
        async with running(config) as hub:
            for settings in config.servers:
                if not settings.enabled and server is None:
                    continue
                try:
                    status = await ready(hub, settings.name)
                except McpTuiError as error:
                    click.echo(f"mcp-tui: {clean(error.message)}", err=True)
                    code = max(code, error.exit_code) if code else error.exit_code
                    continue
                for line in show(status):
                    click.echo(line)
        return code

    run(main)


def chosen(status: ServerStatus, noun: str, offered: Sequence[_Named], name: str) -> _Named:
    """The one of that name. Raises ConfigError."""
    names = [each.name for each in offered]
    if name in names:
        return offered[names.index(name)]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(names) or 'none'}."
    raise ConfigError(f"{status.name} has no {noun} {name!r}", hint=hint)


def head(server: str, name: str, description: str) -> str:
    """The first line of an entry."""
    summary = description.partition("\n")[0]
    return click.style(f"{server} {name}", bold=True) + (f"  {summary}" if summary else "")


def as_line(fields: dict[str, Any]) -> str:
    """An entry as one line of NDJSON."""
    return escaped(msgspec.json.encode(fields).decode())
