"""The ways to a flood server, and the two clients that are compared: mcp-tui and the SDK's own, left as it is."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import anyio
import msgspec

from benchmarks.flood_server import flood_server
from mcp_tui.settings import Config, ServerSettings

if TYPE_CHECKING:
    from mcp.client import Client

    from mcp_tui.core.hub import Hub
    from mcp_tui.ui.app import McpTuiApp

SERVER = "flood"

_STDIO = (sys.executable, str(Path(__file__).parent / "flood_server.py"), "stdio")
_SECONDS = 300.0

Found = TypeVar("Found")


class Taken(NamedTuple):
    """Seconds: of the clock on the wall, and of a processor for all that the process did."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Taken:
        """Up to now, from whenever the clocks began."""
        return cls(time.perf_counter(), time.process_time())

    def since(self, then: Taken) -> Taken:
        """From then on."""
        return Taken(self.wall - then.wall, self.processor - then.processor)


class Link(msgspec.Struct, frozen=True):
    """A transport and an era (``auto``, which finds the modern one here, or ``legacy``, the handshake)."""

    transport: str
    protocol: str = "auto"

    def settings(self, port: int = 0, name: str = SERVER) -> ServerSettings:
        """How mcp-tui is told of the server at ``port``."""
        if self.transport == "stdio":
            return ServerSettings(name, "stdio", command=_STDIO, protocol=self.protocol)
        path = "sse" if self.transport == "sse" else "mcp"
        return ServerSettings(name, self.transport, f"http://127.0.0.1:{port}/{path}", protocol=self.protocol)


HTTP_MODERN = Link("streamable-http")
HTTP_HANDSHAKE = Link("streamable-http", "legacy")
SSE = Link("sse", "legacy")
STDIO = Link("stdio")


@contextmanager
def server(link: Link, count: int = 1) -> Generator[tuple[ServerSettings, ...]]:
    """A flood server; settings for ``count`` connections to it."""
    if link.transport == "stdio":
        yield (link.settings(),)
        return
    with flood_server() as port:
        yield (link.settings(port), *(link.settings(port, f"{SERVER}-{number}") for number in range(2, count + 1)))


# mcp-tui


def with_dashboard(servers: tuple[ServerSettings, ...], work: Callable[[McpTuiApp], Awaitable[Found]]) -> Found:
    """What ``work`` finds once the dashboard is open, as it is opened by the command, and has seen every server."""
    from mcp_tui.cli import logs
    from mcp_tui.core.history import History, default_path
    from mcp_tui.core.hub import Hub
    from mcp_tui.core.store import EventStore
    from mcp_tui.ui import garbage
    from mcp_tui.ui.app import McpTuiApp

    logs.quiet()
    garbage.hold()
    hub = Hub(Config(servers), EventStore(redact=logs.redact), history=History(default_path()))
    app = McpTuiApp(hub)

    async def main() -> Found:
        screen = asyncio.create_task(app.run_async())
        try:
            await hub.verdicts([server.name for server in servers])
            # What a dashboard does some seconds later; until then, no garbage would count.
            garbage.release()
            return await work(app)
        finally:
            app.exit()
            await screen
            if app.error is not None:
                raise app.error

    return asyncio.run(main())


async def flood(hub: Hub, count: int) -> Taken:
    """What it took for so many notifications to come from the wire into the store."""
    then = Taken.now()
    call = await hub.outcome(number := hub.call(SERVER, "flood", {"n": count}))
    taken = Taken.now().since(then)
    if call.events != count:
        raise RuntimeError(f"{call.events} of {count} notifications arrived: {call.error}")
    hub.dismiss(number)
    return taken


# The SDK's client


@asynccontextmanager
async def sdk_client(settings: ServerSettings, **options: Any) -> AsyncGenerator[Client]:
    """The SDK's client as its documentation shows it."""
    from mcp.client import Client
    from mcp.client.sse import sse_client
    from mcp.client.stdio import StdioServerParameters
    from mcp.shared.exceptions import MCPDeprecationWarning

    logging.getLogger().addHandler(logging.NullHandler())
    target: Any = settings.url
    if settings.transport == "sse":
        target = sse_client(settings.url)
    elif settings.transport == "stdio":
        target = StdioServerParameters(command=settings.command[0], args=list(settings.command[1:]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        async with Client(target, mode=settings.protocol, log_level="debug", **options) as client:
            yield client


def sdk_flood(settings: ServerSettings, count: int) -> Taken:
    """What it took for so many notifications to come from the wire to a callback that counts them."""

    async def main() -> Taken:
        counted, seen = anyio.Event(), 0

        async def count_one(_params: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == count:
                counted.set()

        async with sdk_client(settings, logging_callback=count_one) as client:
            then = Taken.now()
            await client.call_tool("flood", {"n": count})
            with anyio.fail_after(_SECONDS):
                await counted.wait()
            return Taken.now().since(then)

    return asyncio.run(main())
