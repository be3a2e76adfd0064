"""What the SDK parsed, as the plain frozen values of ``status``."""

from __future__ import annotations

import inspect
from typing import Any, cast

import mcp_types as types
import msgspec
from mcp.shared.exceptions import MCPError
from pydantic import TypeAdapter, ValidationError

from mcp_tui.core.status import Result, Tool
from mcp_tui.core.text import clean, clean_block

_BLOCK: TypeAdapter[types.ContentBlock] = TypeAdapter(types.ContentBlock)


def tool_of(tool: types.Tool) -> Tool:
    """One tool of ``tools/list``."""
    hints = tool.annotations
    return Tool(
        name=tool.name,
        title=clean(tool.title or (hints.title if hints and hints.title else ""), 200),
        description=clean_block(inspect.cleandoc(tool.description or ""), 20_000),
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        read_only=hints.read_only_hint if hints else None,
        destructive=hints.destructive_hint if hints else None,
    )


def read_result(raw: dict[str, Any]) -> tuple[types.CallToolResult, str]:
    """The result of ``tools/call`` and what is wrong with it; blocks of no known form become text."""
    try:
        return types.CallToolResult.model_validate(raw, by_name=False), ""
    except ValidationError:
        given = raw.get("content")
    blocks = cast("list[Any]", given) if isinstance(given, list) else []
    problem = "its content is no list of blocks" if given is not None else "it has no content"
    read = [_read_block(block) for block in blocks]
    if bad := sum(found is None for found in read):
        problem = f"{bad} of its {len(read)} content blocks have no known form"
    structured = raw.get("structuredContent")
    result = types.CallToolResult(
        content=[found or _as_text(block) for found, block in zip(read, blocks, strict=True)],
        structured_content=structured if isinstance(structured, dict) else None,
        is_error=raw.get("isError") is True,
    )
    return result, f"the server's answer is malformed: {problem}"


def _read_block(block: Any) -> types.ContentBlock | None:
    try:
        return _BLOCK.validate_python(block, by_name=False)
    except ValidationError:
        return None


def _as_text(block: Any) -> types.TextContent:
    return types.TextContent(type="text", text=msgspec.json.encode(block).decode())


def result_of(result: types.CallToolResult, raw: dict[str, Any], problem: str = "") -> Result:
    """The result of ``tools/call``, ``raw`` as it was sent."""
    structured = result.structured_content
    return Result(
        text="\n".join(_block(block) for block in result.content),
        structured=None if structured is None else msgspec.json.encode(structured).decode(),
        raw=msgspec.json.encode(raw).decode(),
        is_error=bool(result.is_error),
        problem=clean(problem),
    )


def _block(block: types.ContentBlock) -> str:
    """A content block as text: itself, or one line that says what it is."""
    match block:
        case types.TextContent():
            return clean_block(block.text)
        case types.ImageContent() | types.AudioContent():
            size = len(block.data) * 3 // 4
            return f"[{block.type}: {clean(block.mime_type, 80)}, {size:,} bytes]"
        case types.ResourceLink():
            return f"[resource link: {clean(block.name, 200)} {clean(str(block.uri), 500)}]"
        case types.EmbeddedResource():
            return _embedded(block.resource)
        case _:
            return f"[{clean(block.type, 80)}]"


def _embedded(resource: types.TextResourceContents | types.BlobResourceContents) -> str:
    head = f"[resource: {clean(str(resource.uri), 500)}]"
    if isinstance(resource, types.TextResourceContents):
        return f"{head}\n{clean_block(resource.text)}"
    return f"{head} {len(resource.blob) * 3 // 4:,} bytes"


def reason_of(error: Exception) -> str:
    """The first line of what an exception says, fit for a screen."""
    if isinstance(error, ValidationError):
        # The first line names only a class of the SDK's.
        first = error.errors(include_url=False, include_input=False)[0]
        return clean(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".removeprefix(": "), 500)
    text = error.message if isinstance(error, MCPError) else str(error)
    return clean(text.partition("\n")[0], 500) or type(error).__name__
