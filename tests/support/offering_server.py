"""A server that offers everything, and changes: ``python offering_server.py stdio|http|sse PORT``.

Also the server object for tests without a process: ``build()``.
"""

import sys
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    ElicitRequest,
    ElicitRequestFormParams,
    EmptyResult,
    InputRequiredResult,
    PromptReference,
    ResourceTemplateReference,
    SubscribeRequestParams,
    UnsubscribeRequestParams,
)

NOTE = "offering://note"
PICTURE = "offering://picture"
NOTES = "offering://notes/{name}"
CITIES = {"france": ["Lyon", "Paris"], "japan": ["Kyoto", "Tokyo"]}
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"who": {"type": "string"}}}
QUESTION = ElicitRequest(params=ElicitRequestFormParams(message="Whose?", requested_schema=SCHEMA))


def build() -> MCPServer:
    server = MCPServer("offering", version="1.0", log_level="ERROR")
    state = {"note": 0}
    _accept_subscriptions(server)
    _add_prompts(server)
    _add_resources(server, state)

    @server.completion()
    async def complete(  # pyright: ignore[reportUnusedFunction]
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        """Cities of a country, or countries; names of notes."""
        known = (context.arguments if context else None) or {}
        cities = CITIES.get(known.get("country", ""), [])
        values = {"country": list(CITIES), "city": cities, "name": ["first", "second"]}[argument.name]
        return Completion(values=[value for value in values if value.startswith(argument.value)], total=len(values))

    @server.tool()
    async def change(ctx: Context) -> str:  # pyright: ignore[reportUnusedFunction]
        """Change the note, and say so."""
        state["note"] += 1
        await ctx.notify_resource_updated(NOTE)
        await ctx.session.send_resource_updated(NOTE)
        return "changed"

    @server.tool()
    async def grow(ctx: Context) -> str:  # pyright: ignore[reportUnusedFunction]
        """Add a resource and a prompt, take a prompt away, and say so."""
        server.resource("offering://added", name="added")(lambda: "added")
        server.prompt("added")(lambda: "added")
        server.remove_prompt("greet")
        await ctx.notify_resources_changed()
        await ctx.notify_prompts_changed()
        await ctx.session.send_resource_list_changed()
        await ctx.session.send_prompt_list_changed()
        return "grown"

    return server


def _add_prompts(server: MCPServer) -> None:
    @server.prompt(title="Greet")
    def greet(country: str, city: str = "anywhere") -> str:  # pyright: ignore[reportUnusedFunction]
        """Greet somebody."""
        return f"Hello to {city} in {country}!"

    @server.prompt()
    def ask(ctx: Context) -> str | InputRequiredResult:  # pyright: ignore[reportUnusedFunction]
        """Ask a question first; of a modern client alone."""
        if not ctx.input_responses:
            return InputRequiredResult(input_requests={"who": QUESTION}, request_state="remember me")
        return ctx.input_responses["who"].model_dump_json(by_alias=True, exclude_none=True)


def _add_resources(server: MCPServer, state: dict[str, int]) -> None:
    @server.resource(NOTE, title="Note")
    def note() -> str:  # pyright: ignore[reportUnusedFunction]
        """A note that changes."""
        return f"version {state['note']}"

    @server.resource(PICTURE, mime_type="image/png")
    def picture() -> bytes:  # pyright: ignore[reportUnusedFunction]
        """Bytes that are no text."""
        return b"\x89PNG\r\n\x1a\n\x00\xff"

    @server.resource(NOTES)
    def notes(name: str) -> str:  # pyright: ignore[reportUnusedFunction]
        """A note by its name."""
        return f"the note {name}"


def _accept_subscriptions(server: MCPServer) -> None:
    async def accept(ctx: Any, params: SubscribeRequestParams | UnsubscribeRequestParams) -> EmptyResult:
        return EmptyResult()

    lowlevel = server._lowlevel_server  # pyright: ignore[reportPrivateUsage]
    lowlevel.add_request_handler("resources/subscribe", SubscribeRequestParams, accept)
    lowlevel.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, accept)


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
