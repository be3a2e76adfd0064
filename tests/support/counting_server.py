"""A server whose tool sends numbered notifications: ``python counting_server.py stdio``, or ``http PORT``, or
``sse PORT``; several of the latter two in a row are so many servers in one process.

Also the server object for tests without a process: ``build()``.
"""

import sys
import warnings
from functools import partial

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import EmptyResult, SetLevelRequestParams


def build() -> MCPServer:
    server = MCPServer("counting", version="1.0", log_level="ERROR")

    async def set_level(ctx: object, params: SetLevelRequestParams) -> EmptyResult:
        return EmptyResult()

    server._lowlevel_server.add_request_handler(  # pyright: ignore[reportPrivateUsage]
        "logging/setLevel", SetLevelRequestParams, set_level
    )

    @server.tool()
    async def count(n: int, ctx: Context, label: str = "") -> int:  # pyright: ignore[reportUnusedFunction]
        """Send n log messages and n progress notifications, numbered, and return n."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            for number in range(n):
                await ctx.info({"label": label, "number": number})  # pyright: ignore[reportDeprecated]
                await ctx.report_progress(number + 1, n, f"{label}{number}")
        return n

    @server.tool()
    async def hang(ctx: Context) -> str:  # pyright: ignore[reportUnusedFunction]
        """Say that the call has arrived, and never answer it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            await ctx.info("hanging")  # pyright: ignore[reportDeprecated]
        await anyio.sleep_forever()
        return ""

    @server.tool()
    async def fail() -> str:  # pyright: ignore[reportUnusedFunction]
        """Answer with an error."""
        raise ValueError("this tool fails")

    @server.tool()
    async def add_tool(ctx: Context) -> str:  # pyright: ignore[reportUnusedFunction]
        """Add a tool and say so."""

        def added() -> str:
            return "added"

        server.add_tool(added, name="added")
        await ctx.notify_tools_changed()
        await ctx.session.send_tool_list_changed()
        return "done"

    return server


async def serve(*words: str) -> None:
    """Serve over each transport at the port that follows it."""
    async with anyio.create_task_group() as tasks:
        for transport, port in zip(words[::2], words[1::2], strict=True):
            server = build()
            run = server.run_sse_async if transport == "sse" else server.run_streamable_http_async
            tasks.start_soon(partial(run, port=int(port)))


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        build().run("stdio")
    else:
        anyio.run(serve, *sys.argv[1:])
