"""One sample server as an ASGI application."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from mcp_tui_servers.catalog import PATHS, Transport
from mcp_tui_servers.sample import Sample
from mcp_tui_servers.security import LoopbackGuard, loopback_security
from mcp_tui_servers.streaming import stream_route


def build_app(sample: Sample, transports: tuple[Transport, ...], port: int) -> ASGIApp:
    """Return the application that serves `sample` over `transports` on the loopback port `port`.

    Streamable HTTP is at `/mcp`, SSE at `/sse` with its messages at `/messages/`; `/stream` is always
    there. The port must be the one bound: the Host and Origin that are allowed follow from it.
    """
    security = loopback_security(port)
    routes: list[BaseRoute] = [stream_route()]
    for transport in transports:
        routes += _ROUTES[transport](sample, security)
    has_sessions = "streamable-http" in transports

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(sample.running())
            if has_sessions:
                await stack.enter_async_context(sample.server.session_manager.run())
            yield

    return LoopbackGuard(Starlette(routes=routes, lifespan=lifespan), security)


def _streamable_http_routes(sample: Sample, security: TransportSecuritySettings) -> list[BaseRoute]:
    path = PATHS["streamable-http"]
    return sample.server.streamable_http_app(streamable_http_path=path, transport_security=security).routes


def _sse_routes(sample: Sample, security: TransportSecuritySettings) -> list[BaseRoute]:
    return sample.server.sse_app(sse_path=PATHS["sse"], transport_security=security).routes


_ROUTES: dict[Transport, Callable[[Sample, TransportSecuritySettings], list[BaseRoute]]] = {
    "streamable-http": _streamable_http_routes,
    "sse": _sse_routes,
}
