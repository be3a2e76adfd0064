"""Nothing of what a server sends leaves the core as it must not be shown, wherever the server put it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_tui.core import schema
from mcp_tui.core.events import Event, to_json
from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import (
    Completion,
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptResult,
    Resource,
    ResourceContents,
    ResourceResult,
    ResourceTemplate,
)
from mcp_tui.core.status import Call, CallState, Result, ServerStatus, State, Tool
from mcp_tui.core.text import clean_block
from support.exchange import Exchange
from support.faulty import Http, serving
from support.hostile import ATTACK, FAIL, ODD, PLACES, REFUSE, Hostile, saying
from support.hostile_offers import NOTE, PROMPT
from support.hubs import running
from support.nasty import EVERYTHING, NASTY, harmful

AS_SENT: Mapping[type, set[str]] = {
    Tool: {"name", "input_schema", "output_schema"},
    Prompt: {"name"},
    PromptArgument: {"name"},
    Resource: {"uri"},
    ResourceTemplate: {"uri_template"},
    PromptResult: {"raw"},
    ResourceResult: {"raw"},
    Completion: {"values"},
    schema.Field: {"name", "choices", "default"},
    Call: {"tool", "arguments"},
    Result: {"raw", "structured"},
    Event: {"data"},
}
"""What is documented to be as the server sent it: needed to answer it, or shown after one more step."""

BLOCKS: Mapping[type, set[str]] = {
    **{kind: {"description"} for kind in (Tool, Prompt, PromptArgument, Resource, ResourceTemplate, PromptResult)},
    **{kind: {"text"} for kind in (Result, PromptMessage, ResourceContents)},
    ServerStatus: {"instructions"},
}
"""What may have line ends."""


def wrong(value: Any, path: str = "", *, lines: bool = False) -> Iterator[str]:
    """Where in ``value``, which the core hands out, there is a text that would do harm; it may have ``lines``."""
    match value:
        case str():
            if found := harmful(value.replace("\n", "") if lines else value):
                yield f"{path}: {sorted(found)} in {value[:300]!r}"
        case tuple() | list():
            for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield from wrong(item, f"{path}[{index}]", lines=lines)
        case msgspec.Struct():
            kind = type(value)
            for name in value.__struct_fields__:
                if name not in AS_SENT.get(kind, ()):
                    has_lines = name in BLOCKS.get(kind, ())
                    yield from wrong(getattr(value, name), f"{path}.{name}", lines=has_lines)
            yield from wrong(_derived(value), f"{path} derived")
        case _:
            return


def _derived(value: msgspec.Struct) -> list[Any]:
    """What front ends ask of it beside its fields."""
    match value:
        case Tool():
            return [value.safe_name, value.label, schema.fields(value.input_schema)]
        case schema.Field() | Prompt() | PromptArgument():
            return [value.safe_name, value.label]
        case Resource() | ResourceTemplate():
            return [value.safe_uri, value.label]
        case _:
            return []


def handed_out(hub: Hub) -> Iterator[str]:
    """What is wrong with anything that a front end can read of ``hub``."""
    held = hub.store.merged
    for name, value in {
        "servers": hub.servers,
        "calls": hub.calls,
        "events": list(held.between(held.first, held.end)),
        "accounts": hub.account_book().accounts(),
    }.items():
        yield from wrong(value, name)


@given(st.lists(NASTY, min_size=1, max_size=7), st.booleans(), st.sampled_from(["auto", "legacy"]))
@example([EVERYTHING], False, "auto")
@example([EVERYTHING], True, "legacy")
@settings(max_examples=25, deadline=None)
async def test_whatever_a_server_says_is_harmless_when_it_leaves_the_core(
    texts: list[str], raw: bool, protocol: str
) -> None:
    answers = Hostile(saying(texts), raw=raw).answers
    async with serving(answers) as server, running(server.settings(protocol=protocol)) as hub:
        assert hub.server("faulty").state is State.READY, hub.server("faulty").reason
        names = (ATTACK, FAIL, REFUSE, ODD)
        outcomes = [await hub.outcome(hub.call("faulty", name, {})) for name in names]
        assert [call.state for call in outcomes[:3]] == [CallState.FINISHED, CallState.FAILED, CallState.FAILED]
        assert list(wrong(await given_by(hub))) == []
        assert list(handed_out(hub)) == []
        for event in held_events(hub):
            assert_one_line(event)


async def given_by(hub: Hub) -> list[Any]:
    """What the server gives beside calls."""
    requests = hub.requests("faulty")
    prompt = await requests.get_prompt(PROMPT, {})
    return [prompt, await requests.read_resource(NOTE), await requests.complete(Prompt(PROMPT), "a", "")]


def held_events(hub: Hub) -> list[Event]:
    held = hub.store.merged
    return list(held.between(held.first, held.end))


def assert_one_line(event: Event) -> None:
    """Of an event that is exported, too: JSON in one line, whose data is what was sent."""
    line = to_json(event)
    assert len(event.text.splitlines()) <= 1
    assert b"\n" not in line
    assert b"\r" not in line
    fields = json.loads(line)
    assert fields["seq"] == event.seq
    assert fields["text"] == event.text


async def test_every_place_is_reached() -> None:
    """The test above would hold of a server that never got to say anything."""
    answers = Hostile(saying(["\x1b]52;c;aGFja2Vk\x07"])).answers
    async with serving(answers) as server, running(server.settings()) as hub:
        for name in (ATTACK, FAIL, REFUSE, ODD):
            await hub.outcome(hub.call("faulty", name, {}))
        fields = schema.fields(hub.servers[0].tools[0].input_schema)
        shown = repr((hub.servers, hub.calls, held_events(hub), fields, await given_by(hub)))
        # Nobody is shown an experiment, a progress token, or a second name for what has a title.
        unseen = {"experiment", "token", "server name", "hint title"}
        assert [place for place in PLACES if f"<{place}>" not in shown and place not in unseen] == []
        assert "␛]52;c;aGFja2Vk␇" in shown


@given(NASTY)
@example(EVERYTHING)
@settings(max_examples=20, deadline=None)
async def test_a_refusal_to_connect_is_harmless(text: str) -> None:
    async def refuse(exchange: Exchange) -> None:
        await exchange.error(-32000, text)

    answers = {"initialize": refuse, "server/discover": refuse}
    async with serving(answers) as server, running(server.settings()) as hub:
        assert hub.server("faulty").state is not State.READY
        assert list(handed_out(hub)) == []


@given(NASTY)
@example(EVERYTHING)
@settings(max_examples=20, deadline=None)
async def test_a_challenge_is_harmless(text: str) -> None:
    # What a header can have in it, as HTTP libraries see it.
    challenge = (
        "".join(each for each in text if each not in "\r\n\x00").encode("latin-1", "replace").decode("latin-1")
    )

    async def challenged(exchange: Http) -> None:
        await exchange.reply(401, b"", {"www-authenticate": f"Bearer {challenge}"})

    answers = {"initialize": challenged, "server/discover": challenged}
    async with serving(answers) as server, running(server.settings()) as hub:
        assert hub.server("faulty").state is not State.READY
        assert list(handed_out(hub)) == []


@given(NASTY)
@example(EVERYTHING)
@settings(max_examples=200, deadline=None)
def test_a_block_has_the_lines_that_its_line_ends_make_and_no_more(text: str) -> None:
    ends = re.findall("\r\n|\r|\n", text.rstrip("\r\n"))
    shown = clean_block(text, len(text) + 1).rstrip("\n")
    assert shown.count("\n") == len(ends)
    assert not harmful(shown.replace("\n", ""))
