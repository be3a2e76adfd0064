"""``mcp-tui add``: one more server in config.toml, which is otherwise left as it is, to the byte."""

from __future__ import annotations

from pathlib import Path

import click
import tomli_w

from mcp_tui import config as configuration
from mcp_tui.cli.headless import ready, run, running
from mcp_tui.errors import ConfigError, ExitCode, UnauthorizedError, UnreachableError
from mcp_tui.settings import Config


def run_add(config_file: Path | None, *, name: str, url: str, transport: str | None, check: bool) -> None:
    """Append a server; unless told not to, find out first how it is reached, and refuse one that is not."""
    path = _file(config_file)
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    _refuse_taken(name, text, path)
    candidates = [transport] if transport else _transports(url)
    # The address is checked before anything is connected to.
    drafts = [(each, _render(name, url, each)) for each in candidates]
    configs = [(each, draft, configuration.parse(draft, path)) for each, draft in drafts]

    async def main() -> int:
        chosen = await _first_that_answers(configs) if check else configs[0][:2]
        _append(path, text, chosen[1])
        click.echo(f"{path}: added {name} at {url} ({chosen[0]})")
        return ExitCode.DONE

    run(main)


def _file(config_file: Path | None) -> Path:
    """The file to add to: the one that would be read, or else the user's own, which may not exist yet."""
    try:
        return configuration.find(config_file)[0]
    except ConfigError:
        return configuration.user_file()


def _refuse_taken(name: str, text: str, path: Path) -> None:
    if name in [server.name for server in configuration.parse(text, path).servers]:
        raise ConfigError(f"{path}: there is a server named {name!r} already", hint="Choose another name.")


def _transports(url: str) -> list[str]:
    found = ["streamable-http", "sse"]
    return found[::-1] if url.rstrip("/").endswith("/sse") else found


def _render(name: str, url: str, transport: str) -> str:
    entry = {"url": url} if transport == "streamable-http" else {"url": url, "transport": transport}
    return tomli_w.dumps({"servers": {name: entry}})


async def _first_that_answers(configs: list[tuple[str, str, Config]]) -> tuple[str, str]:
    reasons: list[str] = []
    for transport, draft, config in configs:
        try:
            async with running(config) as hub:
                await ready(hub, config.servers[0].name)
        except UnauthorizedError:
            # It is there; the headers it wants are for the user to add.
            click.echo("mcp-tui: the server wants credentials: add headers to its entry", err=True)
            return transport, draft
        except UnreachableError as error:
            reasons.append(f"{transport}: {error.message}")
        else:
            return transport, draft
    raise UnreachableError("; ".join(reasons), hint="Nothing was added. --no-check adds it all the same.")


def _append(path: Path, text: str, draft: str) -> None:
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    # What is appended must mean what it says: a file with ``servers = {}`` in it cannot take a [servers.NAME].
    configuration.parse(f"{text}{gap}{draft}", path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{gap}{draft}")
