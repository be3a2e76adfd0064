"""Real servers on loopback, over every transport and in both eras: each notification arrives once, in order."""

import sys
from collections.abc import AsyncGenerator, Generator

import msgspec
import pytest

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import CallState, State
from mcp_tui.settings import Limits, ServerSettings
from support.hubs import COUNTING_SERVER, counting_server, events, running, until

COMBINATIONS = [
    ("streamable-http", "auto"),
    ("streamable-http", "legacy"),
    ("sse", "2026-07-28"),
    ("sse", "auto"),
    ("stdio", "auto"),
    ("stdio", "legacy"),
]


@pytest.fixture(scope="module")
def urls() -> Generator[dict[str, str]]:
    with counting_server("http") as http, counting_server("sse") as sse:
        yield {"streamable-http": http, "sse": sse}


@pytest.fixture(params=COMBINATIONS, ids=lambda pair: "-".join(pair))
async def hub(request: pytest.FixtureRequest, urls: dict[str, str]) -> AsyncGenerator[Hub]:
    transport, protocol = request.param
    if transport == "stdio":
        command = (sys.executable, str(COUNTING_SERVER), "stdio")
        settings = ServerSettings("counting", transport, command=command, protocol=protocol)
    else:
        settings = ServerSettings("counting", transport, urls[transport], protocol=protocol)
    async with running(settings, limits=Limits(connect=60.0)) as hub:
        status = hub.server("counting")
        assert status.state is State.READY, status.reason
        # SSE is a transport of the handshake era, unless a server is known to speak the other one over it.
        legacy = protocol == "legacy" or (transport, protocol) == ("sse", "auto")
        assert status.era == ("handshake" if legacy else "modern")
        yield hub


def numbers(hub: Hub, call: int) -> list[int]:
    return [msgspec.json.decode(event.data or "")["number"] for event in events(hub, "message", call=call)]


async def test_every_notification_of_a_call_arrives_once_and_in_order(hub: Hub) -> None:
    call = hub.call("counting", "count", {"n": 500})
    outcome = await hub.outcome(call)
    assert outcome.state is CallState.FINISHED, outcome.error
    assert numbers(hub, call) == list(range(500))
    progress = [event.text for event in events(hub, "progress", call=call)]
    assert progress == [f"{number + 1}/500 · {number}" for number in range(500)]
    assert outcome.progress is not None
    assert outcome.progress.progress == 500


async def test_two_calls_at_once_each_get_their_own_progress(hub: Hub) -> None:
    calls = {label: hub.call("counting", "count", {"n": 50, "label": label}) for label in ("a", "b")}
    for label, call in calls.items():
        assert (await hub.outcome(call)).state is CallState.FINISHED
        mine = [event.text for event in events(hub, "progress", call=call)]
        assert mine == [f"{number + 1}/50 · {label}{number}" for number in range(50)]


async def test_two_calls_at_once_get_their_own_messages_or_none_is_claimed(hub: Hub) -> None:
    calls = {label: hub.call("counting", "count", {"n": 50, "label": label}) for label in ("a", "b")}
    for call in calls.values():
        await hub.outcome(call)
    found: dict[str, list[int]] = {"a": [], "b": []}
    for event in events(hub, "message"):
        data = msgspec.json.decode(event.data or "")
        found[data["label"]].append(data["number"])
        # Only a response stream of its own tells whose a message is; otherwise it is said not to be known.
        if hub.server("counting").transport == "streamable-http":
            assert event.call == calls[data["label"]]
        else:
            assert event.call in (None, calls[data["label"]])
    assert found == {"a": list(range(50)), "b": list(range(50))}


async def test_a_call_is_cancelled(hub: Hub) -> None:
    call = hub.call("counting", "hang", {})
    hub.cancel(call)
    assert (await hub.outcome(call)).state is CallState.CANCELLED
    after = hub.call("counting", "count", {"n": 1})
    assert (await hub.outcome(after)).state is CallState.FINISHED


async def test_a_tool_that_fails_is_an_outcome(hub: Hub) -> None:
    outcome = await hub.outcome(hub.call("counting", "fail", {}))
    assert outcome.state is CallState.FAILED
    assert outcome.result is not None
    assert outcome.result.is_error


async def test_the_tools_are_listed_again_when_they_change(hub: Hub) -> None:
    await until(hub, lambda: not hub.server("counting").silent)
    await hub.outcome(hub.call("counting", "add_tool", {}))
    await until(hub, lambda: "added" in [tool.name for tool in hub.server("counting").tools])
    assert events(hub, "tools/list_changed")
