"""The guard: an httpx2 transport under the SDK, so that one bad exchange costs one request.

Left alone, the SDK ends a whole session over one refused connection, one short body, one cut stream. The guard
answers for the server instead: a request that fails gets a JSON-RPC error, a stream that breaks just ends, the
standing stream is opened again. It also bounds what a server may send, notes what the SDK throws away (status,
``Retry-After``, ``WWW-Authenticate``), and shows the bytes of event streams to the tap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol, cast

import anyio
import httpx2
import msgspec

from mcp_tui.core import problem as problems
from mcp_tui.core.problem import Problem
from mcp_tui.core.sse import EventTooLargeError, SseFilter
from mcp_tui.core.tap import Tap, current_call
from mcp_tui.core.text import clean

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a body that is no event stream."""

FAILED_EXCHANGE = -32_070
"""The JSON-RPC error code of an exchange that the guard answered for; its ``data`` says whether it was sent."""

REOPEN_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to reopen a standing stream; the last one repeats."""

_EVENT_STREAM = "text/event-stream"
_SESSION_ID = "mcp-session-id"


def reopen_pause(tries: int) -> float:
    """Seconds to wait before a standing stream is opened again, after so many tries."""
    return REOPEN_PAUSES[min(tries, len(REOPEN_PAUSES) - 1)]


class Notes(Protocol):
    """Whom the guard tells: the connection."""

    def answered(self) -> None:
        """An exchange went well."""
        ...

    def failed(self, problem: Problem) -> None:
        """An exchange failed."""
        ...

    def lost_session(self, reason: str) -> None:
        """This session is over: the server no longer knows it, or its only channel broke."""
        ...

    def standing(self, open_: bool, reason: str = "") -> None:
        """The standing stream was opened, or is not there, and why."""
        ...


class Guard(httpx2.AsyncBaseTransport):
    """Wraps ``inner``, the transport that does the exchanges.

    transport: ``streamable-http`` or ``sse``, which decides what a GET means.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, tap: Tap, notes: Notes, transport: str) -> None:
        self._inner = inner
        self._tap = tap
        self._notes = notes
        self._sse = transport == "sse"

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Do one exchange; never raises for what a server or a network does."""
        if request.method == "GET" and not self._sse and current_call.get() is None:
            return await self._open_standing(request)
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.TransportError as error:
            return self._answer_for(request, problems.of_error(error))
        await self._tap.listener.heard()
        return await self._guarded(request, response, current_call.get())

    async def aclose(self) -> None:
        """Close the transport underneath."""
        await self._inner.aclose()

    async def _guarded(
        self, request: httpx2.Request, response: httpx2.Response, call: int | None
    ) -> httpx2.Response:
        if (problem := problems.of_status(response)) is None:
            self._notes.answered()
        else:
            self._notes.failed(problem)
            if self._sse or (problem.status == 404 and _SESSION_ID in request.headers):
                self._notes.lost_session(problem.text)
        if text := _compressed(response):
            await response.aclose()
            return self._answer_for(request, problem or Problem("body", text))
        if _is_event_stream(response):
            ended = self._notes.lost_session if self._sse else _nothing
            return _with_stream(response, _Tapped(response, self._tap, self._notes, call, ended))
        if self._sse and request.method == "GET" and problem is None:
            self._notes.failed(Problem("body", "its answer is no event stream", "Is this an SSE server?"))
        return await self._whole(request, response, problem)

    async def _whole(
        self, request: httpx2.Request, response: httpx2.Response, problem: Problem | None
    ) -> httpx2.Response:
        """The response with its body read, within bounds. An error status says more than what its body lacks."""
        body = bytearray()
        try:
            async for chunk in _chunks(response):
                body += chunk
                if len(body) > MAX_BODY:
                    text = f"the answer is larger than {MAX_BODY:,} bytes"
                    return self._answer_for(request, problem or Problem("body", text))
        except httpx2.TransportError as error:
            return self._answer_for(request, problem or problems.of_error(error))
        finally:
            await response.aclose()
        await self._tap.listener.heard()
        if problem is None and _answers_another(request, bytes(body)):
            return self._answer_for(request, Problem("body", "the answer carries the id of another request"))
        if response.status_code == 400 and _SESSION_ID in request.headers and b"session" in body.lower():
            # Not the 404 that the specification asks for, but what several servers answer after a restart.
            self._notes.lost_session("the server no longer knows the session")
        return httpx2.Response(
            response.status_code, headers=_plain_headers(response), content=bytes(body), request=request
        )

    def _answer_for(self, request: httpx2.Request, problem: Problem) -> httpx2.Response:
        """A response in the server's stead: a JSON-RPC error that costs this request and no other."""
        self._notes.failed(problem)
        if self._sse:
            # The SDK's SSE writer ends for good at the first POST that fails.
            self._notes.lost_session(problem.text)
        error = {"code": FAILED_EXCHANGE, "message": problem.text, "data": {"sent": problem.sent}}
        body = msgspec.json.encode({"jsonrpc": "2.0", "id": None, "error": error})
        headers = {"content-type": "application/json"}
        return httpx2.Response(503, headers=headers, content=body, request=request)

    async def _open_standing(self, request: httpx2.Request) -> httpx2.Response:
        """Open the standing stream, however many tries it takes; the SDK would give up after two, silently.

        Source: MCP specification 2025-11-25, basic/transports, "Listening for Messages from the Server".
        """
        tries = 0
        # A server may keep even the headers of its answer back until it has something to say.
        self._notes.standing(False, "the standing stream has not been answered yet")
        while True:
            try:
                response = await self._inner.handle_async_request(request)
            except httpx2.TransportError as error:
                problem = problems.of_error(error)
            else:
                compressed = _compressed(response)
                if _is_event_stream(response) and response.status_code == 200 and not compressed:
                    self._notes.standing(True)
                    return _with_stream(response, self._standing_stream(response))
                await response.aclose()
                text = compressed or "its answer is no event stream"
                problem = problems.of_status(response) or Problem("body", text)
                if problem.status in (400, 404) and _SESSION_ID in request.headers:
                    self._notes.lost_session(problem.text)
                if problem.status == 405:
                    self._notes.standing(False, "the server offers no standing stream")
                    return httpx2.Response(405, request=request)
            self._notes.failed(problem)
            self._notes.standing(False, problem.text)
            await anyio.sleep(max(reopen_pause(tries), problem.retry_after or 0))
            tries += 1

    def _standing_stream(self, response: httpx2.Response) -> _Tapped:
        return _Tapped(response, self._tap, self._notes, None, lambda reason: self._notes.standing(False, reason))


