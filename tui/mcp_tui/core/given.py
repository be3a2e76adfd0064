"""What a server gave when it was asked for a prompt, a resource or a completion; what is odd is kept, and said."""

from __future__ import annotations

import base64
from typing import Any, cast

import mcp_types as types
import msgspec
from mcp.shared.exceptions import MCPError

from mcp_tui.core.content import as_text, block_text, read_block, safe_type, safe_uri
from mcp_tui.core.offers import Completion, PromptMessage, PromptResult, ResourceContents, ResourceResult
from mcp_tui.core.text import clean, clean_block

MAX_COMPLETIONS = 100
"""Values of a completion that are taken. Source: MCP specification, server/utilities/completion."""

_Raw = dict[str, Any]


def prompt_result(raw: _Raw) -> PromptResult:
    """The result of ``prompts/get``. Raises MCPError where it has no messages."""
    entries = _list_of(raw, "messages")
    read = [_message(entry) for entry in entries]
    return PromptResult(
        messages=tuple(message for message, _ in read),
        raw=_dump(raw),
        description=clean_block(_text(raw.get("description")), 20_000),
        problem=_problem([good for _, good in read], "messages"),
    )


def _message(entry: Any) -> tuple[PromptMessage, bool]:
    """A message, and whether it has a known form."""
    fields = _table(entry)
    block = read_block(fields.get("content"))
    role = clean(_text(fields.get("role")), 40)
    if block is None or not role:
        return PromptMessage(role, block_text(as_text(entry))), False
    return PromptMessage(role, block_text(block)), True


def resource_result(raw: _Raw) -> ResourceResult:
    """The result of ``resources/read``. Raises MCPError where it has no contents."""
    entries = _list_of(raw, "contents")
    read = [_contents(entry) for entry in entries]
    contents = tuple(found for found in read if found is not None)
    return ResourceResult(contents, _dump(raw), _problem([found is not None for found in read], "contents"))


def _contents(entry: Any) -> ResourceContents | None:
    """One content, or None where it has no known form."""
    fields = _table(entry)
    uri, mime_type = safe_uri(_text(fields.get("uri"))), safe_type(_text(fields.get("mimeType")))
    text, blob = fields.get("text"), fields.get("blob")
    if isinstance(text, str):
        return ResourceContents(uri, mime_type, text.encode("utf-8", "replace"), clean_block(text))
    try:
        return ResourceContents(uri, mime_type, _decoded(blob)) if isinstance(blob, str) else None
    except ValueError:
        return None


def _decoded(blob: str) -> bytes:
    """Raises ValueError where it is no Base64; line ends in it are harmless."""
    return base64.b64decode("".join(blob.split()), validate=True)


def completion(raw: _Raw) -> Completion:
    """The result of ``completion/complete``. Raises MCPError where it has no values."""
    fields = _table(raw.get("completion"))
    values = [value for value in _list_of(fields, "values") if isinstance(value, str)]
    total = fields.get("total")
    return Completion(
        values=tuple(values[:MAX_COMPLETIONS]),
        total=total if isinstance(total, int) else None,
        has_more=fields.get("hasMore") is True or len(values) > MAX_COMPLETIONS,
    )


def _list_of(raw: _Raw, key: str) -> list[Any]:
    entries = raw.get(key)
    if not isinstance(entries, list):
        raise MCPError(types.INVALID_REQUEST, f"the answer is malformed: it has no list of {key}")
    return cast("list[Any]", entries)


def _problem(good: list[bool], noun: str) -> str:
    bad = good.count(False)
    return f"the server's answer is malformed: {bad} of its {len(good)} {noun} have no known form" if bad else ""


def _table(value: Any) -> _Raw:
    return cast("_Raw", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dump(raw: _Raw) -> str:
    return msgspec.json.encode(raw).decode()
