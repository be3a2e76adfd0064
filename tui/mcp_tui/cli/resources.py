"""``mcp-tui resources`` and ``mcp-tui read``: which there are, and what one holds."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from mcp_tui.cli import logs
from mcp_tui.cli.headless import load, run_request
from mcp_tui.cli.listing import as_line, head, run_listing
from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Resource, ResourceContents, ResourceResult, ResourceTemplate
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import escaped
from mcp_tui.errors import ConfigError, McpTuiError


def run_resources(config_file: Path | None, server: str | None, *, as_json: bool) -> None:
    """List the resources and the templates of every enabled server, or of ``server``."""
    show = _json if as_json else _text

    def lines(status: ServerStatus) -> Iterable[str]:
        return [show(status.name, offered) for offered in (*status.resources, *status.templates)]

    run_listing(config_file, server, lines)


def _json(server: str, offered: Resource | ResourceTemplate) -> str:
    where = {"uri": offered.uri} if isinstance(offered, Resource) else {"uriTemplate": offered.uri_template}
    size = {"size": offered.size} if isinstance(offered, Resource) else {}
    return as_line(
        {
            "server": server,
            **where,
            "name": offered.name,
            "title": offered.title or None,
            "description": offered.description or None,
            "mimeType": offered.mime_type or None,
            **size,
        }
    )


def _text(server: str, offered: Resource | ResourceTemplate) -> str:
    known = [offered.label, offered.mime_type]
    if isinstance(offered, Resource) and offered.size is not None:
        known.append(f"{offered.size:,} bytes")
    about = ", ".join(part for part in known if part)
    return f"{head(server, offered.safe_uri, offered.description)}\n    {about}"


def run_read(config_file: Path | None, *, server: str, uri: str, output: Path | None, as_json: bool) -> None:
    """Read the resource ``uri``, and print it, or write it to the file ``output``."""

    async def ask(hub: Hub, status: ServerStatus) -> str:
        result = await hub.requests(server).read_resource(uri)
        if output is not None:
            _save(result, output)
        if as_json:
            click.echo(escaped(result.raw))
        elif output is None:
            _print(result)
        return result.problem

    run_request(load(config_file, [server]), ask)


def _save(result: ResourceResult, output: Path) -> None:
    """Write the contents as the server sent them."""
    try:
        output.write_bytes(b"".join(content.data for content in result.contents))
    except OSError as error:
        raise McpTuiError(f"--output {output}: cannot be written: {error.strerror}") from error


def _print(result: ResourceResult) -> None:
    for content in result.contents:
        if sys.stdout.isatty():
            click.echo(_for_terminal(content))
        else:
            click.echo(_for_program(content), nl=False)


def _for_terminal(content: ResourceContents) -> str:
    if content.text is not None:
        return content.text
    what = f"{content.mime_type or 'of unknown type'}, {len(content.data):,} bytes"
    hint = "Save it with --output FILE."
    raise ConfigError(f"{content.uri} is not text ({what}), which a terminal cannot show", hint=hint)


def _for_program(content: ResourceContents) -> bytes:
    """As it was sent, but a text without secrets."""
    return content.data if content.binary else logs.redact.text(content.data.decode()).encode()