class _Tapped(httpx2.AsyncByteStream):
    """The bytes of an event stream, less what the tap takes out. A break ends it like an end."""

    def __init__(
        self,
        response: httpx2.Response,
        tap: Tap,
        notes: Notes,
        call: int | None,
        ended: Callable[[str], None],
    ) -> None:
        self._response = response
        self._tap = tap
        self._notes = notes
        self._call = call
        self._ended = ended

    async def __aiter__(self) -> AsyncIterator[bytes]:
        tap, call = self._tap, self._call
        events = SseFilter(lambda data: tap.take(data, call))
        reason = "the server closed the stream"
        try:
            async for chunk in _chunks(self._response):
                rest = events.feed(chunk)
                await tap.listener.heard()
                if rest:
                    yield rest
            if rest := events.close():
                yield rest
        except httpx2.TransportError as error:
            problem = problems.of_error(error)
            reason = problem.text
            self._notes.failed(problem)
        except EventTooLargeError as error:
            reason = str(error)
            self._notes.failed(Problem("body", reason))
        self._ended(reason)

    async def aclose(self) -> None:
        await self._response.aclose()


def _nothing(_reason: str) -> None:
    """The end of a call's stream is the SDK's business."""


class _Id(msgspec.Struct):
    id: msgspec.Raw | None = None


def _answers_another(request: httpx2.Request, body: bytes) -> bool:
    """Whether ``body`` answers something other than ``request``; the SDK would wait on for the right answer."""
    try:
        asked, answered = msgspec.json.decode(request.content, type=_Id), msgspec.json.decode(body, type=_Id)
    except (msgspec.MsgspecError, httpx2.RequestNotRead):
        return False
    return asked.id is not None and answered.id is not None and bytes(asked.id) != bytes(answered.id)


def _chunks(response: httpx2.Response) -> AsyncIterator[bytes]:
    return aiter(cast("httpx2.AsyncByteStream", response.stream))


def _is_event_stream(response: httpx2.Response) -> bool:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower() == _EVENT_STREAM


def _compressed(response: httpx2.Response) -> str:
    """What there is to say against the encoding of a body, or nothing."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return ""
    return f"the server sent a compressed body ({clean(encoding, 20)}) although none was accepted"


def _with_stream(response: httpx2.Response, stream: httpx2.AsyncByteStream) -> httpx2.Response:
    return httpx2.Response(
        response.status_code, headers=response.headers, stream=stream, extensions=response.extensions
    )


def _plain_headers(response: httpx2.Response) -> list[tuple[bytes, bytes]]:
    """The headers without those that speak of the body as it was on the wire."""
    skipped = (b"content-length", b"transfer-encoding", b"content-encoding")
    return [(name, value) for name, value in response.headers.raw if name.lower() not in skipped]
