"""The bodies of HTTP responses, as the guard passes them on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import httpx2
import msgspec

from mcp_tui.core import problem as problems
from mcp_tui.core.answer import failure
from mcp_tui.core.awaited import Awaited
from mcp_tui.core.notes import Notes
from mcp_tui.core.problem import Problem
from mcp_tui.core.secrets import MASK, is_credential
from mcp_tui.core.sse import EventTooLargeError, Look, SseFilter
from mcp_tui.core.tap import Tap
from mcp_tui.core.text import clean

EVENT_STREAM = "text/event-stream"
JSON = "application/json"


class TappedStream(httpx2.AsyncByteStream):
    """The bytes of an event stream, less what the tap takes out. A break ends it like an end.

    call: the call on whose behalf it is read, if any. awaited: the requests that may be answered on it, where they
    are known. look: is shown every event that is no message. ended: is told why the stream ended.
    """

    def __init__(
        self,
        response: httpx2.Response,
        tap: Tap,
        notes: Notes,
        *,
        call: int | None = None,
        awaited: Awaited | None = None,
        look: Look | None = None,
        ended: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._response = response
        self._tap = tap
        self._notes = notes
        self._call = call
        self._awaited = awaited
        self._look = look
        self._ended = ended
        self._events = self._filter()

    def _filter(self) -> SseFilter:
        return SseFilter(self._take, self._look)

    def _chunks(self) -> AsyncIterator[bytes]:
        return chunks(self._response)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        heard = self._tap.listener.heard
        reason = "the server closed the stream"
        try:
            async for chunk in self._chunks():
                rest = self._events.feed(chunk)
                await heard()
                if rest:
                    yield rest
        except httpx2.TransportError as error:
            problem = problems.of_error(error)
            reason = problem.text
            self._notes.failed(problem)
        except EventTooLargeError as error:
            reason = str(error)
            self._notes.failed(Problem("body", reason))
            if self._awaited is not None and (owner := self._awaited.take(None)):
                yield b"data: " + failure(owner, reason) + b"\n\n"
        self._ended(reason)

    def _take(self, data: bytes) -> bool | bytes:
        """Whether the tap took a message, or what stands in its place."""
        if self._tap.take(data, self._call):
            return True
        passed = self._tap.rest(data, self._call, self._awaited)
        return passed is None or (passed is not data and passed)

    async def aclose(self) -> None:
        """Close the stream underneath."""
        await self._response.aclose()


class StandingStream(TappedStream):
    """The standing stream, which is renewed where nothing came on it for the request's read timeout.

    It may be dead on a side that nobody sees: a router that forgot it, a proxy that holds it open. ``renew`` gets
    the last event's id, to resume after, and gives the new response, or None where there is none to be had.
    """

    def __init__(self, renew: Callable[[bytes], Awaitable[httpx2.Response | None]], *args: Any, **options: Any):
        super().__init__(*args, **options)
        self._renew = renew

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async for chunk in chunks(self._response):
                    yield chunk
                return
            except httpx2.ReadTimeout:
                await self._response.aclose()
                renewed = await self._renew(self._events.last_id)
                if renewed is None:
                    raise
                self._response, self._events = renewed, self._filter()


class _Id(msgspec.Struct):
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def asked_by(request: httpx2.Request) -> bytes:
    """The JSON-RPC id that the answer must carry, as JSON text; empty where nothing was asked."""
    try:
        found = msgspec.json.decode(request.content, type=_Id).id
    except (msgspec.MsgspecError, httpx2.RequestNotRead):
        return b""
    return b"" if found is msgspec.UNSET else bytes(found)


def chunks(response: httpx2.Response) -> AsyncIterator[bytes]:
    """The bytes of a body as they come."""
    return aiter(cast("httpx2.AsyncByteStream", response.stream))


def is_event_stream(response: httpx2.Response) -> bool:
    """Whether a response says that it is an event stream."""
    return _kind(response) == EVENT_STREAM


def is_json(response: httpx2.Response) -> bool:
    """Whether a response says that it is JSON."""
    return _kind(response) == JSON


def _kind(response: httpx2.Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def compressed(response: httpx2.Response) -> str:
    """What there is to say against the encoding of a body, or nothing."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return ""
    return f"the server sent a compressed body ({clean(encoding, 20)}) although none was accepted"


def with_stream(response: httpx2.Response, stream: httpx2.AsyncByteStream) -> httpx2.Response:
    """The response with another body."""
    return httpx2.Response(
        response.status_code, headers=response.headers, stream=stream, extensions=response.extensions
    )


def plain_headers(response: httpx2.Response) -> list[tuple[bytes, bytes]]:
    """The headers without those that speak of the body as it was on the wire."""
    skipped = (b"content-length", b"transfer-encoding", b"content-encoding")
    return [(name, value) for name, value in response.headers.raw if name.lower() not in skipped]


def shown_exchange(request: httpx2.Request, response: httpx2.Response) -> str:
    """One exchange in one line: method, path, status and the headers that say something, secret ones masked."""
    told = [
        f"{name}: {MASK if is_credential(name) else value}"
        for name, value in response.headers.items()
        if name not in _DULL
    ]
    return f"{request.method} {request.url.path} {response.status_code} {', '.join(told)}".rstrip()


_DULL = (
    "date",
    "server",
    "content-length",
    "transfer-encoding",
    "connection",
    "cache-control",
    "x-accel-buffering",
)
