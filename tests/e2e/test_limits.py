"""However much a server sends, and however little: memory, time and patience have bounds, and the size is said."""

import asyncio
import gzip
import time
import tracemalloc
from typing import Any

import pytest

from mcp_tui.core.guard import MAX_BODY
from mcp_tui.core.sse import MAX_EVENT
from mcp_tui.core.status import CallState, State
from mcp_tui.settings import Limits
from support.answers import hang
from support.exchange import dump, text_result
from support.faulty import Http, serving
from support.hubs import running, until

eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])
TOO_LARGE = f"is larger than {MAX_BODY:,} bytes; the tool may have run"


def bounded() -> None:
    """Fail where much more than the largest body was held at any time."""
    _, peak = tracemalloc.get_traced_memory()
    assert peak < 8 * MAX_BODY


@pytest.fixture
def measured() -> Any:
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def _endless_body(exchange: Http) -> None:
    exchange.done = False
    await exchange.pipe.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n")
    while True:
        await exchange.pipe.write(b" " * 65_536)


async def _endless_line(exchange: Http) -> None:
    await exchange.stream()
    await exchange.pipe.write(b"data: ")
    while True:
        await exchange.pipe.write(b"x" * 65_536)


async def _endless_event(exchange: Http) -> None:
    await exchange.stream()
    while True:
        await exchange.pipe.write(b"data: x\n" * 8_192)


async def _compressed(exchange: Http) -> None:
    body = gzip.compress(dump({"jsonrpc": "2.0", "id": exchange.message["id"], "result": text_result("x" * 10**7)}))
    await exchange.reply(200, body, {"content-encoding": "gzip"})


async def _slow(exchange: Http) -> None:
    """A byte now and then, and never an answer."""
    await exchange.stream()
    while True:
        await exchange.pipe.write(b": still here\n\n")
        await asyncio.sleep(0.05)


SENT = {
    "a body without an end": (_endless_body, f"the answer {TOO_LARGE}"),
    "a line without an end": (_endless_line, f"one event {TOO_LARGE}"),
    "an event without an end": (_endless_event, f"one event {TOO_LARGE}"),
    "a compressed body": (
        _compressed,
        "the server sent a compressed body (gzip) although none was accepted; the tool may have run",
    ),
}


@eras
@pytest.mark.parametrize("case", SENT)
async def test_a_call_that_is_answered_with_too_much_ends_and_the_rest_goes_on(
    case: str, protocol: str, measured: None
) -> None:
    answer, error = SENT[case]
    async with serving({"tools/call": answer}) as server, running(server.settings(protocol=protocol)) as hub:
        outcome = await hub.outcome(hub.call("faulty", "echo", {}))
        assert (outcome.state, outcome.error) == (CallState.LOST, error)
        bounded()
        server.answers["tools/call"] = _echo
        assert (await hub.outcome(hub.call("faulty", "echo", {}))).state is CallState.FINISHED
        assert server.count("initialize") + server.count("server/discover") <= 2


async def _echo(exchange: Http) -> None:
    await exchange.answer(text_result("echo"))


@eras
@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
async def test_an_answer_over_the_limit_of_a_stream_says_its_size(transport: str, protocol: str) -> None:
    async with serving() as server, running(server.settings(transport=transport, protocol=protocol)) as hub:
        size = 2_000_000 if transport == "sse" else MAX_EVENT + 1
        outcome = await hub.outcome(hub.call("faulty", "large", {"n": size}))
        assert outcome.state is CallState.LOST
        assert "is larger than" in outcome.error
        assert (await hub.outcome(hub.call("faulty", "echo", {}))).state is CallState.FINISHED
        assert hub.server("faulty").state is State.READY


@eras
async def test_a_standing_stream_that_never_ends_its_line_is_given_up_and_opened_again(protocol: str) -> None:
    name = "GET" if protocol == "legacy" else "subscriptions/listen"
    async with serving({name: _endless_line}) as server, running(server.settings(protocol=protocol)) as hub:
        await until(hub, lambda: "one event is larger than" in hub.server("faulty").silent)
        server.answers[name] = hang
        await server.asked(name, 2)
        assert hub.server("faulty").state is State.READY


@pytest.mark.parametrize("name", ["initialize", "server/discover", "SSE"])
async def test_connecting_takes_as_long_as_it_may(name: str) -> None:
    settings: dict[str, Any] = {"protocol": "legacy" if name == "initialize" else "auto"}
    settings["transport"] = "sse" if name == "SSE" else "streamable-http"
    async with serving({name: hang}) as server:
        started = time.monotonic()
        async with running(server.settings(**settings), limits=Limits(connect=0.5)) as hub:
            assert hub.server("faulty").reason == "no answer within 0.5 s"
            # Far from the thirty seconds that the SDK would wait.
            assert 0.5 <= time.monotonic() - started < 10


async def test_a_foreign_endpoint_is_no_reason_to_wait() -> None:
    async def foreign(exchange: Http) -> None:
        await exchange.stream()
        await exchange.pipe.write(b"event: endpoint\ndata: http://elsewhere.test/messages\n\n")
        await exchange.gone()

    # It is told before the time for connecting is up.
    limits = Limits(connect=600.0)
    async with (
        serving({"SSE": foreign}) as server,
        running(server.settings(transport="sse"), limits=limits) as hub,
    ):
        assert hub.server("faulty").state is State.WAITING
        assert hub.server("faulty").reason


@eras
async def test_signs_of_life_that_say_nothing_do_not_keep_a_call_for_ever(protocol: str) -> None:
    limits = Limits(call_quiet=0.5, heartbeat=0.2)
    async with (
        serving({"tools/call": _slow}) as server,
        running(server.settings(protocol=protocol), limits=limits) as hub,
    ):
        outcome = await hub.outcome(hub.call("faulty", "echo", {}))
        assert (outcome.state, outcome.error) == (
            CallState.LOST,
            "no sign of life for 0.5 s; the tool may have run",
        )
        assert hub.server("faulty").state is State.READY


@eras
async def test_a_call_has_a_total_clock_too(protocol: str) -> None:
    limits = Limits(call_total=0.5)
    async with serving() as server, running(server.settings(protocol=protocol), limits=limits) as hub:
        outcome = await hub.outcome(hub.call("faulty", "hang", {}))
        assert outcome.error == "no answer within 0.5 s; the tool may have run"
