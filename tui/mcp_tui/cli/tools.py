"""``mcp-tui tools``: what can be called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mcp_tui.cli.listing import as_line, head, run_listing
from mcp_tui.core import schema
from mcp_tui.core.field import GROUPS, Field
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean


def run_tools(config_file: Path | None, server: str | None, *, as_json: bool) -> None:
    """List the tools of every enabled server, or of ``server``."""
    show = _json if as_json else _text
    run_listing(config_file, server, lambda status: [show(status.name, tool) for tool in status.tools])


def _json(server: str, tool: Tool) -> str:
    return as_line(
        {
            "server": server,
            "name": tool.name,
            "title": tool.title or None,
            "description": tool.description or None,
            "inputSchema": tool.input_schema,
            "outputSchema": tool.output_schema,
        }
    )


def _text(server: str, tool: Tool) -> str:
    arguments = [f"    {_argument(field)}" for field in schema.fields(tool.input_schema)]
    return "\n".join([head(server, tool.safe_name, tool.description), *arguments])


def _argument(field: Field) -> str:
    kind = "|".join(_show(choice) for choice in field.choices) or _KINDS.get(field.kind, field.kind)
    if field.required:
        rest = "required"
    elif field.default is not msgspec.UNSET and field.default is not None:
        rest = f"default {_show(field.default)}"
    else:
        rest = "optional"
    described = f"  {field.description}" if field.description else ""
    return f"{field.safe_name}={kind}  ({rest}){described}"


def _show(value: Any) -> str:
    return clean(schema.show(value))


_KINDS = {"strings": '["text", ...]', **dict.fromkeys((*GROUPS, "json"), "JSON")}
