"""``mcp-tui tools``: what can be called."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from mcp_tui.cli.headless import load, ready, run, running
from mcp_tui.core import schema
from mcp_tui.core.status import Tool
from mcp_tui.errors import ExitCode, McpTuiError


def run_tools(config_file: Path | None, server: str | None, *, as_json: bool) -> None:
    """List the tools of every enabled server, or of ``server``."""
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
                    click.echo(f"mcp-tui: {error.message}", err=True)
                    code = max(code, error.exit_code) if code else error.exit_code
                    continue
                for tool in status.tools:
                    click.echo(_json(settings.name, tool) if as_json else _text(settings.name, tool))
        return code

    run(main)


def _json(server: str, tool: Tool) -> str:
    return msgspec.json.encode(
        {
            "server": server,
            "name": tool.name,
            "title": tool.title or None,
            "description": tool.description or None,
            "inputSchema": tool.input_schema,
            "outputSchema": tool.output_schema,
        }
    ).decode()


def _text(server: str, tool: Tool) -> str:
    summary = tool.description.partition("\n")[0]
    lines = [click.style(f"{server} {tool.safe_name}", bold=True) + (f"  {summary}" if summary else "")]
    lines += [f"    {_argument(field)}" for field in schema.fields(tool.input_schema)]
    return "\n".join(lines)


def _argument(field: schema.Field) -> str:
    kind = "|".join(schema.show(choice) for choice in field.choices) or _KINDS.get(field.kind, field.kind)
    if field.required:
        rest = "required"
    elif field.default is not msgspec.UNSET and field.default is not None:
        rest = f"default {schema.show(field.default)}"
    else:
        rest = "optional"
    described = f"  {field.description}" if field.description else ""
    return f"{field.safe_name}={kind}  ({rest}){described}"


_KINDS = {"strings": '["text", ...]', "json": "JSON"}
