"""What servers ask of the person: both eras, every transport, one inbox."""

import json
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Action, Question, Reply
from mcp_tui.core.status import CallState
from mcp_tui.settings import Limits, ServerSettings
from support.asking_server import build
from support.hubs import events, free_port, in_memory, process, running, until

ASKING_SERVER = Path(__file__).parents[1] / "support" / "asking_server.py"
LINKS = [(transport, protocol) for transport in ("http", "sse", "stdio") for protocol in ("auto", "legacy")]


@contextmanager
def asking(transport: str, **options: Any) -> Generator[ServerSettings]:
    """The settings of an asking server that runs."""
    command = (sys.executable, str(ASKING_SERVER), transport)
    if transport == "stdio":
        yield ServerSettings("asking", "stdio", command=command, **options)
        return
    port = free_port()
    path, name = ("sse", "sse") if transport == "sse" else ("mcp", "streamable-http")
    with process(*command, str(port), port=port):
        yield ServerSettings("asking", name, f"http://127.0.0.1:{port}/{path}", **options)


@pytest.fixture(params=["auto", "legacy"])
async def hub(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Hub]:
    settings = ServerSettings("asking", "stdio", command=("none",), protocol=request.param, roots=(tmp_path,))
    async with running(settings, attended=True, open_link=in_memory(build())) as hub:
        yield hub


async def asked(hub: Hub, kind: str) -> tuple[int, Question]:
    """A call that asks, and its question."""
    call = hub.call("asking", "ask", {"kind": kind})
    await until(hub, lambda: hub.inbox.open)
    (question,) = hub.inbox.open
    return call, question


async def told(hub: Hub, call: int) -> dict[str, Any]:
    """What the server was told, by its own account."""
    outcome = await hub.outcome(call)
    assert outcome.state is CallState.FINISHED, outcome.error
    assert outcome.result is not None
    return json.loads(outcome.result.text)


async def test_a_form_is_asked_and_its_values_are_given(hub: Hub) -> None:
    call, question = await asked(hub, "form")
    assert (question.server, question.kind, question.text) == ("asking", "form", "Who are you?")
    assert question.schema["required"] == ["name"]
    assert hub.inbox.answer(question.number, Reply(Action.ACCEPT, {"name": "Ada", "age": 36}))
    assert await told(hub, call) == {"action": "accept", "content": {"name": "Ada", "age": 36}}
    assert hub.inbox.open == ()
    assert not hub.inbox.answer(question.number, Reply(Action.ACCEPT))
    asks, answered = events(hub, "question")
    assert (asks.text, answered.text) == ("asks: Who are you?", "was answered")
    assert msgspec.json.decode(asks.data or "")["message"] == "Who are you?"


@pytest.mark.parametrize("action", [Action.DECLINE, Action.CANCEL])
async def test_a_form_need_not_be_filled_in(hub: Hub, action: Action) -> None:
    call, question = await asked(hub, "form")
    hub.inbox.answer(question.number, Reply(action, {"name": "not sent"}))
    assert await told(hub, call) == {"action": action.value}


async def test_a_visit_to_a_page_is_asked_for_with_the_whole_address(hub: Hub) -> None:
    call, question = await asked(hub, "url")
    assert (question.kind, question.url) == ("url", "https://id.example/sign-in?state=1")
    hub.inbox.answer(question.number, Reply(Action.ACCEPT))
    assert await told(hub, call) == {"action": "accept"}


async def test_an_address_that_no_browser_should_open_is_declined_and_said(hub: Hub) -> None:
    call = hub.call("asking", "ask", {"kind": "script"})
    assert await told(hub, call) == {"action": "decline"}
    (refused,) = events(hub, "question")
    assert "javascript:alert(1)" in refused.text


async def test_the_words_of_a_model_are_written_by_a_person_or_refused(hub: Hub) -> None:
    call, question = await asked(hub, "sampling")
    assert question.text == "system: Be brief.\nuser: A word for blue?"
    hub.inbox.answer(question.number, Reply(Action.ACCEPT, text="azure"))
    said = await told(hub, call)
    assert (said["role"], said["content"]["text"], said["model"]) == (
        "assistant",
        "azure",
        "a person, with mcp-tui",
    )
    call, question = await asked(hub, "sampling")
    hub.inbox.answer(question.number, Reply(Action.DECLINE))
    outcome = await hub.outcome(call)
    assert outcome.state is CallState.FAILED
    assert "rejected" in outcome.error


async def test_the_roots_are_those_of_the_configuration(hub: Hub, tmp_path: Path) -> None:
    call = hub.call("asking", "ask", {"kind": "roots"})
    assert await told(hub, call) == {"roots": [{"uri": tmp_path.as_uri(), "name": tmp_path.name}]}


@pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])
async def test_a_question_comes_over_every_transport_and_belongs_to_its_call(transport: str, protocol: str) -> None:
    with asking(transport, protocol=protocol) as settings:
        async with running(settings, attended=True) as hub:
            call, question = await asked(hub, "form")
            # In the handshake era a question is a request of its own, which only a response stream ties to a call.
            tied = hub.server("asking").era == "modern" or transport == "http"
            assert question.call == (call if tied else None)
            hub.inbox.answer(question.number, Reply(Action.DECLINE))
            assert await told(hub, call) == {"action": "decline"}


async def test_a_cancelled_call_no_longer_asks(hub: Hub) -> None:
    call, _ = await asked(hub, "form")
    hub.cancel(call)
    assert (await hub.outcome(call)).state is CallState.CANCELLED
    await until(hub, lambda: not hub.inbox.open)
    assert events(hub, "question")[-1].text == "no longer asks"


async def test_a_server_that_is_left_no_longer_asks(hub: Hub) -> None:
    await asked(hub, "form")
    hub.reconnect("asking")
    await until(hub, lambda: not hub.inbox.open)


@pytest.mark.parametrize("protocol", ["auto", "legacy"])
async def test_a_call_that_waits_for_the_person_has_no_quiet_clock(protocol: str) -> None:
    settings = ServerSettings("asking", "stdio", command=("none",), protocol=protocol)
    limits = Limits(call_quiet=2.0)
    async with running(settings, attended=True, limits=limits, open_link=in_memory(build())) as hub:
        call, question = await asked(hub, "form")
        other = hub.call("asking", "ask", {"kind": "sampling"})
        await until(hub, lambda: len(hub.inbox.open) == 2)
        # More than twice what a silent call has.
        await anyio.sleep(4.5)
        assert [each.state for each in hub.calls] == [CallState.RUNNING] * 2
        hub.inbox.answer(question.number, Reply(Action.DECLINE))
        assert await told(hub, call) == {"action": "decline"}
        hub.cancel(other)


@pytest.mark.parametrize("protocol", ["auto", "legacy"])
async def test_where_nobody_is_there_to_answer_questions_are_declined_and_said(protocol: str) -> None:
    settings = ServerSettings("asking", "stdio", command=("none",), protocol=protocol)
    async with running(settings, open_link=in_memory(build())) as hub:
        assert await told(hub, hub.call("asking", "ask", {"kind": "form"})) == {"action": "decline"}
        (said,) = events(hub, "question")
        assert said.text == "asked, and was refused, since nobody is here to answer: Who are you?"
        assert said.level.label == "warning"
