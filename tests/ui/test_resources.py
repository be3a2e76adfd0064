"""Resources: choosing one, filling in a template, reading, subscribing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from mcp_tui.core.offers import (
    Capabilities,
    Completion,
    Resource,
    ResourceContents,
    ResourceResult,
    ResourceSubscription,
    ResourceTemplate,
)
from mcp_tui.core.status import State
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.screens.contents import ContentsScreen
from mcp_tui.ui.screens.resources import ResourcePicker, TemplateForm
from mcp_tui.ui.screens.server import ServerScreen
from ui.fake_requests import text
from ui.fakes import FakeHub, status
from ui.host import HOSTILE, Host, harmless, until
from ui.stage import stage

NOTE = Resource("docs://note", "docs://note", "note", "Note", "A note.", "text/plain", 1_234)
NOTES = ResourceTemplate("docs://{author}/{name}", "docs://{author}/{name}", "notes", variables=("author", "name"))
FIXED = ResourceTemplate("docs://fixed", "docs://fixed", "fixed")
HAS = Capabilities(resources=True, completions=True, subscriptions=True)


def a_hub(**more: Any) -> FakeHub:
    fields: dict[str, Any] = {"capabilities": HAS, "resources": (NOTE,), "templates": (NOTES, FIXED), **more}
    return FakeHub(status("items"), status("docs", **fields))


@asynccontextmanager
async def reading(hub: FakeHub) -> AsyncGenerator[tuple[Host, ContentsScreen, Pilot[Any]]]:
    screen = ContentsScreen(hub, "docs", NOTE.uri, "Note")
    app = Host(screen=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: screen.is_mounted and hub.requests("docs").asked)
        yield app, screen, pilot
    assert app._exception is None  # pyright: ignore[reportPrivateUsage]


def reads(hub: FakeHub) -> int:
    return hub.requests("docs").asked.count(("read", NOTE.uri))


def change(hub: FakeHub, screen: ContentsScreen, version: int) -> None:
    hub.set_status("docs", subscriptions=(ResourceSubscription(NOTE.uri, version),))
    screen.refresh_status()


# Choosing


async def test_the_picker_says_what_each_is() -> None:
    app = Host(screen=ResourcePicker(a_hub(subscriptions=(ResourceSubscription(NOTE.uri),))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "type to search 3 resources" in app.text())
        assert "subscribed · text/plain · 1,234 bytes · A note." in app.text()
        await pilot.press(*"template")
        await until(pilot, lambda: "docs · docs://{author}/{name} · template" in app.text())
        assert "1,234" not in app.text()


async def test_without_resources_it_says_why() -> None:
    app = Host(screen=ResourcePicker(FakeHub(status("a"), status("b", State.FAILED, reason="refused"))))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "no resources to read" in app.text())
        assert "a: it has no resources" in app.text()
        assert "b: failed, refused" in app.text()


async def test_R_reads_a_resource_or_asks_for_the_variables_of_a_template() -> None:  # noqa: N802
    async with stage(a_hub()) as it:
        await it.press("R", *"note", "enter")
        await it.until(lambda: reads(it.hub) == 1)
        await it.press("escape", "R", *"notes", "enter")
        await it.until(lambda: isinstance(it.app.screen, TemplateForm))
        await it.press("escape", "escape", "R", *"fixed", "enter")
        await it.until(lambda: it.hub.requests("docs").asked[-1] == ("read", "docs://fixed"))
        await it.press("escape")
        it.dashboard.open_resource(("docs", "docs://gone"))
        await it.settle()
        assert it.toasts[-1].message == "docs no longer has a resource docs://gone"


# A template


async def test_a_template_shows_the_uri_it_makes_and_reads_it() -> None:
    hub = a_hub()
    hub.requests("docs").completions["author"] = Completion(("ada", "grace"))
    app = Host(screen=TemplateForm(hub, "docs", NOTES))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "grace" in app.text())
        await pilot.press(*"ada", "tab", *"a b")
        await until(pilot, lambda: "docs://ada/a%20b" in app.text())
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.requests("docs").asked[-1] == ("read", "docs://ada/a%20b"))
        await until(pilot, lambda: "what it holds" in app.text())


async def test_a_template_of_a_server_that_has_gone_says_so() -> None:
    hub = a_hub()
    app = Host(screen=TemplateForm(hub, "docs", NOTES))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "docs://" in app.text())
        hub.set_status("docs", state=State.WAITING)
        await pilot.press("a", "ctrl+r")
        await until(pilot, lambda: "✖ docs is not ready" in app.text() and "Wait until it is." in app.text())


# Reading


async def test_json_is_pretty_and_text_stays() -> None:
    hub = a_hub()
    hub.requests("docs").contents = text('{"a":[1]}')
    async with reading(hub) as (app, _, pilot):
        await until(pilot, lambda: '  "a": [' in app.text())
        hub.requests("docs").contents = text("{no json")
        await pilot.press("r")
        await until(pilot, lambda: "{no json" in app.text())
        assert "text/plain · 8 bytes" in app.text()
        await pilot.press("y")
        assert app.clipboard == "{no json"


async def test_binary_contents_say_their_type_and_size() -> None:
    hub = a_hub()
    contents = (
        ResourceContents("docs://a", "image/png", b"\x89PNG\x00"),
        ResourceContents("docs://b", "text/plain", b"beside it", "beside it"),
    )
    hub.requests("docs").contents = ResourceResult(contents, "{}", "one is odd")
    async with reading(hub) as (app, _, pilot):
        await until(pilot, lambda: "5 bytes that are no text: s saves them to a file" in app.text())
        for part in ("Binary · image/png · docs://a", "beside it", "14 bytes · 2 contents", "one is odd"):
            assert part in app.text()
        await pilot.press("y")
        assert app.clipboard == "beside it"


async def test_an_empty_resource_is_said_to_be_empty() -> None:
    hub = a_hub()
    hub.requests("docs").contents = ResourceResult((), "{}")
    async with reading(hub) as (app, _, pilot):
        await until(pilot, lambda: "It is empty." in app.text())


async def test_what_was_read_stays_while_it_is_read_again_and_when_that_fails() -> None:
    hub = a_hub()
    requests = hub.requests("docs")
    async with reading(hub) as (app, _, pilot):
        await until(pilot, lambda: "what it holds" in app.text())
        requests.hangs = True
        await pilot.press("r")
        await until(pilot, lambda: "waiting for docs" in app.text() and "what it holds" in app.text())
        requests.hangs, requests.failure = False, McpTuiError("docs: gone", hint="Look for it.")
        await pilot.press("r")
        await until(pilot, lambda: "docs: gone" in app.text() and "Look for it." in app.text())
        assert "what it holds" in app.text()
        assert "waiting for" not in app.text()


async def test_whoever_reads_in_the_middle_stays_there_when_it_is_read_again() -> None:
    hub = a_hub()
    hub.requests("docs").contents = text("\n".join(f"line {number}" for number in range(200)))
    async with reading(hub) as (app, screen, pilot):
        await until(pilot, lambda: "line 0" in app.text())
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: "line 70" in app.text())
        hub.requests("docs").contents = text("\n".join(f"row {number}" for number in range(200)))
        await pilot.press("r")
        await until(pilot, lambda: not screen.waiting)
        await until(pilot, lambda: "row 70" in app.text())


async def test_leaving_withdraws_the_question() -> None:
    hub = a_hub()
    hub.requests("docs").hangs = True
    async with reading(hub) as (app, _, pilot):
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])
        await until(pilot, lambda: hub.requests("docs").withdrawn == [("read", NOTE.uri)])


# Subscribing


async def test_u_subscribes_and_unsubscribes() -> None:
    hub = a_hub()
    async with reading(hub) as (app, _, pilot):
        await pilot.press("u")
        await until(pilot, lambda: "its changes are told" in app.text())
        await pilot.press("u")
        await until(pilot, lambda: "its changes are told" not in app.text())
        asked = [each[0] for each in hub.requests("docs").asked]
        assert asked == ["read", "subscribe", "unsubscribe"]


async def test_u_is_offered_only_where_the_server_has_it() -> None:
    hub = a_hub(capabilities=replace(HAS, subscriptions=False))
    async with reading(hub) as (app, screen, pilot):
        await pilot.press("u")
        assert "(Un)subscribe" not in app.text()
        hub.set_status("docs", capabilities=HAS)
        screen.refresh_status()
        await until(pilot, lambda: "(Un)subscribe" in app.text())
        assert hub.requests("docs").asked == [("read", NOTE.uri)]


async def test_a_refused_subscription_says_why() -> None:
    hub = a_hub()
    async with reading(hub) as (app, _, pilot):
        await until(pilot, lambda: "what it holds" in app.text())
        hub.requests("docs").failure = McpTuiError("docs: not allowed", hint="Ask for it.")
        await pilot.press("u")
        await until(pilot, lambda: "docs: not allowed" in app.text() and "Ask for it." in app.text())


async def test_a_change_is_read_and_what_comes_while_reading_is_read_after_it() -> None:
    hub = a_hub(subscriptions=(ResourceSubscription(NOTE.uri),))
    requests = hub.requests("docs")
    async with reading(hub) as (app, screen, pilot):
        await until(pilot, lambda: not screen.waiting)
        screen.refresh_status()
        assert not screen.waiting
        requests.contents = text("version 1")
        change(hub, screen, 1)
        await until(pilot, lambda: "version 1" in app.text() and "1 change so far" in app.text())
        requests.gate.clear()
        change(hub, screen, 2)
        await until(pilot, lambda: reads(hub) == 3)
        requests.contents = text("version 9")
        for version in range(3, 10):
            change(hub, screen, version)
        assert reads(hub) == 3
        requests.gate.set()
        await until(pilot, lambda: "version 9" in app.text())
        await until(pilot, lambda: not screen.waiting)
        assert reads(hub) == 4
        assert requests.withdrawn == []


async def test_what_a_resource_says_is_text_only() -> None:
    hub = a_hub()
    said = clean(HOSTILE)
    contents = (ResourceContents(said, said, b"", HOSTILE), ResourceContents("", said, b"x"))
    hub.requests("docs").contents = ResourceResult(contents, "{}", HOSTILE)
    app = Host(screen=ContentsScreen(hub, "docs", HOSTILE, HOSTILE))
    async with app.run_test(size=(120, 60)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 4)
        assert harmless(app.text())


# The server's details


async def test_a_servers_details_say_what_it_offers_and_what_is_subscribed() -> None:
    hub = a_hub(subscriptions=(ResourceSubscription(NOTE.uri),), listed=frozenset({"prompts"}))
    app = Host(screen=ServerScreen(hub, "docs"))
    async with app.run_test(size=(120, 50)) as pilot:
        await until(pilot, lambda: "2 tools · 0 prompts · 1 resource · 2 templates · 1 subscribed" in app.text())
        assert "docs://note" in app.text()
        many = tuple(ResourceSubscription(f"docs://{number}") for number in range(1_000))
        hub.set_status("docs", subscriptions=many)
        screen = app.screen
        assert isinstance(screen, ServerScreen)
        screen.refresh_status()
        await until(pilot, lambda: "and 980 more" in app.text())
