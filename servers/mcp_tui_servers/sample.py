"""What every sample server is made of."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.mcpserver import MCPServer
from mcp.server.subscriptions import SubscriptionBus
from mcp_types import SetLevelRequestParams

from mcp_tui_servers.log import set_level
from mcp_tui_servers.version import distribution_version


@dataclass(frozen=True, slots=True)
class Sample:
    """A built sample server."""

    server: MCPServer[Any]
    running: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    """What runs beside it, once per process. The `lifespan` of an `MCPServer` is no place for it: over SSE
    and stdio that is entered once per connection."""


def lowlevel(server: MCPServer[Any]) -> Server[Any]:
    """Return the low-level server under `server`: the SDK has no public name for it yet."""
    return server._lowlevel_server  # pyright: ignore[reportPrivateUsage]


def new_server(
    name: str,
    *,
    title: str,
    description: str,
    instructions: str,
    changing: Sequence[str] = (),
    subscriptions: SubscriptionBus | None = None,
) -> MCPServer[Any]:
    """Return a server without tools that declares the `logging` capability and obeys `logging/setLevel`.

    `MCPServer` sends log messages but declares no such capability, which the specification requires of a
    server that sends them (2025-11-25, server/utilities/logging, Capabilities). To handshake-era clients it also
    declares that the lists named by `changing` change: "tools", "resources". What is published on `subscriptions`
    reaches 2026-07-28 clients that listen.
    """
    middleware: list[ServerMiddleware[Any]] = [_declare_changes(changing)] if changing else []
    server = MCPServer[Any](
        name,
        title=title,
        description=description,
        instructions=instructions,
        version=distribution_version(),
        log_level="WARNING",
        middleware=middleware,
        subscriptions=subscriptions,
    )
    lowlevel(server).add_request_handler("logging/setLevel", SetLevelRequestParams, set_level)
    return server


def _declare_changes(changing: Sequence[str]) -> ServerMiddleware[Any]:
    """Set `listChanged` of these lists in the answer to `initialize`: the SDK's HTTP transports never do."""

    async def declare(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        result = await call_next(ctx)
        if ctx.method == "initialize" and isinstance(result, dict):
            for name in changing:
                result["capabilities"][name]["listChanged"] = True
        return result

    return declare
