"""Prompts, resources, templates, completions and subscriptions of an SDK server: every transport, both eras."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Action, Reply
from mcp_tui.core.offers import Completion, PromptMessage, ResourceSubscription
from mcp_tui.core.status import CallState, State
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits, ServerSettings
from support.hubs import events, free_port, in_memory, process, running, until
from support.offering_server import NOTE, NOTES, PICTURE, build

OFFERING_SERVER = Path(__file__).parents[1] / "support" / "offering_server.py"
LINKS = [(transport, protocol) for transport in ("http", "sse", "stdio") for protocol in ("auto", "legacy")]
IN_MEMORY = ServerSettings("offering", "stdio", command=("none",))


@contextmanager
def offering(transport: str, **options: Any) -> Generator[ServerSettings]:
    """The settings of an offering server that runs."""
    command = (sys.executable, str(OFFERING_SERVER), transport)
    if transport == "stdio":
        yield ServerSettings("offering", "stdio", command=command, **options)
        return
    port = free_port()
    path, name = ("sse", "sse") if transport == "sse" else ("mcp", "streamable-http")
    with process(*command, str(port), port=port):
        yield ServerSettings("offering", name, f"http://127.0.0.1:{port}/{path}", **options)


@pytest.fixture(params=LINKS, ids="-".join)
async def hub(request: pytest.FixtureRequest) -> AsyncGenerator[Hub]:
    transport, protocol = request.param
    with offering(transport, protocol=protocol) as settings:
        async with running(settings) as hub:
            assert hub.server("offering").state is State.READY, hub.server("offering").reason
            yield hub


async def run(hub: Hub, tool: str) -> None:
    assert (await hub.outcome(hub.call("offering", tool, {}))).state is CallState.FINISHED


def heard(hub: Hub) -> Callable[[], bool]:
    """Whether the server is heard unasked: before that, changes are not told."""
    return lambda: not hub.server("offering").silent


def version(hub: Hub) -> int:
    (subscription,) = hub.server("offering").subscriptions
    return subscription.version


async def test_everything_that_is_offered_is_listed(hub: Hub) -> None:
    status = hub.server("offering")
    assert status.notes == () or status.era == "handshake"
    assert status.listed == {"tools", "prompts", "resources", "templates"}
    declared = status.capabilities
    assert (declared.prompts, declared.resources, declared.completions, declared.subscriptions) == (True,) * 4
    greet = status.prompts[0]
    assert (greet.name, greet.label, greet.description) == ("greet", "Greet", "Greet somebody.")
    assert [(each.name, each.required) for each in greet.arguments] == [("country", True), ("city", False)]
    assert [(each.uri, each.label, each.mime_type) for each in status.resources] == [
        (NOTE, "Note", "text/plain"),
        (PICTURE, "picture", "image/png"),
    ]
    (template,) = status.templates
    assert (template.uri_template, template.variables) == (NOTES, ("name",))


async def test_everything_that_is_offered_is_given(hub: Hub) -> None:
    requests = hub.requests("offering")
    greet = hub.server("offering").prompts[0]
    prompt = await requests.get_prompt("greet", {"country": "japan", "city": "Kyoto"})
    assert prompt.messages == (PromptMessage("user", "Hello to Kyoto in japan!"),)
    (note,) = (await requests.read_resource(NOTE)).contents
    assert (note.text, note.data, note.mime_type, note.binary) == ("version 0", b"version 0", "text/plain", False)
    (picture,) = (await requests.read_resource(PICTURE)).contents
    assert (picture.text, picture.data, picture.mime_type) == (None, b"\x89PNG\r\n\x1a\n\x00\xff", "image/png")
    (template,) = hub.server("offering").templates
    (second,) = (await requests.read_resource(requests.expand(template, {"name": "my own"}))).contents
    assert second.text == "the note my own"
    cities = await requests.complete(greet, "city", "K", {"country": "japan"})
    assert cities == Completion(("Kyoto",), 2)
    assert (await requests.complete(template, "name", "")).values == ("first", "second")


async def test_a_subscribed_resource_tells_that_it_changed_and_others_do_not(hub: Hub) -> None:
    await until(hub, heard(hub))
    await hub.requests("offering").subscribe(NOTE)
    await until(hub, heard(hub))
    assert hub.server("offering").subscriptions == (ResourceSubscription(NOTE),)
    await run(hub, "change")
    await until(hub, lambda: version(hub) == 1)
    assert events(hub, "resources/updated")[-1].text == f"resources/updated {NOTE}"
    await hub.requests("offering").unsubscribe(NOTE)
    assert hub.server("offering").subscriptions == ()


async def test_a_subscription_outlasts_the_connection_and_what_was_missed_counts(hub: Hub) -> None:
    await hub.requests("offering").subscribe(NOTE)
    hub.reconnect("offering")
    await until(hub, lambda: len(events(hub, "connection")) >= 3)
    await until(hub, lambda: hub.server("offering").state is State.READY and version(hub) == 1)
    await until(hub, heard(hub))
    await run(hub, "change")
    await until(hub, lambda: version(hub) == 2)


async def test_what_a_list_has_changed_by_is_said(hub: Hub) -> None:
    await until(hub, heard(hub))
    await run(hub, "grow")
    await until(hub, lambda: len(events(hub, "changes")) == 2)
    assert {event.text for event in events(hub, "changes")} == {
        "resources: added offering://added",
        "prompts: added added; removed greet",
    }
    assert {event.level.label for event in events(hub, "changes")} == {"notice"}
    assert [prompt.name for prompt in hub.server("offering").prompts] == ["ask", "added"]


async def test_a_prompt_may_ask_first_and_no_clock_runs_while_the_person_thinks() -> None:
    limits = Limits(call_quiet=2.0)
    async with running(IN_MEMORY, attended=True, limits=limits, open_link=in_memory(build())) as hub:
        answers: list[str] = []

        async def ask() -> None:
            result = await hub.requests("offering").get_prompt("ask", {})
            answers.append(result.messages[0].text)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await until(hub, lambda: hub.inbox.open)
            # More than twice what a silent request has.
            await anyio.sleep(4.5)
            hub.inbox.answer(hub.inbox.open[0].number, Reply(Action.ACCEPT, {"who": "Ada"}))
        assert answers == ['{"action":"accept","content":{"who":"Ada"}}']


async def test_what_the_server_refuses_is_said_with_its_name(hub: Hub) -> None:
    with pytest.raises(McpTuiError, match=r"^offering: .*nothing"):
        await hub.requests("offering").read_resource("offering://nothing")
