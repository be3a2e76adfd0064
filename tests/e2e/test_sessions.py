"""A server that dies, freezes, forgets or goes deaf is seen soon, said in one line, and found when it is back."""

import time
from typing import Any

import anyio
import pytest

from mcp_tui.core import pace
from mcp_tui.core.status import CallState, State
from mcp_tui.settings import Limits
from support.answers import GOOD, cut, hang, unknown
from support.faulty import Faulty, Http, serving
from support.hubs import events, running, until

LINKS = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("sse", "legacy")]
QUICK = Limits(heartbeat=0.5)
PAUSE = 600.0
SOON = 20.0
"""Seconds that are many for what takes one or two, even on a busy machine, and few against ``PAUSE``."""

links = pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])
eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])


def lines(hub: Any, start: str) -> list[str]:
    return [event.text for event in events(hub, "connection") if event.text.startswith(start)]


# Dying and coming back


@links
async def test_a_killed_server_is_seen_at_once_and_found_when_it_is_back(
    transport: str, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: dict[str, Any] = {"transport": transport, "protocol": protocol}
    # Seen within a second is what is promised; a heartbeat, which would see it too, comes much later.
    async with serving() as server, running(server.settings(**settings), limits=Limits(heartbeat=PAUSE)) as hub:
        await until(hub, lambda: not hub.server("faulty").silent)
        await server.seen(lambda: server.standing)
        await server.stop()
        await until(hub, lambda: hub.server("faulty").state is not State.READY, SOON)
        await until(hub, lambda: hub.server("faulty").state is State.WAITING)
        await pause(hub, monkeypatch)
        assert hub.server("faulty").reason == "connection refused"
        listed = server.count("tools/list")
        await server.start()
        # Within two seconds, by looking out for it: the next try is far.
        await until(hub, lambda: hub.server("faulty").state is State.READY, SOON)
        assert server.count("tools/list") == listed + 1
        assert len(lines(hub, "connection lost: ")) == 1
        assert " s without it" in lines(hub, "connected again after ")[0]


async def pause(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a try has failed after which there is a long pause: what is back sooner was found by looking out."""
    tried = hub.server("faulty").attempt
    monkeypatch.setattr(pace, "SHORTEST_PAUSE", PAUSE)
    await until(hub, lambda: hub.server("faulty").attempt > tried and hub.server("faulty").state is State.WAITING)


@links
async def test_a_frozen_server_is_seen_by_its_silence(transport: str, protocol: str) -> None:
    settings: dict[str, Any] = {"transport": transport, "protocol": protocol}
    async with serving() as server, running(server.settings(**settings), limits=QUICK) as hub:
        server.freeze()
        # Two heartbeats, one second, are promised; left to itself, the SDK waits for minutes.
        await until(hub, lambda: hub.server("faulty").state is not State.READY, SOON)
        assert hub.server("faulty").reason == "no answer for 0.5 s"


@eras
async def test_a_frozen_server_is_found_when_it_thaws_however_long_the_pause(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(connect=1.0, heartbeat=0.5)
    async with serving() as server, running(server.settings(protocol=protocol), limits=limits) as hub:
        server.freeze()
        await until(hub, lambda: hub.server("faulty").reason == "no answer within 1 s")
        await pause(hub, monkeypatch)
        server.thaw()
        await until(hub, lambda: hub.server("faulty").state is State.READY, SOON)


@eras
async def test_a_frozen_server_that_is_busy_has_as_long_as_its_call(protocol: str) -> None:
    limits = Limits(heartbeat=0.2, call_quiet=1.5)
    async with serving() as server, running(server.settings(protocol=protocol), limits=limits) as hub:
        started = time.monotonic()
        call = hub.call("faulty", "hang", {})
        await server.asked("tools/call")
        server.freeze()
        outcome = await hub.outcome(call)
        assert (outcome.state, outcome.error) == (
            CallState.LOST,
            "no sign of life for 1.5 s; the tool may have run",
        )
        assert time.monotonic() - started >= 1.5
        await until(hub, lambda: hub.server("faulty").state is not State.READY)


@pytest.mark.parametrize("forgotten", [404, 400])
async def test_a_session_that_the_server_forgot_is_made_again(forgotten: int) -> None:
    async with serving(forgotten=forgotten) as server, running(server.settings(protocol="legacy")) as hub:
        server.sessions.clear()
        outcome = await hub.outcome(hub.call("faulty", "echo", {}))
        assert outcome.state in (CallState.FAILED, CallState.LOST)
        await server.asked("initialize", 2)
        await until(hub, lambda: hub.server("faulty").state is State.READY)
        assert (await hub.outcome(hub.call("faulty", "echo", {}))).state is CallState.FINISHED
        assert server.count("tools/call") == 2
        assert len(lines(hub, "connection lost: ")) == 1


async def test_a_session_that_is_forgotten_in_an_idle_hour_is_made_again() -> None:
    async with serving() as server, running(server.settings(protocol="legacy"), limits=QUICK) as hub:
        server.sessions.clear()
        await server.asked("initialize", 2)
        await until(hub, lambda: hub.server("faulty").state is State.READY)


async def test_one_exchange_that_is_cut_costs_no_session() -> None:
    # So long a heartbeat that a machine which stops for a while does not look like a server that does.
    limits = Limits(heartbeat=3.0)
    async with serving() as server, running(server.settings(protocol="legacy"), limits=limits) as hub:
        server.answers["ping"] = once(cut, GOOD["ping"])
        pings = server.count("ping")
        await server.asked("ping", pings + 2)
        assert (await hub.outcome(hub.call("faulty", "echo", {}))).state is CallState.FINISHED
        assert server.count("initialize") == 1


def once(first: Any, later: Any) -> Any:
    """Answer one way, and another way ever after."""
    answers = [first]

    async def answer(exchange: Http) -> None:
        await (answers.pop() if answers else later)(exchange)

    return answer


# Calls


@links
async def test_a_call_in_flight_is_lost_and_never_run_again(transport: str, protocol: str) -> None:
    async with serving() as server, running(server.settings(transport=transport, protocol=protocol)) as hub:
        call = hub.call("faulty", "hang", {})
        await server.asked("tools/call")
        await server.restart()
        outcome = await hub.outcome(call)
        assert outcome.state is CallState.LOST
        assert outcome.error.endswith("; the tool may have run")
        await until(hub, lambda: hub.server("faulty").state is State.READY)
        assert server.count("tools/call") == 1


@links
async def test_a_call_is_cancelled_and_the_server_knows(transport: str, protocol: str) -> None:
    async with serving() as server, running(server.settings(transport=transport, protocol=protocol)) as hub:
        call = hub.call("faulty", "hang", {})
        await server.asked("tools/call")
        hub.cancel(call)
        assert hub.calls[0].state is CallState.CANCELLING
        assert (await hub.outcome(call)).state is CallState.CANCELLED
        closing = (transport, protocol) == ("streamable-http", "auto")
        await server.seen(lambda: server.gone if closing else server.count("notifications/cancelled"))
        assert (await hub.outcome(hub.call("faulty", "echo", {}))).state is CallState.FINISHED


@links
async def test_a_call_to_a_frozen_server_is_cancelled_all_the_same(transport: str, protocol: str) -> None:
    async with serving() as server, running(server.settings(transport=transport, protocol=protocol)) as hub:
        call = hub.call("faulty", "hang", {})
        await server.asked("tools/call")
        server.freeze()
        started = time.monotonic()
        hub.cancel(call)
        assert (await hub.outcome(call)).state is CallState.CANCELLED
        # Two seconds at most; the server would never answer.
        assert time.monotonic() - started < SOON


# Deafness


async def test_a_standing_stream_that_is_refused_is_opened_later() -> None:
    async def refuse(exchange: Http) -> None:
        await exchange.reply(500)

    async with serving({"GET": refuse}) as server, running(server.settings(protocol="legacy")) as hub:
        await until(hub, lambda: hub.server("faulty").silent == "not listening: HTTP 500 Internal Server Error")
        server.answers["GET"] = Faulty().answers["GET"]
        await until(hub, lambda: not hub.server("faulty").silent)
        assert hub.server("faulty").state is State.READY


async def test_a_server_without_a_standing_stream_says_so() -> None:
    async def refuse(exchange: Http) -> None:
        await exchange.reply(405)

    async with serving({"GET": refuse}) as server, running(server.settings(protocol="legacy")) as hub:
        await until(hub, lambda: "offers no standing stream" in hub.server("faulty").silent)
        assert hub.server("faulty").state is State.READY


@eras
async def test_a_standing_stream_that_breaks_is_opened_again_and_the_gap_is_said(protocol: str) -> None:
    async with serving() as server, running(server.settings(protocol=protocol)) as hub:
        await until(hub, lambda: not hub.server("faulty").silent)
        await server.seen(lambda: server.standing)
        listed = server.count("tools/list")
        await server.standing[0].cut()
        await until(hub, lambda: hub.server("faulty").silent)
        assert hub.server("faulty").silent.startswith("not listening: ")
        await until(hub, lambda: not hub.server("faulty").silent)
        await server.seen(lambda: server.standing)
        assert len(lines(hub, "listening again after ")) == 1
        await server.asked("tools/list", listed + 1)
        await server.announce("tools/list_changed")
        await until(hub, lambda: events(hub, "tools/list_changed"))
        assert hub.server("faulty").state is State.READY


async def test_a_refused_subscription_is_asked_for_again() -> None:
    async with serving({"subscriptions/listen": unknown}) as server, running(server.settings()) as hub:
        await until(hub, lambda: hub.server("faulty").silent.startswith("not listening: Method not found"))
        server.answers["subscriptions/listen"] = GOOD["subscriptions/listen"]
        await until(hub, lambda: not hub.server("faulty").silent)


# Pace


@eras
async def test_a_server_that_says_retry_at_once_is_not_obeyed(protocol: str) -> None:
    async def end_at_once(exchange: Http) -> None:
        await exchange.stream()
        await exchange.pipe.write(b"retry: 0\nid: 1\ndata:\n\n")

    answers = {"GET": end_at_once, "subscriptions/listen": end_at_once}
    async with serving(answers) as server, running(server.settings(protocol=protocol)) as hub:
        await server.asked("GET", 4)
        times = [asked for asked, what in server.received if what == "GET"]
        assert times[3] - times[0] >= 3 * 0.45
        assert hub.server("faulty").state is State.READY
        assert len(lines(hub, "listening again after ")) <= 1


@pytest.mark.parametrize("status", [401, 403])
@links
async def test_what_is_refused_for_want_of_credentials_is_not_tried_again(
    status: int, transport: str, protocol: str
) -> None:
    async def refuse(exchange: Http) -> None:
        await exchange.reply(status, headers={"www-authenticate": "Bearer"})

    answers = {"initialize": refuse, "server/discover": refuse, "SSE": refuse}
    async with serving(answers) as server, running(server.settings(transport=transport, protocol=protocol)) as hub:
        assert hub.server("faulty").state is State.UNAUTHORIZED
        assert f"HTTP {status}" in hub.server("faulty").reason
        tried = len(server.received)
        await anyio.sleep(1.5)
        assert len(server.received) == tried


@eras
async def test_retry_after_is_kept(protocol: str) -> None:
    async def busy(exchange: Http) -> None:
        await exchange.reply(503, headers={"retry-after": "2"})

    answers = {"initialize": busy, "server/discover": busy}
    async with serving(answers) as server, running(server.settings(protocol=protocol)) as hub:
        assert hub.server("faulty").reason == "HTTP 503 Service Unavailable"
        tried = len(server.received)
        await server.seen(lambda: len(server.received) > tried)
        (first, _), (second, _) = server.received[tried - 1 : tried + 1]
        assert second - first >= 2.0
        assert len(lines(hub, "cannot connect: ")) == 1


# Leaving and limits


@eras
async def test_leaving_takes_two_seconds_at_most(protocol: str) -> None:
    async with serving({"DELETE": hang}) as server:
        async with running(server.settings(protocol=protocol)) as hub:
            assert hub.server("faulty").state is State.READY
            hub.call("faulty", "hang", {})
            await server.asked("tools/call")
            started = time.monotonic()
        # Left to itself, the SDK waits for the answer to its farewell for minutes.
        assert time.monotonic() - started < SOON
