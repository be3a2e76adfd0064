"""The guard: an httpx2 transport under the SDK, so that one bad exchange costs one request.

Left alone, the SDK ends a whole session over one refused connection, one short body, one cut stream. The guard
answers for the server instead: a request that fails gets a JSON-RPC error, a stream that breaks just ends, the
standing stream is opened again. It also bounds what a server may send, notes what the SDK throws away (status,
``Retry-After``, ``WWW-Authenticate``), and shows the bytes of event streams to the tap.
"""

from __future__ import annotations

from functools import partial

import anyio
import httpx2

from mcp_tui.core import problem as problems
from mcp_tui.core.answer import failure, mend
from mcp_tui.core.awaited import Awaited
from mcp_tui.core.bodies import (
    JSON,
    StandingStream,
    TappedStream,
    asked_by,
    chunks,
    compressed,
    is_event_stream,
    is_json,
    plain_headers,
    shown_exchange,
    with_stream,
)
from mcp_tui.core.notes import Notes
from mcp_tui.core.problem import Problem
from mcp_tui.core.tap import Tap, current_call

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a body that is no event stream."""

NOTIFICATION_SECONDS = 2.0
"""How long a notification may take to be accepted before others go out."""

STANDING_TRIES = 3
"""How often a server that answers the standing stream with an error of ours (4xx) is asked for it in a row."""

REOPEN_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to reopen a standing stream; the last one repeats."""

SILENCE_SECONDS = 300.0
"""A standing stream on which nothing came for so long is opened anew."""

RENEW_TRIES = 2
"""How many failures to open it anew are no news."""

_SESSION_ID = "mcp-session-id"


def reopen_pause(tries: int) -> float:
    """Seconds to wait before a standing stream is opened again, after so many tries."""
    return REOPEN_PAUSES[min(tries, len(REOPEN_PAUSES) - 1)]


