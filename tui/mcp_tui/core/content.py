"""What the SDK parsed, as the plain frozen values of ``status``."""

from __future__ import annotations

import inspect

import mcp_types as types
import msgspec
from mcp.shared.exceptions import MCPError

from mcp_tui.core.status import Result, Tool
from mcp_tui.core.text import clean, clean_block


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


def result_of(result: types.CallToolResult, problem: str = "") -> Result:
    """The result of ``tools/call``."""
    structured = result.structured_content
    return Result(
        text="\n".join(_block(block) for block in result.content),
        structured=None if structured is None else msgspec.json.encode(structured).decode(),
        raw=result.model_dump_json(by_alias=True, exclude_none=True),
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
    text = error.message if isinstance(error, MCPError) else str(error)
    return clean(text.partition("\n")[0], 500) or type(error).__name__
