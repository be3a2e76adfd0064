"""``mcp-tui call``: one tool call."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import click

from mcp_tui.cli.headless import Printer, load, ready, run, running
from mcp_tui.core import schema
from mcp_tui.core.events import RESULT
from mcp_tui.core.status import Call, CallState, ServerStatus, Tool
from mcp_tui.errors import ConfigError, ExitCode, McpTuiError, ToolError


def run_call(
    config_file: Path | None,
    *,
    server: str,
    tool: str,
    texts: dict[str, str],
    given: dict[str, Any],
    as_json: bool,
) -> None:
    """Call ``tool`` with ``given`` and, over it, the arguments read from ``texts``."""
    config = load(config_file, [server])

    async def main() -> int:
        printer = Printer(as_json=as_json, err=not as_json, last=RESULT)
        async with running(config, printer) as hub:
            status = await ready(hub, server)
            found = _tool(status, tool)
            number = hub.call(server, tool, _arguments(found, texts, given))
            call = await hub.outcome(number)
        return _finish(call, as_json=as_json)

    run(main)


def _tool(status: ServerStatus, name: str) -> Tool:
    names = [tool.name for tool in status.tools]
    if name in names:
        return status.tools[names.index(name)]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(names) or 'none'}."
    raise ConfigError(f"{status.name} has no tool {name!r}", hint=hint)


def _arguments(tool: Tool, texts: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    arguments = {**given, **schema.arguments(tool.input_schema, texts)}
    missing = [
        field.safe_name
        for field in schema.fields(tool.input_schema)
        if field.required and field.name not in arguments
    ]
    if missing:
        hint = f"See `mcp-tui tools` for what {tool.safe_name} takes."
        raise ConfigError(f"{tool.safe_name} needs {', '.join(missing)}", hint=hint)
    return arguments


def _finish(call: Call, *, as_json: bool) -> int:
    if call.result is not None and not as_json:
        click.echo(call.result.text or call.result.structured or "")
        if call.result.problem:
            click.echo(f"mcp-tui: the result does not fit its schema: {call.result.problem}", err=True)
    if call.state is CallState.FINISHED:
        return ExitCode.DONE
    if call.result is not None:
        return ExitCode.TOOL_ERROR
    kind = ToolError if call.state is CallState.FAILED else McpTuiError
    raise kind(f"{call.server} {call.tool}: {call.state}: {call.error}")
