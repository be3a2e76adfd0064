"""The lists of a server: what is good in them is shown, what is wrong is said, and what they change by."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_tui.core.status import State
from mcp_tui.settings import Limits
from support.answers import hang, results, unknown
from support.exchange import Json
from support.hubs import events, until
from support.offering import PROMPT, RESOURCE, TEMPLATE, connected, declaring, page

eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])

KEYS = {"prompts": "prompts", "resources": "resources", "templates": "resourceTemplates"}
METHODS = {"prompts": "prompts/list", "resources": "resources/list", "templates": "resources/templates/list"}
NOUNS = {"prompts": "prompt", "resources": "resource", "templates": "resource template"}
GOOD_ENTRY = {"prompts": PROMPT, "resources": RESOURCE, "templates": TEMPLATE}


def bad_list(case: str, key: str, good: Json) -> Json:
    """A list with something wrong, by its key in the answer and a good entry."""
    match case:
        case "malformed":
            return page(key, good, {"name": "bad", "arguments": 1, "uri": 2})
        case "nameless":
            return page(key, 1, good)
        case "endless":
            return page(key, good, nextCursor="a")
        case _:
            return {key: {"a": 1}}


BAD_LISTS = {
    "malformed": (1, "Its {} bad is malformed"),
    "nameless": (1, "Its {} without a name is malformed"),
    "endless": (2, "Its list of {}s begins again"),
    "no list": (0, "has no list of {}s"),
}


@pytest.mark.parametrize("field", KEYS)
@pytest.mark.parametrize("case", BAD_LISTS)
@eras
async def test_a_bad_list_shows_what_is_good_in_it(case: str, field: str, protocol: str) -> None:
    count, note = BAD_LISTS[case]
    answers = {METHODS[field]: results(bad_list(case, KEYS[field], GOOD_ENTRY[field]))}
    async with connected(answers, protocol=protocol) as (_, hub):
        status = hub.server("faulty")
        assert status.state is State.READY
        assert len(getattr(status, field)) == count
        assert any(note.format(NOUNS[field]) in text for text in status.notes), status.notes
        others = [other for other in KEYS if other != field]
        assert [len(getattr(status, other)) for other in others] == [1, 1]


@pytest.mark.parametrize("field", KEYS)
async def test_an_endless_list_is_cut_and_says_so(field: str) -> None:
    async def another(exchange: Any) -> None:
        number = int(exchange.params.get("cursor", 0))
        entry = {"name": f"n{number}", "uri": f"x://{number}", "uriTemplate": f"x://{number}"}
        await exchange.answer(page(KEYS[field], entry, nextCursor=str(number + 1)))

    answers = {METHODS[field]: another}
    async with connected(answers) as (_, hub):
        status = hub.server("faulty")
        assert (status.state, len(getattr(status, field))) == (State.READY, 100)
        assert f"Its list of {NOUNS[field]}s goes on after 100 pages; the rest is left out." in status.notes


async def test_what_is_not_declared_is_not_asked_for() -> None:
    answers = declaring({"resources": {}})
    async with connected(answers) as (server, hub):
        assert hub.server("faulty").listed == {"resources", "templates"}
        assert (server.count("tools/list"), server.count("prompts/list")) == (0, 0)


async def test_what_is_no_longer_declared_is_gone() -> None:
    async with connected(protocol="legacy") as (server, hub):
        server.answers.update(declaring({"tools": {}, "resources": {}}))
        await server.restart()
        await until(hub, lambda: events(hub, "changes"))
        assert [event.text for event in events(hub, "changes")] == ["prompts: removed greet"]
        assert hub.server("faulty").prompts == ()


async def test_a_server_with_resources_need_not_know_templates_but_prompts_that_it_declares() -> None:
    answers = {"resources/templates/list": unknown, "prompts/list": unknown}
    async with connected(answers) as (_, hub):
        status = hub.server("faulty")
        assert (status.state, len(status.resources)) == (State.READY, 1)
        assert status.notes == ("Its prompts cannot be listed: Method not found: prompts/list",)


@eras
async def test_a_list_that_never_comes_holds_up_no_other_list(protocol: str) -> None:
    answers = {"prompts/list": hang}
    limits = Limits(connect=1.0)
    async with connected(answers, protocol=protocol, limits=limits) as (_, hub):
        status = hub.server("faulty")
        assert status.state is State.READY
        assert status.listed == {"tools", "resources", "templates"}
        assert "It was slow to answer the first questions." in status.notes


@eras
async def test_a_change_is_said_once_and_the_same_list_is_none(protocol: str) -> None:
    async with connected(protocol=protocol) as (server, hub):
        await until(hub, lambda: not hub.server("faulty").silent)
        await server.seen(lambda: server.standing)
        await server.announce("prompts/list_changed")
        await server.asked("prompts/list", 2)
        other = {"name": "greet", "description": "changed"}
        server.answers["prompts/list"] = results(page("prompts", other, *({"name": f"p{n}"} for n in range(12))))
        await server.announce("prompts/list_changed")
        await until(hub, lambda: events(hub, "changes"))
        (change,) = events(hub, "changes")
        added = ", ".join(f"p{n}" for n in range(10))
        assert (change.server, change.level.label) == ("faulty", "notice")
        assert change.text == f"prompts: added {added}, 2 more; changed greet"
