"""Settings to an SDK transport, with the guard and the tap in it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from types import TracebackType
from typing import Any

import anyio
import httpx2
import msgspec
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCNotification

from mcp_tui.core.guard import Guard
from mcp_tui.core.notes import Notes
from mcp_tui.core.sse import MAX_EVENT
from mcp_tui.core.stdio import stdio_link
from mcp_tui.core.tap import Tap, current_call
from mcp_tui.settings import ServerSettings

Streams = tuple[Any, Any]
"""The read and the write stream of an SDK transport (its own names for their types are private)."""

OpenLink = Callable[[ServerSettings, Tap, Notes], AbstractAsyncContextManager[Streams]]
"""Opens the transport of one session; a test passes its own."""

_CONNECT_SECONDS, _WRITE_SECONDS = 10.0, 30.0
# A stream that is silent for hours may have been forgotten by a router on its way; the system finds that out.
_KEEPALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), seconds)
        for name, seconds in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
]


def open_link(settings: ServerSettings, tap: Tap, notes: Notes) -> AbstractAsyncContextManager[Streams]:
    """The transport that ``settings`` ask for.

    Source: MCP specification, basic/transports.
    """
    match settings.transport:
        case "sse":
            return _sse(settings, tap, notes)
        case "stdio":
            return stdio_link(settings, tap, notes)
        case _:
            return _streamable_http(settings, tap, notes)


@asynccontextmanager
async def _streamable_http(settings: ServerSettings, tap: Tap, notes: Notes) -> AsyncGenerator[Streams]:
    async with (
        _http_client(settings, tap, notes) as http_client,
        streamable_http_client(settings.url, http_client=http_client, max_sse_event_size=2 * MAX_EVENT) as streams,
    ):
        yield streams


@asynccontextmanager
async def _sse(settings: ServerSettings, tap: Tap, notes: Notes) -> AsyncGenerator[Streams]:
    def factory(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
    ) -> httpx2.AsyncClient:
        return _http_client(settings, tap, notes)

    async with sse_client(settings.url, httpx_client_factory=factory) as streams:
        yield streams


def _http_client(settings: ServerSettings, tap: Tap, notes: Notes) -> httpx2.AsyncClient:
    verify = (
        _usual_authorities() if settings.ca_file is None else ssl.create_default_context(cafile=settings.ca_file)
    )
    inner = httpx2.AsyncHTTPTransport(verify=verify, socket_options=_KEEPALIVE)
    return httpx2.AsyncClient(
        transport=Guard(inner, tap, notes, settings.transport),
        headers={
            "accept-encoding": "identity",
            **{name: value.reveal() for name, value in settings.headers.items()},
        },
        # Reading has no limit here: an event stream may be silent for hours. Calls have clocks of their own.
        timeout=httpx2.Timeout(_WRITE_SECONDS, connect=_CONNECT_SECONDS, read=None),
    )


@cache
def _usual_authorities() -> ssl.SSLContext:
    """What all connections share: to read the authorities for each would hold up the screen 20 ms a time."""
    return httpx2.create_ssl_context()


class TappedReadStream:
    """A transport's read stream with the notifications taken out: for a server in the same process, in tests."""

    def __init__(self, inner: Any, tap: Tap, notes: Notes) -> None:
        self._inner = inner
        self._tap = tap
        self._notes = notes

    @property
    def last_context(self) -> Any:
        """The sender's context of the last message, where the inner stream has one."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        """The next message that is the SDK's business."""
        while True:
            try:
                item: SessionMessage | Exception = await self._inner.receive()
            except anyio.EndOfStream:
                self._notes.lost_session("the server has ended")
                raise
            await self._tap.listener.heard()
            if isinstance(item, Exception):
                self._tap.unreadable(str(item))
            elif not self._take(item):
                return item

    def _take(self, item: SessionMessage) -> bool:
        message = item.message
        if not isinstance(message, JSONRPCNotification):
            return False
        params = msgspec.json.encode(message.params or {})
        return self._tap.take_notification(message.method, params, self._call())

    def _call(self) -> int | None:
        context = self.last_context
        return None if context is None else context.get(current_call)

    async def aclose(self) -> None:
        """Close the inner stream."""
        await self._inner.aclose()

    def close(self) -> None:
        """Close the inner stream."""
        self._inner.close()

    def __aiter__(self) -> TappedReadStream:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> TappedReadStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
