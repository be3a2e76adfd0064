"""The tools of a server, the good ones kept where one is malformed."""

from __future__ import annotations

from typing import Any, cast

import mcp_types as types
import msgspec
from mcp.client.session import ClientSession
from pydantic import ValidationError

from mcp_tui.core.ask import ask
from mcp_tui.core.content import reason_of, tool_of
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean

MAX_PAGES = 100
"""Pages of ``tools/list`` that are read; a server that never ends its list is cut there."""

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of all the pages together."""

MAX_PROBLEMS = 20
"""Malformed tools that are named."""


class Listing(msgspec.Struct, frozen=True):
    """The tools, and a sentence for each thing that was wrong with their list."""

    tools: tuple[Tool, ...]
    problems: tuple[str, ...] = ()


async def list_tools(session: ClientSession) -> Listing:
    """Every page of ``tools/list``. Raises MCPError.

    Source: MCP specification, server/tools, "Listing Tools"; server/utilities/pagination.
    """
    good: list[types.Tool] = []
    problems: list[str] = []
    size = 0
    cursor: str | None = None
    seen: set[str] = set()
    for _ in range(MAX_PAGES):
        page = await ask(session, "tools/list", {} if cursor is None else {"cursor": cursor})
        _take(page, good, problems)
        size += len(msgspec.json.encode(page))
        cursor = page.get("nextCursor")
        if not isinstance(cursor, str):
            break
        if size > MAX_BYTES or cursor in seen:
            why = "begins again" if cursor in seen else f"is larger than {MAX_BYTES:,} bytes"
            problems.append(f"Its list of tools {why}; the rest is left out.")
            break
        seen.add(cursor)
    else:
        problems.append(f"Its list of tools goes on after {MAX_PAGES} pages; the rest is left out.")
    _absorb(session, good)
    return Listing(tuple(tool_of(tool) for tool in good), _few(problems))


def _take(page: dict[str, Any], good: list[types.Tool], problems: list[str]) -> None:
    """Sort the entries of one page."""
    for entry in _entries(page, problems):
        try:
            good.append(types.Tool.model_validate(entry, by_name=False))
        except ValidationError as error:
            problems.append(f"Its tool {_name(entry)} is malformed and left out: {reason_of(error)}.")


def _few(problems: list[str]) -> tuple[str, ...]:
    more = len(problems) - MAX_PROBLEMS
    return (*problems[:MAX_PROBLEMS], *([f"{more:,} more of its tools are malformed."] if more > 0 else []))


def _absorb(session: ClientSession, tools: list[types.Tool]) -> None:
    """Let the session know the tools: it checks results and sets headers by their schemas."""
    listed = types.ListToolsResult(tools=tools)
    session._absorb_tool_listing(listed, complete=True)  # pyright: ignore[reportPrivateUsage]


def _entries(page: dict[str, Any], problems: list[str]) -> list[Any]:
    entries = page.get("tools")
    if isinstance(entries, list):
        return cast("list[Any]", entries)
    problems.append("Its answer to tools/list has no list of tools.")
    return []


def _name(entry: Any) -> str:
    name = cast("dict[str, Any]", entry).get("name") if isinstance(entry, dict) else None
    return clean(name, 80) if isinstance(name, str) else "without a name"
