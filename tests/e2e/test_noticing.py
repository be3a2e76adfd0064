"""What no stream tells is noticed all the same: a silent death, a frozen server with a call, a stream half dead."""

from typing import Any

import pytest

from mcp_tui.core import guard, subscriptions
from mcp_tui.core.status import CallState, State
from mcp_tui.settings import Limits, ServerSettings
from support.answers import MODERN
from support.faulty import Http, serving
from support.hubs import events, running, until

eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])


async def offers_no_stream(exchange: Http) -> None:
    """There is no standing stream, in the words of the handshake era."""
    await exchange.reply(405)


async def offers_no_changes(exchange: Http) -> None:
    """There is nothing to listen to, in the words of the modern era."""
    offered: dict[str, Any] = {"capabilities": {"tools": {}}, "ttlMs": 0, "cacheScope": "private"}
    await exchange.answer({**offered, "supportedVersions": [MODERN], "resultType": "complete"})


SILENT: dict[str, Any] = {"legacy": {"GET": offers_no_stream}, "auto": {"server/discover": offers_no_changes}}
"""Answers of a server that is never heard unasked, by protocol."""


@eras
async def test_a_server_without_a_standing_stream_is_seen_within_a_second_of_its_death(protocol: str) -> None:
    # So long a heartbeat that it is not what sees the server die.
    limits = Limits(heartbeat=600.0)
    async with (
        serving(SILENT[protocol]) as server,
        running(server.settings(protocol=protocol), limits=limits) as hub,
    ):
        await until(hub, lambda: " offers no" in hub.server("faulty").silent)
        await server.stop()
        await until(hub, lambda: hub.server("faulty").state is not State.READY, 20)
        assert hub.server("faulty").reason == "connection refused"
        await server.start()
        await until(hub, lambda: hub.server("faulty").state is State.READY)


@eras
async def test_a_frozen_server_with_a_call_says_so_and_no_longer_once_it_thaws(protocol: str) -> None:
    limits = Limits(heartbeat=0.2)
    async with serving() as server, running(server.settings(protocol=protocol), limits=limits) as hub:
        call = hub.call("faulty", "hang", {})
        await server.asked("tools/call")
        server.freeze()
        await until(hub, lambda: hub.server("faulty").reason)
        assert hub.server("faulty").state is State.READY
        assert hub.server("faulty").reason.endswith(" s while a call runs")
        server.thaw()
        await until(hub, lambda: not hub.server("faulty").reason)
        hub.cancel(call)
        assert (await hub.outcome(call)).state is CallState.CANCELLED


@eras
async def test_a_stream_on_which_nothing_comes_is_renewed_and_hears(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (guard, subscriptions):
        monkeypatch.setattr(module, "SILENCE_SECONDS", 0.1)
    async with serving() as server, running(server.settings(protocol=protocol)) as hub:
        standing = "GET" if protocol == "legacy" else "subscriptions/listen"
        await server.asked(standing, 5)
        # What is said in the moment of a renewal, nobody hears.
        while not events(hub, "tools/list_changed"):
            await server.announce("tools/list_changed")
            await server.asked(standing, server.count(standing) + 1)
        assert hub.server("faulty").silent == ""
        assert [event.text for event in events(hub, "connection") if "listening" in event.text] == []


async def test_an_sse_server_that_wants_its_messages_elsewhere_is_left_at_once() -> None:
    async def elsewhere(exchange: Http) -> None:
        await exchange.stream()
        await exchange.pipe.write(b"event: endpoint\ndata: http://internal.example/messages\n\n")
        await exchange.gone()

    async with serving({"SSE": elsewhere}) as server, running(server.settings(transport="sse")) as hub:
        status = hub.server("faulty")
        assert status.state is State.WAITING
        assert status.reason == "it wants its messages sent to another server, http://internal.example"
        assert "proxy" in status.hint


async def test_an_sse_server_that_names_no_endpoint_says_what_is_missing() -> None:
    async def mute(exchange: Http) -> None:
        await exchange.stream()
        await exchange.gone()

    async with (
        serving({"SSE": mute}) as server,
        running(server.settings(transport="sse"), limits=Limits(connect=3.0)) as hub,
    ):
        assert hub.server("faulty").reason == "it has not said where messages go"


@eras
async def test_a_server_that_is_asked_too_often_is_left_alone_for_as_long_as_it_says(protocol: str) -> None:
    async def too_many(exchange: Http) -> None:
        await exchange.reply(429, headers={"retry-after": "3600"})

    answers = {"initialize": too_many, "server/discover": too_many}
    async with serving(answers) as server, running(server.settings(protocol=protocol)) as hub:
        status = hub.server("faulty")
        assert status.reason == "HTTP 429 Too Many Requests"
        assert status.retry_at is not None
        assert status.retry_at - hub.time() > 3000


async def test_a_script_that_names_no_interpreter_fails_for_good(tmp_path: Any) -> None:
    script = tmp_path / "server"
    script.write_bytes(b"\x00\x01 not a program")
    script.chmod(0o755)
    async with running(ServerSettings("broken", "stdio", command=(str(script),))) as hub:
        status = hub.server("broken")
        assert status.state is State.FAILED
        assert status.reason == "the command cannot be run: Exec format error"
        assert "#!" in status.hint
