"""Requests beside calls to a server that misbehaves: each ends in time, with a reason, and costs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Prompt
from mcp_tui.core.requests import Requests
from mcp_tui.core.secrets import Secret
from mcp_tui.core.status import State
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits
from support.answers import hang, results, unknown
from support.exchange import Exchange, Json
from support.faulty import serving
from support.hubs import events, running, until
from support.offering import connected, offering, page

LINKS = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("sse", "legacy")]
NOTE = "faulty://note"

links = pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])
eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])

# Answers

ODD_PROMPTS: dict[str, tuple[Json, list[tuple[str, str]]]] = {
    "unknown block": (
        {"messages": [{"role": "user", "content": {"type": "hologram"}}]},
        [("user", '{"role":"user","content":{"type":"hologram"}}')],
    ),
    "no role": (
        {"messages": [{"content": {"type": "text", "text": "a"}}]},
        [("", '{"content":{"type":"text","text":"a"}}')],
    ),
    "a number": ({"messages": [1], "description": 2}, [("", "1")]),
}


@pytest.mark.parametrize("case", ODD_PROMPTS)
@eras
async def test_an_odd_prompt_is_shown_as_far_as_it_goes(case: str, protocol: str) -> None:
    answer, messages = ODD_PROMPTS[case]
    answers = {"prompts/get": results(answer)}
    async with connected(answers, protocol=protocol) as (_, hub):
        result = await hub.requests("faulty").get_prompt("greet", {})
        assert [(message.role, message.text) for message in result.messages] == messages
        assert result.problem == "the server's answer is malformed: 1 of its 1 messages have no known form"


@pytest.mark.parametrize(
    "content",
    [
        {"blob": "a"},
        {"blob": "!!!!"},
        {"blob": "\u0661"},
        {"blob": 1},
        {"text": None},
        {"uri": "faulty://note"},
        "text",
        None,
    ],
    ids=str,
)
async def test_contents_of_no_known_form_are_left_out_and_counted(content: Any) -> None:
    answer = {"contents": [content, {"uri": "a", "text": "good"}]}
    async with connected({"resources/read": results(answer)}) as (_, hub):
        result = await hub.requests("faulty").read_resource(NOTE)
        assert [each.text for each in result.contents] == ["good"]
        assert result.problem == "the server's answer is malformed: 1 of its 2 contents have no known form"


REQUESTS: dict[str, Callable[[Requests], Coroutine[Any, Any, Any]]] = {
    "prompts/get": lambda requests: requests.get_prompt("greet", {}),
    "resources/read": lambda requests: requests.read_resource(NOTE),
    "completion/complete": lambda requests: requests.complete(Prompt("greet"), "who", ""),
    "resources/subscribe": lambda requests: requests.subscribe(NOTE),
}
ASKED = list(REQUESTS)[:3]


async def refused(exchange: Exchange) -> None:
    await exchange.error(-32602, "no \x1b[31mway")


BAD_ANSWERS: dict[str, tuple[Any, str]] = {
    "refused": (refused, "no ␛[31mway"),
    "no such method": (unknown, "Method not found"),
    "nothing": (results({}), "the answer is malformed: it has no list of "),
    "a list": (results([1]), "the answer cannot be read"),
}


@pytest.mark.parametrize("method", ASKED)
@pytest.mark.parametrize("case", BAD_ANSWERS)
@eras
async def test_a_bad_answer_is_a_reason_with_the_servers_name(case: str, method: str, protocol: str) -> None:
    answer, reason = BAD_ANSWERS[case]
    async with connected({method: answer}, protocol=protocol) as (_, hub):
        with pytest.raises(McpTuiError) as caught:
            await REQUESTS[method](hub.requests("faulty"))
        assert caught.value.message.startswith(f"faulty: {reason}")
        assert hub.server("faulty").state is State.READY


async def test_a_kind_of_result_that_nobody_knows_is_invalid_where_kinds_are_known() -> None:
    odd = results({"messages": [], "resultType": "moon"})
    async with connected({"prompts/get": odd}) as (server, hub):
        with pytest.raises(McpTuiError, match="its resultType is 'moon'"):
            await hub.requests("faulty").get_prompt("greet", {})
        async with running(server.settings(protocol="legacy")) as hub:
            assert (await hub.requests("faulty").get_prompt("greet", {})).messages == ()


async def test_no_more_completions_are_taken_than_are_allowed() -> None:
    answer = {"completion": {"values": [1, *map(str, range(150))], "total": "many"}}
    async with connected({"completion/complete": results(answer)}) as (_, hub):
        found = await hub.requests("faulty").complete(Prompt("greet"), "who", "")
        assert (len(found.values), found.values[0], found.total, found.has_more) == (100, "0", None, True)


async def test_a_template_that_cannot_be_read_has_no_variables_and_says_so() -> None:
    listed = page("resourceTemplates", {"uriTemplate": "x://{a:3}", "name": "a"})
    async with connected({"resources/templates/list": results(listed)}) as (_, hub):
        (template,) = hub.server("faulty").templates
        assert template.variables == ()
        with pytest.raises(McpTuiError, match=r"faulty: its template x://\{a:3\} cannot be read"):
            hub.requests("faulty").expand(template, {"a": "b"})


async def test_what_is_shown_is_free_of_secrets_and_what_is_saved_is_as_it_was_sent() -> None:
    said = {"contents": [{"uri": "x://s3cr3t-word", "text": "it is s3cr3t-word"}]}
    listed = page("resources", {"uri": "x://s3cr3t-word", "name": "s3cr3t-word"})
    answers = {"resources/read": results(said), "resources/list": results(listed)}
    async with connected(answers, headers={"Authorization": Secret("s3cr3t-word")}) as (_, hub):
        (resource,) = hub.server("faulty").resources
        assert (resource.uri, resource.safe_uri, resource.label) == ("x://s3cr3t-word", "x://•••", "•••")
        result = await hub.requests("faulty").read_resource(resource.uri)
        (content,) = result.contents
        assert (content.text, content.uri, content.data) == ("it is •••", "x://•••", b"it is s3cr3t-word")
        assert "s3cr3t" not in result.raw


# Time


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("limits", [Limits(call_quiet=0.3), Limits(call_total=0.3)], ids=["quiet", "total"])
async def test_an_answer_that_never_comes_is_not_waited_for(method: str, limits: Limits) -> None:
    answers = {method: hang}
    async with connected(answers, protocol="legacy", limits=limits) as (server, hub):
        with pytest.raises(McpTuiError, match=r"faulty: no answer within 0\.3 s") as caught:
            await REQUESTS[method](hub.requests("faulty"))
        assert "[limits]" in caught.value.hint
        await server.asked("notifications/cancelled")


@links
async def test_a_request_that_is_cancelled_ends_at_once_and_the_server_knows(transport: str, protocol: str) -> None:
    answers = {"resources/read": hang}
    async with connected(answers, transport=transport, protocol=protocol) as (server, hub):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hub.requests("faulty").read_resource, NOTE)
            await server.asked("resources/read")
            tasks.cancel_scope.cancel()
        closing = (transport, protocol) == ("streamable-http", "auto")
        await server.seen(lambda: server.gone if closing else server.count("notifications/cancelled"))
        assert (await hub.requests("faulty").get_prompt("greet", {})).messages


@links
async def test_a_cancelled_request_to_a_frozen_server_is_not_waited_for(
    transport: str, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long the SDK would try to tell a server that does not listen.
    monkeypatch.setattr("mcp.shared.jsonrpc_dispatcher._ABANDON_WRITE_TIMEOUT", 600)
    answers = {"resources/read": hang}
    async with connected(answers, transport=transport, protocol=protocol) as (server, hub):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hub.requests("faulty").read_resource, NOTE)
            await server.asked("resources/read")
            server.freeze()
            tasks.cancel_scope.cancel()
        server.thaw()


@links
async def test_a_request_ends_with_its_connection(transport: str, protocol: str) -> None:
    answers = {"resources/read": hang}
    async with connected(answers, transport=transport, protocol=protocol) as (server, hub):
        requests = hub.requests("faulty")
        failures: list[str] = []

        async def read() -> None:
            with pytest.raises(McpTuiError) as caught:
                await requests.read_resource(NOTE)
            failures.append(caught.value.message)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await server.asked("resources/read")
            await server.stop()
        assert failures[0].startswith("faulty: ")
        await until(hub, lambda: hub.server("faulty").state is not State.READY)
        with pytest.raises(McpTuiError, match="faulty is "):
            hub.requests("faulty")
        with pytest.raises(McpTuiError, match="faulty: the connection "):
            await requests.read_resource(NOTE)


async def test_a_request_that_hangs_holds_up_no_other_server_and_no_other_request() -> None:
    async with (
        serving(offering({"resources/read": hang})) as one,
        serving(offering()) as other,
        running(one.settings("one"), other.settings("other")) as hub,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(hub.requests("one").read_resource, NOTE)
        await one.asked("resources/read")
        assert (await hub.requests("one").get_prompt("greet", {})).messages
        assert (await hub.requests("other").read_resource(NOTE)).contents
        tasks.cancel_scope.cancel()


@eras
async def test_a_server_that_is_busy_with_a_request_is_not_taken_for_dead(protocol: str) -> None:
    answers = {"resources/read": hang}
    limits = Limits(heartbeat=0.2, call_quiet=1.5)
    async with (
        connected(answers, protocol=protocol, limits=limits) as (server, hub),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(expect_overdue, hub)
        await server.asked("resources/read")
        server.freeze()


async def expect_overdue(hub: Hub) -> None:
    with pytest.raises(McpTuiError, match=r"no answer within 1\.5 s"):
        await hub.requests("faulty").read_resource(NOTE)
    # Several heartbeats of silence have passed.
    assert [event.text for event in events(hub, "connection")][1:] == []
