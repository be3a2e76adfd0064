"""The lists of a server, every page of them; what is good is kept where an entry is malformed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import mcp_types as types
import msgspec
from mcp.client.session import ClientSession
from pydantic import BaseModel, ValidationError

from mcp_tui.core.ask import ask
from mcp_tui.core.content import prompt_of, reason_of, resource_of, template_of, tool_of
from mcp_tui.core.text import clean

MAX_PAGES = 100
"""Pages of one list that are read; a server that never ends its list is cut there."""

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of all the pages together."""

MAX_PROBLEMS = 20
"""Malformed entries that are named."""


class Kind(NamedTuple):
    """One of the lists that a server may have.

    name: its field of ``ServerStatus``. key: its field of the answer. noun: one entry, in words.
    model: the SDK's type of an entry. read: makes the frozen value of one. identity: the field of that value by
    which an entry is known.
    """

    name: str
    method: str
    key: str
    noun: str
    model: type[BaseModel]
    read: Callable[[Any], msgspec.Struct]
    identity: str


TOOLS = Kind("tools", "tools/list", "tools", "tool", types.Tool, tool_of, "name")
PROMPTS = Kind("prompts", "prompts/list", "prompts", "prompt", types.Prompt, prompt_of, "name")
RESOURCES = Kind("resources", "resources/list", "resources", "resource", types.Resource, resource_of, "uri")
TEMPLATES = Kind(
    "templates",
    "resources/templates/list",
    "resourceTemplates",
    "resource template",
    types.ResourceTemplate,
    template_of,
    "uri_template",
)
KINDS = (TOOLS, PROMPTS, RESOURCES, TEMPLATES)


class Listing(NamedTuple):
    """The good entries of a list, and a sentence for each thing that was wrong with it."""

    entries: tuple[msgspec.Struct, ...]
    problems: tuple[str, ...]


async def fetch(session: ClientSession, kind: Kind) -> Listing:
    """Every page of a list. Raises MCPError.

    Source: MCP specification, server/utilities/pagination.
    """
    good: list[Any] = []
    problems: list[str] = []
    size = 0
    cursor: str | None = None
    seen: set[str] = set()
    for _ in range(MAX_PAGES):
        page = await ask(session, kind.method, {} if cursor is None else {"cursor": cursor})
        _take(kind, page, good, problems)
        size += len(msgspec.json.encode(page))
        cursor = page.get("nextCursor")
        if not isinstance(cursor, str):
            break
        if size > MAX_BYTES or cursor in seen:
            why = "begins again" if cursor in seen else f"is larger than {MAX_BYTES:,} bytes"
            problems.append(f"Its list of {kind.noun}s {why}; the rest is left out.")
            break
        seen.add(cursor)
    else:
        problems.append(f"Its list of {kind.noun}s goes on after {MAX_PAGES} pages; the rest is left out.")
    if kind is TOOLS:
        _absorb(session, good)
    return Listing(tuple(kind.read(entry) for entry in good), _few(kind, problems))


def _take(kind: Kind, page: dict[str, Any], good: list[Any], problems: list[str]) -> None:
    """Sort the entries of one page."""
    entries = page.get(kind.key)
    if not isinstance(entries, list):
        problems.append(f"Its answer to {kind.method} has no list of {kind.noun}s.")
        return
    for entry in cast("list[Any]", entries):
        try:
            good.append(kind.model.model_validate(entry, by_name=False))
        except ValidationError as error:
            problems.append(f"Its {kind.noun} {_name(entry)} is malformed and left out: {reason_of(error)}.")


def _few(kind: Kind, problems: list[str]) -> tuple[str, ...]:
    more = len(problems) - MAX_PROBLEMS
    left_out = [f"{more:,} more of its {kind.noun}s are malformed."] if more > 0 else []
    return (*problems[:MAX_PROBLEMS], *left_out)


def _absorb(session: ClientSession, tools: list[types.Tool]) -> None:
    """Let the session know the tools: it checks results and sets headers by their schemas."""
    listed = types.ListToolsResult(tools=tools)
    session._absorb_tool_listing(listed, complete=True)  # pyright: ignore[reportPrivateUsage]


def _name(entry: Any) -> str:
    name = cast("dict[str, Any]", entry).get("name") if isinstance(entry, dict) else None
    return clean(name, 80) if isinstance(name, str) else "without a name"
