"""Subscriptions to resources: made in either era, kept over restarts, and what may have been missed counts."""

from __future__ import annotations

import anyio
import pytest

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import ResourceSubscription
from mcp_tui.core.status import State
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits
from support.answers import GOOD, hang
from support.exchange import SUBSCRIPTION, Exchange, Json
from support.faulty import Faulty
from support.hubs import events, until
from support.offering import CAPABILITIES, connected, declaring

LINKS = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("sse", "legacy")]
NOTE = "faulty://note"

links = pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])
eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])


async def refused(exchange: Exchange) -> None:
    await exchange.error(-32602, "no \x1b[31mway")


def subscribed(hub: Hub) -> list[str]:
    return [subscription.uri for subscription in hub.server("faulty").subscriptions]


async def test_who_offers_no_subscriptions_is_not_asked_for_one() -> None:
    capabilities: Json = {**CAPABILITIES, "resources": {}}
    async with connected(declaring(capabilities), protocol="legacy") as (server, hub):
        with pytest.raises(McpTuiError, match="it offers no subscriptions to resources"):
            await hub.requests("faulty").subscribe(NOTE)
        assert server.count("resources/subscribe") == 0


async def test_a_refused_subscription_is_none_in_the_handshake_era() -> None:
    async with connected({"resources/subscribe": refused}, protocol="legacy") as (_, hub):
        with pytest.raises(McpTuiError, match="faulty: no "):
            await hub.requests("faulty").subscribe(NOTE)
        assert subscribed(hub) == []


async def acknowledge_lists_only(exchange: Exchange) -> None:
    meta = {SUBSCRIPTION: exchange.message["id"]}
    asked = {key: value for key, value in exchange.params["notifications"].items() if value is True}
    await exchange.notify("subscriptions/acknowledged", {"_meta": meta, "notifications": asked})
    await exchange.gone()


async def test_a_subscription_that_is_not_acknowledged_is_none_in_the_modern_era() -> None:
    async with connected({"subscriptions/listen": acknowledge_lists_only}) as (_, hub):
        with pytest.raises(McpTuiError, match="does not tell of changes of this resource"):
            await hub.requests("faulty").subscribe(NOTE)
        assert subscribed(hub) == []


async def test_a_stream_that_is_refused_refuses_the_subscription() -> None:
    async with connected() as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        server.answers["subscriptions/listen"] = refused
        with pytest.raises(McpTuiError, match="faulty: no "):
            await hub.requests("faulty").subscribe(NOTE)
        server.answers["subscriptions/listen"] = GOOD["subscriptions/listen"]
        await until(hub, lambda: not hub.server("faulty").silent)
        assert subscribed(hub) == []


def wanted(server: Faulty) -> list[list[str]]:
    """The resources that the open streams were asked to tell of."""
    return [stream.params["notifications"].get("resourceSubscriptions", []) for stream in server.standing]


async def test_subscriptions_at_the_same_time_share_one_stream() -> None:
    async with connected() as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        requests = hub.requests("faulty")
        async with anyio.create_task_group() as tasks:
            for uri in ("x://a", "x://b", "x://c"):
                tasks.start_soon(requests.subscribe, uri)
        assert sorted(subscribed(hub)) == ["x://a", "x://b", "x://c"]
        await server.seen(lambda: [sorted(uris) for uris in wanted(server)] == [["x://a", "x://b", "x://c"]])
        await requests.unsubscribe("x://b")
        await server.seen(lambda: [sorted(uris) for uris in wanted(server)] == [["x://a", "x://c"]])
        assert hub.server("faulty").state is State.READY


async def test_a_server_that_had_nothing_to_say_can_be_listened_to_once_there_is_a_subscription() -> None:
    answers = declaring({"resources": {"subscribe": True}})
    async with connected(answers) as (_, hub):
        await until(hub, lambda: "offers no notifications" in hub.server("faulty").silent)
        await hub.requests("faulty").subscribe(NOTE)
        await until(hub, lambda: not hub.server("faulty").silent)
        await hub.requests("faulty").unsubscribe(NOTE)
        await until(hub, lambda: "offers no notifications" in hub.server("faulty").silent)


@eras
async def test_a_part_of_a_resource_counts_and_another_resource_does_not(protocol: str) -> None:
    async with connected(protocol=protocol) as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        await hub.requests("faulty").subscribe("x://folder")
        await server.seen(lambda: server.standing)
        for uri in ("x://folder/file", "x://folders", "x://folder"):
            await server.announce("resources/updated", {"uri": uri})
        await server.announce("resources/updated", {"uri": 1})
        await until(hub, lambda: len(events(hub, "resources/updated")) == 4)
        assert hub.server("faulty").subscriptions == (ResourceSubscription("x://folder", 2),)


@links
async def test_subscriptions_are_made_again_after_a_restart(transport: str, protocol: str) -> None:
    async with connected(transport=transport, protocol=protocol) as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        await hub.requests("faulty").subscribe(NOTE)
        await server.restart()
        await until(hub, lambda: hub.server("faulty").subscriptions[0].version >= 1)
        if hub.server("faulty").era == "modern":
            await server.seen(lambda: wanted(server) == [[NOTE]])
        else:
            await server.asked("resources/subscribe", 2)


async def test_a_list_that_never_comes_is_no_reason_not_to_subscribe_again() -> None:
    async with connected(protocol="legacy", limits=Limits(connect=1.0)) as (server, hub):
        await hub.requests("faulty").subscribe(NOTE)
        server.answers["prompts/list"] = hang
        await server.restart()
        await server.asked("resources/subscribe", 2)
        await until(hub, lambda: hub.server("faulty").state is State.READY)


async def test_a_subscription_that_is_refused_after_a_restart_is_noted() -> None:
    async with connected(protocol="legacy") as (server, hub):
        await hub.requests("faulty").subscribe(NOTE)
        server.answers["resources/subscribe"] = refused
        await server.restart()
        await until(hub, lambda: any("refused to subscribe" in note for note in hub.server("faulty").notes))
        assert hub.server("faulty").notes == (f"It refused to subscribe to {NOTE} again: no ␛[31mway",)


@eras
async def test_what_may_have_changed_while_the_stream_was_broken_counts_as_changed(protocol: str) -> None:
    async with connected(protocol=protocol) as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        await hub.requests("faulty").subscribe(NOTE)
        await server.seen(lambda: server.standing)
        await server.standing[0].cut()
        await until(hub, lambda: hub.server("faulty").silent)
        await until(hub, lambda: not hub.server("faulty").silent)
        await until(hub, lambda: hub.server("faulty").subscriptions == (ResourceSubscription(NOTE, 1),))
