"""``mcp-tui call``: one tool call."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from mcp_tui.cli.headless import load, ready, run, running
from mcp_tui.cli.listing import chosen
from mcp_tui.cli.printer import Printer
from mcp_tui.core import schema
from mcp_tui.core.checker import check as check_value
from mcp_tui.core.events import RESULT
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, CallState, Result, Tool
from mcp_tui.core.text import clean
from mcp_tui.errors import ConfigError, ExitCode, McpTuiError, ToolError

CANCEL_SECONDS = 1.5
"""How long an interrupted call may take to be cancelled."""


def run_call(
    config_file: Path | None,
    *,
    server: str,
    tool: str,
    texts: dict[str, str],
    given: dict[str, Any],
    as_json: bool,
    check: bool,
) -> None:
    """Call ``tool`` with ``given`` and, over it, the arguments read from ``texts``."""
    config = load(config_file, [server])

    async def main() -> int:
        printer = Printer(as_json=as_json, err=not as_json, last=RESULT)
        async with running(config, printer) as hub:
            status = await ready(hub, server)
            found = chosen(status, "tool", status.tools, tool)
            arguments = {**given, **schema.arguments(found.input_schema, texts)}
            if check:
                await _check(found, arguments)
            call = await _outcome(hub, hub.call(server, tool, arguments))
        return _finish(call, as_json=as_json)

    run(main)


async def _check(tool: Tool, arguments: dict[str, Any]) -> None:
    verdict = await check_value(tool.input_schema, arguments)
    for name, problem in verdict.by_argument().items():
        message = f"{clean(name, 80)}: {problem}" if name else problem
        hint = f"See `mcp-tui tools` for what {tool.safe_name} takes; --no-check sends it all the same."
        raise ConfigError(f"{tool.safe_name}: {message}", hint=hint)
    if verdict.unchecked:
        click.echo(f"mcp-tui: {tool.safe_name}: sent unchecked: {verdict.unchecked}", err=True)
    named = {field.name for field in schema.fields(tool.input_schema)}
    for name in arguments.keys() - named:
        click.echo(f"mcp-tui: {tool.safe_name} names no argument {clean(name, 80)!r}; sent all the same", err=True)


async def _outcome(hub: Hub, number: int) -> Call:
    """The call at its end; interrupted, it is cancelled first, so that the tool does not go on for nobody."""
    try:
        return await hub.outcome(number)
    except asyncio.CancelledError:
        hub.cancel(number)
        async with asyncio.timeout(CANCEL_SECONDS):
            await hub.outcome(number)
        raise


def _finish(call: Call, *, as_json: bool) -> int:
    if call.result is not None and not as_json:
        click.echo(_text(call.result))
        if call.result.problem:
            click.echo(f"mcp-tui: problem with the result: {call.result.problem}", err=True)
    if call.state is CallState.FINISHED:
        return ExitCode.DONE
    if call.result is not None:
        return ExitCode.TOOL_ERROR
    kind = ToolError if call.state is CallState.FAILED else McpTuiError
    raise kind(f"{call.server} {call.tool}: {call.state}: {call.error}")


def _text(result: Result) -> str:
    """What the tool said: as the server sent it where a program reads, made safe where a terminal does."""
    blocks = msgspec.json.decode(result.raw, type=_Content).content
    if not sys.stdout.isatty() and all(block.type == "text" for block in blocks):
        return "\n".join(block.text for block in blocks) or result.structured or ""
    return result.text or result.structured or ""


class _Block(msgspec.Struct):
    type: str = ""
    text: str = ""


class _Content(msgspec.Struct):
    content: list[_Block] = []