class Guard(httpx2.AsyncBaseTransport):
    """Wraps ``inner``, the transport that does the exchanges.

    transport: ``streamable-http`` or ``sse``, which decides what a GET means.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, tap: Tap, notes: Notes, transport: str) -> None:
        self._inner = inner
        self._tap = tap
        self._notes = notes
        self._sse = transport == "sse"
        self._awaited = Awaited()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Do one exchange; never raises for what a server or a network does."""
        if self._tap.wire.on and request.method == "POST":
            self._tap.wire.message(self._tap.server, request.content, sent=True, call=current_call.get())
        response = await self._handled(request)
        if self._tap.wire.on:
            said = shown_exchange(request, response)
            self._tap.wire.exchange(
                self._tap.server, said, failed=response.status_code >= 400, call=current_call.get()
            )
        return response

    async def _handled(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET" and not self._sse and current_call.get() is None:
            return await self._open_standing(request)
        asked = asked_by(request) if request.method == "POST" else b""
        self._awaited.add(asked if self._sse else b"")
        if request.method == "POST" and not asked:
            # The SDK sends nothing else before a notification has been answered, though nothing depends on it.
            with anyio.move_on_after(NOTIFICATION_SECONDS):
                return await self._exchange(request)
            return httpx2.Response(202, request=request)
        return await self._exchange(request)

    async def _exchange(self, request: httpx2.Request) -> httpx2.Response:
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
        if text := compressed(response):
            await response.aclose()
            return self._answer_for(request, problem or Problem("body", text))
        if is_event_stream(response):
            return with_stream(response, self._stream(request, response, call))
        if self._sse and request.method == "GET" and response.status_code < 300:
            self._notes.failed(Problem("body", "its answer is no event stream", "Is this an SSE server?"))
        return await self._whole(request, response, problem)

    def _stream(self, request: httpx2.Request, response: httpx2.Response, call: int | None) -> TappedStream:
        """The stream of one request's answer; over SSE that of all of them."""
        if not self._sse:
            asked = asked_by(request)
            awaited = Awaited(asked) if asked else None
            return TappedStream(response, self._tap, self._notes, call=call, awaited=awaited)
        self._notes.failed(Problem("timeout", "it has not said where messages go", "Is this an SSE server?"))
        return TappedStream(
            response,
            self._tap,
            self._notes,
            awaited=self._awaited,
            look=partial(self._look, str(request.url)),
            ended=self._notes.lost_session,
        )

    def _look(self, url: str, event: str, data: bytes) -> None:
        """See where a server wants its messages sent.

        Source: MCP specification 2024-11-05, basic/transports, "HTTP with SSE".
        """
        if event != "endpoint":
            return
        if problem := problems.of_endpoint(url, data.decode("utf-8", "replace")):
            self._notes.failed(problem)
            self._notes.lost_session(problem.text)
        else:
            self._notes.answered()

    async def _whole(
        self, request: httpx2.Request, response: httpx2.Response, problem: Problem | None
    ) -> httpx2.Response:
        """The response with its body read, within bounds. An error status says more than what its body lacks."""
        body = bytearray()
        try:
            async for chunk in chunks(response):
                body += chunk
                if len(body) > MAX_BODY:
                    text = f"the answer is larger than {MAX_BODY:,} bytes"
                    return self._answer_for(request, problem or Problem("body", text))
        except httpx2.TransportError as error:
            return self._answer_for(request, problem or problems.of_error(error))
        finally:
            await response.aclose()
        await self._tap.listener.heard()
        # What a 202 says beside that is no message.
        if body and response.status_code != 202 and self._tap.wire.on:
            self._tap.wire.message(self._tap.server, bytes(body), sent=False, call=current_call.get())
        if response.status_code == 400 and _SESSION_ID in request.headers and b"session" in body.lower():
            # Not the 404 that the specification asks for, but what several servers answer after a restart.
            self._notes.lost_session("the server no longer knows the session")
        if problem is not None and not is_json(response):
            # Of a refusal that is no JSON-RPC, the SDK would say no more than that it was one.
            return self._answer_for(request, problem, response)
        content: bytes | None = bytes(body)
        if problem is None and body and (asked := asked_by(request)) and is_json(response):
            mended = mend(bytes(body), Awaited(asked), longest=MAX_BODY)
            content = mended.passed
            if content is None:
                return self._answer_for(request, Problem("body", mended.remark))
        return httpx2.Response(
            response.status_code, headers=plain_headers(response), content=content, request=request
        )

    def _answer_for(
        self, request: httpx2.Request, problem: Problem, refusal: httpx2.Response | None = None
    ) -> httpx2.Response:
        """A response in the server's stead: a JSON-RPC error that costs this request and no other.

        It has the status and the headers of ``refusal``, the server's own response, where there is one.
        """
        if refusal is None:
            self._notes.failed(problem)
            if self._sse:
                # The SDK's SSE writer ends for good at the first POST that fails.
                self._notes.lost_session(problem.text)
        headers = httpx2.Headers(plain_headers(refusal) if refusal is not None else None)
        headers["content-type"] = JSON
        body = failure(b"", problem.text, sent=problem.sent)
        return httpx2.Response(problem.status or 503, headers=headers, content=body, request=request)

    async def _open_standing(self, request: httpx2.Request) -> httpx2.Response:
        """Open the standing stream, however many tries it takes; the SDK would give up after two, silently.

        Source: MCP specification 2025-11-25, basic/transports, "Listening for Messages from the Server".
        """
        request.extensions = {**request.extensions, "timeout": _with_read_timeout(request, SILENCE_SECONDS)}
        # A server may keep even the headers of its answer back until it has something to say.
        self._notes.standing(False, "the standing stream has not been answered yet")
        response = await self._ask_for_standing(request)
        if not _stands(response):
            return response
        self._notes.standing(True)
        stream = StandingStream(
            partial(self._renew, request),
            response,
            self._tap,
            self._notes,
            ended=partial(self._notes.standing, False),
        )
        return with_stream(response, stream)

    async def _renew(self, request: httpx2.Request, last_id: bytes) -> httpx2.Response | None:
        """Open the standing stream anew, and say nothing of it where that goes well."""
        if last_id:
            request.headers["last-event-id"] = last_id.decode("latin-1")
        response = await self._ask_for_standing(request, quietly=RENEW_TRIES)
        if not _stands(response):
            return None
        self._notes.standing(True)
        return response

    async def _ask_for_standing(self, request: httpx2.Request, quietly: int = 0) -> httpx2.Response:
        """Ask until there is a standing stream, or an answer that there is none to be had.

        The first ``quietly`` failures are not told: a server may not have seen yet that the old one was closed.
        """
        tries = 0
        while True:
            try:
                response = await self._inner.handle_async_request(request)
            except httpx2.TransportError as error:
                problem = problems.of_error(error)
            else:
                if response.has_redirect_location:
                    return await self._whole(request, response, None)
                if _stands(response):
                    return response
                await response.aclose()
                text = compressed(response) or "its answer is no event stream"
                problem = problems.of_status(response) or Problem("body", text)
            tries += 1
            if self._offers_none(problem, tries):
                return httpx2.Response(problem.status, request=request)
            if tries > quietly:
                self._notes.failed(problem)
                self._notes.standing(False, problem.text)
            await anyio.sleep(max(reopen_pause(tries - 1), problem.retry_after or 0))

    def _offers_none(self, problem: Problem, tries: int) -> bool:
        """Whether there is no standing stream to be had: so it was said (405), or it is an error each time."""
        offers_none = problem.status == 405 or (problem.status in (400, 404) and tries >= STANDING_TRIES)
        if offers_none:
            self._notes.standing(False, "the server offers no standing stream")
        return offers_none


def _stands(response: httpx2.Response) -> bool:
    """Whether this is a standing stream."""
    return is_event_stream(response) and response.status_code == 200 and not compressed(response)


def _with_read_timeout(request: httpx2.Request, seconds: float) -> dict[str, float | None]:
    return {**request.extensions.get("timeout", {}), "read": seconds}
