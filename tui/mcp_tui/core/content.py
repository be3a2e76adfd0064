"""What the SDK parsed, as the plain frozen values of ``status``."""

from __future__ import annotations

import inspect
from typing import Any, cast

import mcp_types as types
import msgspec
from mcp.shared.exceptions import MCPError
from mcp.shared.uri_template import InvalidUriTemplate, UriTemplate
from pydantic import TypeAdapter, ValidationError

from mcp_tui.core.offers import Capabilities, Prompt, PromptArgument, Resource, ResourceTemplate
from mcp_tui.core.status import Result, Tool
from mcp_tui.core.text import clean, clean_block

_BLOCK: TypeAdapter[types.ContentBlock] = TypeAdapter(types.ContentBlock)
_LONGEST_NAME, _LONGEST_URI, _LONGEST_DESCRIPTION = 200, 500, 20_000
"""Characters that are kept to be shown."""


def capabilities_of(declared: types.ServerCapabilities) -> Capabilities:
    """What a server declares."""
    return Capabilities(
        tools=declared.tools is not None,
        prompts=declared.prompts is not None,
        resources=declared.resources is not None,
        completions=declared.completions is not None,
        subscriptions=bool(declared.resources and declared.resources.subscribe),
    )


def tool_of(tool: types.Tool) -> Tool:
    """One tool of ``tools/list``."""
    hints = tool.annotations
    return Tool(
        name=tool.name,
        title=clean(tool.title or (hints.title if hints and hints.title else ""), _LONGEST_NAME),
        description=_description(tool.description),
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        read_only=hints.read_only_hint if hints else None,
        destructive=hints.destructive_hint if hints else None,
    )


def prompt_of(prompt: types.Prompt) -> Prompt:
    """One prompt of ``prompts/list``."""
    return Prompt(
        name=prompt.name,
        title=clean(prompt.title or "", _LONGEST_NAME),
        description=_description(prompt.description),
        arguments=tuple(_argument_of(argument) for argument in prompt.arguments or ()),
    )


def _argument_of(argument: types.PromptArgument) -> PromptArgument:
    return PromptArgument(
        name=argument.name,
        title=clean(argument.title or "", _LONGEST_NAME),
        description=_description(argument.description),
        required=bool(argument.required),
    )


def resource_of(resource: types.Resource) -> Resource:
    """One resource of ``resources/list``."""
    return Resource(uri=resource.uri, safe_uri=safe_uri(resource.uri), size=resource.size, **_about(resource))


def template_of(template: types.ResourceTemplate) -> ResourceTemplate:
    """One template of ``resources/templates/list``."""
    text = template.uri_template
    return ResourceTemplate(
        uri_template=text, safe_uri=safe_uri(text), variables=_variables(text), **_about(template)
    )


def _about(offered: types.Resource | types.ResourceTemplate) -> dict[str, str]:
    """What resources and templates have in common."""
    return {
        "name": clean(offered.name, _LONGEST_NAME),
        "title": clean(offered.title or "", _LONGEST_NAME),
        "description": _description(offered.description),
        "mime_type": safe_type(offered.mime_type),
    }


def _variables(template: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(UriTemplate.parse(template).variable_names))
    except InvalidUriTemplate:
        return ()


def _description(text: str | None) -> str:
    return clean_block(inspect.cleandoc(text or ""), _LONGEST_DESCRIPTION)


def safe_uri(uri: str) -> str:
    """A URI as it may be shown."""
    return clean(uri, _LONGEST_URI)


def safe_type(mime_type: str | None) -> str:
    """A MIME type as it may be shown; empty where there is none."""
    return clean(mime_type or "", 80)


def read_result(raw: dict[str, Any]) -> tuple[types.CallToolResult, str]:
    """The result of ``tools/call`` and what is wrong with it; blocks of no known form become text."""
    try:
        return types.CallToolResult.model_validate(raw, by_name=False), ""
    except ValidationError:
        given = raw.get("content")
    blocks = cast("list[Any]", given) if isinstance(given, list) else []
    problem = "its content is no list of blocks" if given is not None else "it has no content"
    read = [read_block(block) for block in blocks]
    if bad := sum(found is None for found in read):
        problem = f"{bad} of its {len(read)} content blocks have no known form"
    structured = raw.get("structuredContent")
    result = types.CallToolResult(
        content=[found or as_text(block) for found, block in zip(read, blocks, strict=True)],
        structured_content=structured if isinstance(structured, dict) else None,
        is_error=raw.get("isError") is True,
    )
    return result, f"the server's answer is malformed: {problem}"


def read_block(block: Any) -> types.ContentBlock | None:
    """A content block, or None where it has no known form."""
    try:
        return _BLOCK.validate_python(block, by_name=False)
    except ValidationError:
        return None


def as_text(block: Any) -> types.TextContent:
    """What has no known form, as the JSON that it is."""
    return types.TextContent(type="text", text=msgspec.json.encode(block).decode())


def result_of(result: types.CallToolResult, raw: dict[str, Any], problem: str = "") -> Result:
    """The result of ``tools/call``, ``raw`` as it was sent."""
    structured = result.structured_content
    return Result(
        text="\n".join(block_text(block) for block in result.content),
        structured=None if structured is None else msgspec.json.encode(structured).decode(),
        raw=msgspec.json.encode(raw).decode(),
        is_error=bool(result.is_error),
        problem=clean(problem),
    )


def block_text(block: types.ContentBlock) -> str:
    """A content block as text: itself, or one line that says what it is."""
    match block:
        case types.TextContent():
            return clean_block(block.text)
        case types.ImageContent() | types.AudioContent():
            size = len(block.data) * 3 // 4
            return f"[{block.type}: {safe_type(block.mime_type)}, {size:,} bytes]"
        case types.ResourceLink():
            return f"[resource link: {clean(block.name, _LONGEST_NAME)} {safe_uri(block.uri)}]"
        case types.EmbeddedResource():
            return _embedded(block.resource)
        case _:
            return f"[{clean(block.type, 80)}]"


def _embedded(resource: types.TextResourceContents | types.BlobResourceContents) -> str:
    head = f"[resource: {safe_uri(resource.uri)}]"
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
