"""The guard: one bad exchange costs one request."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from functools import partial

import anyio
import httpx2
import pytest

from core.support import Ears, NoteBook
from mcp_tui.core import bodies
from mcp_tui.core import guard as guards
from mcp_tui.core.answer import FAILED_EXCHANGE
from mcp_tui.core.guard import REOPEN_PAUSES, Guard
from mcp_tui.core.problem import Problem
from mcp_tui.core.sse import MAX_EVENT, SseFilter
from mcp_tui.core.tap import Tap, current_call

SECRET = "hunter2"
URL = f"http://user:{SECRET}@h/mcp?token={SECRET}"
MESSAGE = b'data: {"method":"notifications/message","params":{"level":"info","data":"hi"}}\n\n'
RESULT = b'{"jsonrpc":"2.0","id":1,"result":{}}'
ANSWER = b'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n'
KEPT = b"event: other\ndata: 1\n\n"
ENDPOINT = b"event: endpoint\ndata: /messages?session=1\n\n"
SESSION = {"mcp-session-id": "s1"}
STREAM = {"content-type": "text/event-stream"}
JSON = {"content-type": "application/json"}

Step = httpx2.Response | httpx2.TransportError


class Pieces(httpx2.AsyncByteStream):
    """A body in pieces; an exception among them is raised in its place."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            self.given += 1
            yield piece

    async def aclose(self) -> None:
        self.closed = True


