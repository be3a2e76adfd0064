"""A server that asks the person first, in the way of either era: ``python asking_server.py stdio|http|sse PORT``.

Also the server object for tests without a process: ``build()``.
"""

import sys
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitRequestURLParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "title": "Your name"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
QUESTIONS: dict[str, InputRequest] = {
    "form": ElicitRequest(params=ElicitRequestFormParams(message="Who are you?", requested_schema=SCHEMA)),
    "url": ElicitRequest(
        params=ElicitRequestURLParams(
            message="Sign in", url="https://id.example/sign-in?state=1", elicitation_id="7"
        )
    ),
    "script": ElicitRequest(
        params=ElicitRequestURLParams(message="Run this", url="javascript:alert(1)", elicitation_id="8")
    ),
    "sampling": CreateMessageRequest(
        params=CreateMessageRequestParams(
            messages=[SamplingMessage(role="user", content=TextContent(type="text", text="A word for blue?"))],
            system_prompt="Be brief.",
            max_tokens=20,
        )
    ),
    "roots": ListRootsRequest(),
}
ANSWERS: dict[str, type[Any]] = {
    "elicitation/create": ElicitResult,
    "sampling/createMessage": CreateMessageResult,
    "roots/list": ListRootsResult,
}


def build() -> MCPServer:
    server = MCPServer("asking", version="1.0", log_level="ERROR")

    @server.tool()
    async def ask(kind: str, ctx: Context) -> str | InputRequiredResult:  # pyright: ignore[reportUnknownParameterType, reportUnusedFunction]
        """Ask a question of this kind, and say what the answer was."""
        question = QUESTIONS[kind]
        if ctx.request_context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            metadata = ServerMessageMetadata(related_request_id=ctx.request_id)
            answer = await ctx.session.send_request(question, ANSWERS[question.method], metadata=metadata)
            return answer.model_dump_json(by_alias=True, exclude_none=True)
        answers = ctx.input_responses
        if not answers:
            return InputRequiredResult(input_requests={"first": question}, request_state="remember me")
        assert ctx.request_state == "remember me"
        return answers["first"].model_dump_json(by_alias=True, exclude_none=True)

    return server


def main(transport: str, port: int) -> None:
    server = build()
    match transport:
        case "stdio":
            server.run("stdio")
        case "sse":
            server.run("sse", port=port)
        case _:
            server.run("streamable-http", port=port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
