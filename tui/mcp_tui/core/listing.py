"""The tools of a server, the good ones kept where one is malformed."""

from __future__ import annotations

from typing import Any, cast

import mcp_types as types
import msgspec
from mcp.client.session import ClientSession
from mcp.shared.dispatcher import CallOptions
from pydantic import ValidationError

from mcp_tui.core.content import reason_of, tool_of
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean

MAX_PAGES = 100
"""Pages of ``tools/list`` that are read; a server that never ends its list is cut there."""


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
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await _page(session, cursor)
        for entry in _entries(page, problems):
            try:
                good.append(types.Tool.model_validate(entry, by_name=False))
            except ValidationError as error:
                problems.append(f"Its tool {_name(entry)} is malformed and left out: {reason_of(error)}.")
        following = page.get("nextCursor")
        if not isinstance(following, str):
            break
        cursor = following
    else:
        problems.append(f"Its list of tools goes on after {MAX_PAGES} pages; the rest is left out.")
    _absorb(session, good)
    return Listing(tuple(tool_of(tool) for tool in good), tuple(problems))


async def _page(session: ClientSession, cursor: str | None) -> dict[str, Any]:
    """One page as the server sent it; the SDK's own method gives all of it up over one malformed tool."""
    data: dict[str, Any] = {"method": "tools/list", "params": {} if cursor is None else {"cursor": cursor}}
    options: CallOptions = {}
    session._stamp(data, options)  # pyright: ignore[reportPrivateUsage]
    dispatcher = session._dispatcher  # pyright: ignore[reportPrivateUsage]
    return await dispatcher.send_raw_request(data["method"], data["params"], options)


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