class Server(httpx2.AsyncBaseTransport):
    """Does one step for each request; an exception is raised in the place of an answer."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        step = self.steps.pop(0)
        if isinstance(step, httpx2.TransportError):
            raise step
        return step


class Guarded:
    """A client behind a guard, in front of a server of one answer a request."""

    def __init__(self, *steps: Step, transport: str = "streamable-http", ears: Ears | None = None) -> None:
        self.ears = ears or Ears()
        self.notes = NoteBook()
        self.server = Server(*steps)
        self.guard = Guard(self.server, Tap("items", self.ears, {}), self.notes, transport)
        self.client = httpx2.AsyncClient(transport=self.guard)

    async def post(self, headers: dict[str, str] | None = None) -> httpx2.Response:
        return await self.client.post(URL, json={"id": 1}, headers=headers)

    async def get(self, headers: dict[str, str] | None = None) -> httpx2.Response:
        return await self.client.get(URL, headers=headers)

    @property
    def problem(self) -> Problem:
        """The only problem that was noted."""
        (problem,) = self.notes.problems
        return problem


def stream(*pieces: bytes | Exception, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, headers=STREAM, stream=Pieces(*pieces))


def body(*pieces: bytes | Exception, headers: dict[str, str] | None = None) -> httpx2.Response:
    return httpx2.Response(200, headers={**JSON, **(headers or {})}, stream=Pieces(*pieces))


def assert_answered_for(response: httpx2.Response, problem: Problem) -> None:
    """The response is a JSON-RPC error with the problem in it, which costs the SDK one request."""
    assert response.status_code == 503
    error = response.json()["error"]
    assert (error["code"], error["message"]) == (FAILED_EXCHANGE, problem.text)
    assert error["data"] == {"sent": problem.sent}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "REOPEN_PAUSES", (0.0,))


# What goes well


async def test_a_good_answer_passes_and_is_noted() -> None:
    guarded = Guarded(body(RESULT[:9], RESULT[9:], headers={"Mcp-Session-Id": "s1", "X-Kept": "yes"}))
    response = await guarded.post()
    assert (response.status_code, response.json()) == (200, json.loads(RESULT))
    assert (response.headers["mcp-session-id"], response.headers["x-kept"]) == ("s1", "yes")
    assert guarded.notes.answers == 1
    assert guarded.notes.problems == []
    assert guarded.ears.times_heard >= 1


async def test_the_length_on_the_wire_is_not_that_of_the_answer_given() -> None:
    guarded = Guarded(body(RESULT, headers={"transfer-encoding": "chunked"}))
    response = await guarded.post()
    assert (response.content, response.headers["content-length"]) == (RESULT, str(len(RESULT)))
    assert "transfer-encoding" not in response.headers


async def test_an_accepted_notification_needs_no_body() -> None:
    guarded = Guarded(httpx2.Response(202))
    assert (await guarded.post()).status_code == 202
    assert guarded.notes.problems == []


@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
async def test_notifications_are_taken_out_of_a_stream_and_the_rest_passes(transport: str) -> None:
    guarded = Guarded(stream(MESSAGE[:20], MESSAGE[20:] + ANSWER), transport=transport)
    response = await guarded.post()
    assert response.headers["content-type"] == "text/event-stream"
    assert response.content == ANSWER
    assert guarded.ears.texts == ["hi"]


async def test_an_event_without_its_blank_line_is_discarded() -> None:
    guarded = Guarded(stream(MESSAGE + ANSWER + MESSAGE.rstrip()))
    assert (await guarded.post()).content == ANSWER
    assert guarded.ears.texts == ["hi"]


async def test_a_content_type_may_have_parameters_and_any_case() -> None:
    answer = httpx2.Response(200, headers={"content-type": "Text/Event-Stream; charset=utf-8"}, content=MESSAGE)
    guarded = Guarded(answer)
    assert (await guarded.post()).content == b""
    assert guarded.ears.texts == ["hi"]


async def test_what_comes_on_a_call_s_stream_belongs_to_that_call() -> None:
    guarded = Guarded(stream(MESSAGE))
    current_call.set(5)
    await guarded.post()
    assert [event.call for event in guarded.ears.events] == [5]


async def test_nothing_more_is_read_as_long_as_there_is_no_room() -> None:
    class Busy(Ears):
        room = anyio.Event()

        async def heard(self) -> None:
            await super().heard()
            if self.times_heard > 1:
                await self.room.wait()

    pieces, ears = Pieces(MESSAGE, MESSAGE, MESSAGE), Busy()
    guarded = Guarded(httpx2.Response(200, headers=STREAM, stream=pieces), ears=ears)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(guarded.post)
            await anyio.wait_all_tasks_blocked()
            assert pieces.given == 1
            ears.room.set()
    assert (pieces.given, len(ears.events)) == (3, 3)


async def test_closing_the_client_closes_the_transport_underneath() -> None:
    closed: list[bool] = []

    class Closing(Server):
        async def aclose(self) -> None:
            closed.append(True)

    async with httpx2.AsyncClient(transport=Guard(Closing(), Tap("a", Ears(), {}), NoteBook(), "sse")):
        pass
    assert closed == [True]


# What fails below HTTP


@pytest.mark.parametrize(
    ("error", "kind", "sent"),
    [
        (httpx2.ConnectError(f"refused {URL}"), "refused", False),
        (httpx2.ConnectTimeout(URL), "timeout", False),
        (httpx2.PoolTimeout(URL), "timeout", False),
        (httpx2.ReadTimeout(URL), "timeout", True),
        (httpx2.WriteTimeout(URL), "timeout", True),
        (httpx2.ReadError(URL), "cut", True),
        (httpx2.RemoteProtocolError(URL), "cut", True),
        (httpx2.UnsupportedProtocol(URL), "protocol", False),
    ],
)
async def test_a_failed_exchange_is_answered_for(error: httpx2.TransportError, kind: str, sent: bool) -> None:
    guarded = Guarded(error)
    response = await guarded.post()
    assert (guarded.problem.kind, guarded.problem.sent) == (kind, sent)
    assert_answered_for(response, guarded.problem)
    assert guarded.notes.lost == []
    assert guarded.notes.answers == 0


async def test_the_next_request_is_another_chance() -> None:
    guarded = Guarded(httpx2.ConnectError("refused"), body(RESULT))
    assert (await guarded.post()).status_code == 503
    assert (await guarded.post()).status_code == 200


async def test_over_sse_a_failed_post_ends_the_session() -> None:
    guarded = Guarded(httpx2.ReadError(URL), transport="sse")
    assert_answered_for(await guarded.post(), guarded.problem)
    assert guarded.notes.lost == [guarded.problem.text]


async def test_a_body_that_is_cut_is_answered_for() -> None:
    pieces = Pieces(b'{"id":', httpx2.ReadError(URL))
    guarded = Guarded(httpx2.Response(200, headers=JSON, stream=pieces))
    assert_answered_for(await guarded.post(), guarded.problem)
    assert (guarded.problem.kind, guarded.problem.sent) == ("cut", True)
    assert pieces.closed


async def test_a_stream_that_is_cut_just_ends() -> None:
    guarded = Guarded(stream(ANSWER, MESSAGE + b"data: ha", httpx2.RemoteProtocolError(URL)))
    response = await guarded.post()
    assert response.content == ANSWER
    assert guarded.problem.kind == "cut"
    assert guarded.ears.texts == ["hi"]
    assert guarded.notes.lost == []


@pytest.mark.parametrize("end", [[], [httpx2.ReadError(URL)]])
async def test_over_sse_the_end_of_the_stream_ends_the_session(end: list[Exception]) -> None:
    guarded = Guarded(stream(ENDPOINT, *end), transport="sse")
    assert (await guarded.get()).content == ENDPOINT
    assert len(guarded.notes.lost) == 1
    assert len(guarded.notes.problems) == 1 + len(end)


async def test_an_event_over_the_limit_ends_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SseFilter", partial(SseFilter, max_event=50))
    guarded = Guarded(stream(KEPT, b"data: " + b"x" * 60, ANSWER))
    content = (await guarded.post()).content
    assert content.startswith(KEPT)
    assert guarded.problem == Problem("body", "one event is larger than 50 bytes")
    error = json.loads(content.removeprefix(KEPT + b"data: "))
    assert (error["id"], error["error"]["message"]) == (1, guarded.problem.text)


def test_one_event_may_be_larger_than_the_sdk_would_take() -> None:
    assert MAX_EVENT >= 2**20


# What a server may not send


async def test_a_body_over_the_limit_is_answered_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_BODY", 10)
    pieces = Pieces(b"x" * 6, b"x" * 6, b"never read")
    guarded = Guarded(httpx2.Response(200, headers=JSON, stream=pieces))
    assert_answered_for(await guarded.post(), guarded.problem)
    assert guarded.problem == Problem("body", "the answer is larger than 10 bytes")
    assert (pieces.given, pieces.closed) == (2, True)


async def test_a_body_at_the_limit_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MAX_BODY", len(RESULT))
    assert (await Guarded(body(RESULT)).post()).content == RESULT


@pytest.mark.parametrize("headers", [JSON, STREAM])
async def test_a_compressed_body_is_refused_unread(headers: dict[str, str]) -> None:
    pieces = Pieces(gzip.compress(b"{}"))
    guarded = Guarded(httpx2.Response(200, headers={**headers, "content-encoding": "gzip"}, stream=pieces))
    assert_answered_for(await guarded.post(), guarded.problem)
    assert "compressed body (gzip)" in guarded.problem.text
    assert (pieces.given, pieces.closed) == (0, True)


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_a_body_that_says_it_is_not_compressed_passes(encoding: str) -> None:
    response = await Guarded(body(RESULT, headers={"content-encoding": encoding})).post()
    assert (response.status_code, response.content) == (200, RESULT)


async def test_a_compressed_error_page_hides_no_status() -> None:
    answer = httpx2.Response(401, headers={"content-encoding": "gzip"}, stream=Pieces(b""))
    guarded = Guarded(answer)
    await guarded.post()
    assert all(problem.status == 401 for problem in guarded.notes.problems)


# What a status says


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_a_status_is_noted_with_what_the_sdk_throws_away(status: int) -> None:
    headers = {"retry-after": "7", "www-authenticate": 'Bearer realm="x"'}
    guarded = Guarded(httpx2.Response(status, headers=headers, content=b"no"))
    response = await guarded.post()
    assert (response.status_code, response.headers["retry-after"]) == (status, "7")
    # Of a refusal that is no JSON-RPC, the SDK would say no more than that it was one.
    assert response.json()["error"]["message"].startswith(f"HTTP {status} ")
    problem = guarded.problem
    assert (problem.status, problem.retry_after, problem.challenge) == (status, 7.0, 'Bearer realm="x"')
    assert guarded.notes.answers == 0
    assert guarded.notes.lost == []


async def test_a_404_to_a_session_is_the_end_of_that_session() -> None:
    guarded = Guarded(httpx2.Response(404))
    assert (await guarded.post(SESSION)).status_code == 404
    assert guarded.notes.lost == ["HTTP 404 Not Found"]


async def test_a_404_without_a_session_ends_none() -> None:
    guarded = Guarded(httpx2.Response(404))
    await guarded.post()
    assert guarded.notes.lost == []
    assert guarded.problem.status == 404


async def test_over_sse_any_error_status_ends_the_session() -> None:
    guarded = Guarded(httpx2.Response(500), transport="sse")
    await guarded.post()
    assert guarded.notes.lost == ["HTTP 500 Internal Server Error"]


async def test_over_sse_a_get_that_brings_no_stream_is_a_problem() -> None:
    guarded = Guarded(httpx2.Response(200, headers={"content-type": "text/html"}, content=b"hi"), transport="sse")
    await guarded.get()
    assert guarded.problem.kind == "body"
    assert "event stream" in guarded.problem.text


async def test_no_problem_shows_the_secrets_of_a_url() -> None:
    cut = httpx2.ReadError(URL)
    steps: list[Step] = [httpx2.ConnectError(URL), cut, httpx2.Response(500), stream(cut), body(cut)]
    guarded = Guarded(*steps)
    answers = [await guarded.post() for _ in steps]
    assert len(guarded.notes.problems) == len(steps)
    assert SECRET not in repr(guarded.notes.problems)
    assert SECRET not in "".join(answer.text for answer in answers)


# The standing stream

OPENING = (False, "the standing stream has not been answered yet")


async def test_the_standing_stream_is_tapped_and_its_end_is_said() -> None:
    guarded = Guarded(stream(MESSAGE, ANSWER))
    assert (await guarded.get(SESSION)).content == ANSWER
    assert [(event.text, event.call) for event in guarded.ears.events] == [("hi", None)]
    assert guarded.notes.standings == [OPENING, (True, ""), (False, "the server closed the stream")]
    assert guarded.notes.lost == []


async def test_a_stream_that_is_resumed_belongs_to_its_call_and_is_no_standing_one() -> None:
    guarded = Guarded(stream(MESSAGE, ANSWER))
    current_call.set(5)
    assert (await guarded.get(SESSION)).content == ANSWER
    assert [(event.text, event.call) for event in guarded.ears.events] == [("hi", 5)]
    assert guarded.notes.standings == []


async def test_a_standing_stream_that_is_cut_ends_and_says_why() -> None:
    guarded = Guarded(stream(ANSWER, httpx2.ReadError(URL)))
    assert (await guarded.get(SESSION)).content == ANSWER
    assert guarded.notes.standings == [OPENING, (True, ""), (False, "the server cut the connection")]


async def test_a_standing_stream_is_tried_for_until_it_is_there() -> None:
    steps: list[Step] = [
        httpx2.ConnectError("refused"),
        httpx2.Response(503),
        httpx2.Response(200, headers=JSON, content=b"{}"),
        httpx2.Response(200, headers={**STREAM, "content-encoding": "gzip"}, stream=Pieces(b"")),
        httpx2.ReadTimeout("slow"),
        stream(ANSWER),
    ]
    guarded = Guarded(*steps)
    with anyio.fail_after(30):
        response = await guarded.get(SESSION)
    assert response.content == ANSWER
    assert [open_ for open_, _ in guarded.notes.standings] == [False] * 6 + [True, False]
    reasons = [reason for _, reason in guarded.notes.standings[1:6]]
    assert reasons[:3] == ["connection refused", "HTTP 503 Service Unavailable", "its answer is no event stream"]
    assert "compressed body (gzip)" in reasons[3]
    assert guarded.notes.lost == []


# A standing stream on which nothing comes


def silent(*pieces: bytes) -> httpx2.Response:
    """A stream on which nothing comes after ``pieces``, so that reading it times out."""
    return stream(*pieces, httpx2.ReadTimeout("silent"))


async def test_a_standing_stream_that_is_silent_for_long_is_opened_anew_without_a_word() -> None:
    numbered = b"id: 7\n" + MESSAGE
    guarded = Guarded(silent(numbered, b"data: half"), httpx2.ConnectError("refused"), stream(MESSAGE, KEPT))
    response = await guarded.get(SESSION)
    assert response.content == b"id: 7\ndata:\n\n" + KEPT
    assert guarded.ears.texts == ["hi", "hi"]
    first, *others = guarded.server.requests
    assert first.extensions["timeout"]["read"] == guards.SILENCE_SECONDS
    assert [request.headers["last-event-id"] for request in others] == ["7", "7"]
    not_yet, opened, renewed, ended = guarded.notes.standings
    assert ([not_yet[0], opened[0], renewed[0]], ended) == (
        [False, True, True],
        (False, "the server closed the stream"),
    )
    assert guarded.notes.problems == []


async def test_a_standing_stream_that_cannot_be_opened_anew_is_said_to_be_gone() -> None:
    refused = [httpx2.ConnectError("refused") for _ in range(guards.RENEW_TRIES + 1)]
    guarded = Guarded(silent(), *refused, stream(MESSAGE))
    await guarded.get(SESSION)
    assert [open_ for open_, _ in guarded.notes.standings] == [False, True, False, True, False]
    assert guarded.problem.text == "connection refused"


async def test_a_standing_stream_that_is_no_longer_offered_ends() -> None:
    guarded = Guarded(silent(), httpx2.Response(405))
    await guarded.get(SESSION)
    assert (False, "the server offers no standing stream") in guarded.notes.standings


# Where an SSE server wants its messages


async def test_an_sse_server_that_names_itself_is_fine() -> None:
    guarded = Guarded(stream(ENDPOINT), transport="sse")
    await guarded.get()
    assert guarded.notes.lost == ["the server closed the stream"]
    assert guarded.notes.answers == 2


@pytest.mark.parametrize(
    "named", [b"https://h/messages", b"http://h:81/m", f"//user:{SECRET}@else.where/m".encode(), b"http://["]
)
async def test_an_sse_server_that_names_another_is_left(named: bytes) -> None:
    guarded = Guarded(stream(b"event: endpoint\ndata: " + named + b"\n\n"), transport="sse")
    await guarded.get()
    said = guarded.notes.problems[-1]
    assert guarded.notes.lost[0] == said.text
    assert SECRET not in said.text
    assert said.hint


async def test_over_sse_the_answer_to_nothing_is_said_and_passed_to_nobody() -> None:
    guarded = Guarded(httpx2.Response(202), stream(ENDPOINT, ANSWER, ANSWER), transport="sse")
    await guarded.post()
    assert (await guarded.get()).content == ENDPOINT + ANSWER
    assert [text.partition(": ")[0] for text in guarded.ears.texts] == ["an answer to no open request"]


async def test_the_tries_become_rarer_and_never_cease(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []

    async def note(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(guards, "REOPEN_PAUSES", REOPEN_PAUSES)
    monkeypatch.setattr(anyio, "sleep", note)
    refused = [httpx2.ConnectError("refused") for _ in range(8)]
    await Guarded(*refused, stream(b"")).get()
    assert paused == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]


async def test_a_server_without_a_standing_stream_is_not_asked_again() -> None:
    guarded = Guarded(httpx2.Response(405))
    assert (await guarded.get(SESSION)).status_code == 405
    assert len(guarded.server.requests) == 1
    assert guarded.notes.standings == [OPENING, (False, "the server offers no standing stream")]


@pytest.mark.parametrize("status", [400, 404])
async def test_a_server_that_refuses_the_standing_stream_each_time_offers_none(status: int) -> None:
    guarded = Guarded(*[httpx2.Response(status) for _ in range(guards.STANDING_TRIES)])
    assert (await guarded.get(SESSION)).status_code == status
    assert guarded.notes.standings[-1] == (False, "the server offers no standing stream")
    # Whether it still knows the session, a request will tell.
    assert guarded.notes.lost == []


async def test_a_redirect_of_the_standing_stream_is_left_to_the_sdk() -> None:
    guarded = Guarded(httpx2.Response(307, headers={"location": "/mcp/"}))
    assert (await guarded.get(SESSION)).status_code == 307


async def test_a_notification_that_is_not_answered_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "NOTIFICATION_SECONDS", 0.05)

    class Silent(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            await anyio.sleep_forever()
            raise AssertionError

    guard = Guard(Silent(), Tap("items", Ears(), {}), NoteBook(), "streamable-http")
    request = httpx2.Request("POST", URL, json={"jsonrpc": "2.0", "method": "notifications/cancelled"})
    with anyio.fail_after(30):
        assert (await guard.handle_async_request(request)).status_code == 202


async def test_waiting_for_the_standing_stream_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "REOPEN_PAUSES", (3_600.0,))
    guarded = Guarded(httpx2.ConnectError("refused"))
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(guarded.get)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
    assert guarded.notes.standings == [OPENING, (False, "connection refused")]


async def test_the_error_in_the_server_s_stead_is_json_rpc() -> None:
    response = await Guarded(httpx2.ReadError("cut")).post()
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.content)["jsonrpc"] == "2.0"
    assert json.loads(response.content)["id"] is None
