"""The wire: every message, both ways, an answer with its question and how long it took."""

import sys

import pytest

from mcp_tui.core.levels import Level
from mcp_tui.core.redact import Redactor
from mcp_tui.core.secrets import Secret
from mcp_tui.core.wire import MAX_OPEN, RECORDING, Wire
from mcp_tui.settings import Config, ServerSettings
from support.faulty import serving
from support.hubs import COUNTING_SERVER, counting_server, running


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wire(clock: Clock) -> Wire:
    made = Wire(clock=clock)
    made.switch(on=True)
    return made


def lines(wire: Wire) -> list[tuple[str, str]]:
    assert wire.store is not None
    held = wire.store.merged
    return [(event.kind, event.text) for event in held.between(0, held.end) if event.kind != RECORDING]


def test_an_answer_is_paired_with_its_question(wire: Wire, clock: Clock) -> None:
    wire.message(
        "items", b'{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":"a"}}', sent=True, call=3
    )
    clock.now += 0.25
    wire.message("items", b'{"jsonrpc":"2.0","id":7,"result":{"tools":[]}}', sent=False)
    assert lines(wire) == [
        ("request", '→ tools/list 7 {"cursor":"a"}'),
        ("response", '← tools/list 7 250.0 ms {"tools":[]}'),
    ]
    assert wire.store is not None
    first = wire.store.get(2)
    assert first is not None
    assert (first.call, first.data) == (
        3,
        '{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":"a"}}',
    )


def test_a_question_of_the_server_is_another_than_ours_with_the_same_id(wire: Wire, clock: Clock) -> None:
    wire.message("items", b'{"id":1,"method":"ping"}', sent=True)
    wire.message("items", b'{"id":1,"method":"roots/list"}', sent=False)
    clock.now += 1
    wire.message("items", b'{"id":1,"result":{"roots":[]}}', sent=True)
    wire.message("items", b'{"id":1,"error":{"code":-1,"message":"no"}}', sent=False)
    assert [text for _, text in lines(wire)[2:]] == [
        '→ roots/list 1 1,000.0 ms {"roots":[]}',
        '← ping 1 1,000.0 ms error {"code":-1,"message":"no"}',
    ]
    assert wire.store is not None
    assert wire.store.count(Level.ERROR) == 1


def test_the_servers_are_told_apart(wire: Wire) -> None:
    wire.message("items", b'{"id":1,"method":"ping"}', sent=True)
    wire.message("other", b'{"id":1,"result":{}}', sent=False)
    assert lines(wire)[1] == ("response", "← answer 1 {}")


@pytest.mark.parametrize("message", [b"not JSON", b"[]", b'{"result":{}}', b"", b"\xff", b'{"method":7}'])
def test_what_is_no_message_is_shown_for_what_it_is(wire: Wire, message: bytes) -> None:
    wire.message("items", message, sent=False)
    assert [kind for kind, _ in lines(wire)] == ["unreadable"]


def test_notifications_are_of_the_least_level(wire: Wire) -> None:
    wire.message("items", '{"method":"notifications/message","params":{"data":"\u202e"}}'.encode(), sent=False)
    assert wire.store is not None
    (event,) = wire.store.by_level[Level.DEBUG].between(0, 9)
    assert event.text.startswith("← notifications/message ")
    assert event.text.isprintable()


def test_off_it_keeps_what_it_had_and_takes_no_more(wire: Wire) -> None:
    wire.exchange("items", "POST 200", failed=False)
    wire.switch(on=False)
    assert not wire.on
    assert lines(wire) == [("http", "POST 200")]
    wire.switch(on=True)
    wire.exchange("items", "POST 500", failed=True)
    assert len(lines(wire)) == 2


def test_its_log_shows_where_it_did_not_record() -> None:
    wire = Wire(now=iter([10.0, 20.0, 30.0]).__next__)
    assert (wire.since, wire.messages) == (None, 0)
    for on in (False, True, True, False, False, True):
        wire.switch(on)
    assert wire.store is not None
    told = [(event.time, event.text) for event in wire.store.merged.between(0, 9)]
    assert told == [(10.0, "recording begins"), (20.0, "recording ends"), (30.0, "recording begins")]
    assert wire.since == 10.0


def test_switched_on_again_it_still_knows_what_was_asked(wire: Wire) -> None:
    wire.message("items", b'{"id":1,"method":"ping"}', sent=True)
    wire.switch(on=True)
    wire.message("items", b'{"id":1,"result":{}}', sent=False)
    assert lines(wire)[1][1].startswith("← ping 1 ")
    assert wire.messages == 2


def test_what_is_never_answered_is_forgotten_in_the_end(wire: Wire) -> None:
    for number in range(MAX_OPEN + 1):
        wire.message("items", b'{"id":%d,"method":"ping"}' % number, sent=True)
    wire.message("items", b'{"id":0,"result":{}}', sent=False)
    wire.message("items", b'{"id":1,"result":{}}', sent=False)
    assert [text.split()[1] for _, text in lines(wire)[-2:]] == ["answer", "ping"]


def test_secrets_are_masked() -> None:
    server = ServerSettings("items", "streamable-http", "http://h/mcp", secrets=(Secret("hunter2secret"),))
    wire = Wire(redact=Redactor(Config((server,))))
    wire.switch(on=True)
    wire.message("items", b'{"id":1,"method":"tools/call","params":{"token":"hunter2secret"}}', sent=True)
    ((_, text),) = lines(wire)
    assert "hunter2" not in text
    assert wire.store is not None
    event = wire.store.get(2)
    assert event is not None
    assert event.data
    assert "hunter2" not in event.data


# On a connection


@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
async def test_while_it_is_on_both_sides_are_recorded_and_what_is_under_them(transport: str) -> None:
    async with serving() as server, running(server.settings(transport=transport)) as hub:
        assert hub.wire.store is None
        hub.wire.switch(on=True)
        await hub.outcome(hub.call("faulty", "echo", {"text": "over the wire"}))
        said = lines(hub.wire)
        asked, answer = [text for kind, text in said if kind in ("request", "response") and "tools/call" in text]
        assert asked.startswith("→ tools/call ")
        assert answer.startswith("← tools/call ")
        assert " ms {" in answer
        assert any(text.startswith("POST /") for kind, text in said if kind == "http")


async def test_what_a_202_says_is_no_message() -> None:
    with counting_server("sse") as url:
        async with running(ServerSettings("counting", "sse", url)) as hub:
            hub.wire.switch(on=True)
            await hub.outcome(hub.call("counting", "count", {"n": 1}))
            said = lines(hub.wire)
    assert any(text.startswith("POST /messages/ 202") for _, text in said)
    assert "unreadable" not in {kind for kind, _ in said}


async def test_over_stdio_there_are_messages_alone() -> None:
    command = (sys.executable, str(COUNTING_SERVER.parent / "faulty_stdio.py"))
    async with running(ServerSettings("faulty", "stdio", command=command)) as hub:
        hub.wire.switch(on=True)
        await hub.outcome(hub.call("faulty", "echo", {}))
        called = [kind for kind, text in lines(hub.wire) if "tools/call" in text]
        assert called == ["request", "response"]
        assert "http" not in {kind for kind, _ in lines(hub.wire)}
