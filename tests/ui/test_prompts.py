"""Prompts: choosing one, filling it in with the server's suggestions, reading its messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mcp_tui.core.offers import (
    Capabilities,
    Completion,
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptResult,
    ResourceSubscription,
)
from mcp_tui.core.status import State
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.screens.asking import AT_MOST
from mcp_tui.ui.screens.messages import MessagesScreen
from mcp_tui.ui.screens.picker import Picker
from mcp_tui.ui.screens.prompts import PromptForm, PromptPicker
from mcp_tui.ui.widgets.sections import Section
from mcp_tui.ui.widgets.suggestions import Suggestions
from ui.fakes import FakeHub, status
from ui.host import HOSTILE, Host, harmless, until
from ui.stage import stage

GREET = Prompt(
    "greet",
    "Greet",
    "Says hello.",
    (PromptArgument("city", "City"), PromptArgument("country", "Country", "Where it is", required=True)),
)
PLAIN = Prompt("plain")
COUNTRIES = Completion(("france", "finland", "japan"))


def a_hub(*, completions: bool = True) -> FakeHub:
    has = Capabilities(prompts=True, completions=completions)
    hub = FakeHub(status("items", prompts=(PLAIN,)), status("legacy", prompts=(GREET, PLAIN), capabilities=has))
    hub.requests("legacy").completions["country"] = COUNTRIES
    return hub


@asynccontextmanager
async def form(hub: FakeHub) -> AsyncGenerator[tuple[Host, Pilot[Any]]]:
    """The form of ``greet``; the first field is the one that is required."""
    app = Host(screen=PromptForm(hub, "legacy", GREET))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "Where it is" in app.text())
        yield app, pilot
    assert app._exception is None  # pyright: ignore[reportPrivateUsage]


def suggestions(app: Host) -> Suggestions:
    return app.screen.query(Suggestions).first()


async def test_p_asks_for_a_prompt_and_those_of_the_selected_server_come_first() -> None:
    async with stage(a_hub(completions=False)) as it:
        await it.press("p")
        assert isinstance(it.app.screen, PromptPicker)
        await it.press(*"legacy", "enter")
        await it.until(lambda: isinstance(it.app.screen, PromptForm))
        await it.press("escape", "p", "enter")
        await it.until(lambda: it.hub.requests("items").asked == [("prompt", "plain")])
        assert isinstance(it.app.screen, MessagesScreen)


async def test_a_prompt_that_has_gone_meanwhile_is_said() -> None:
    async with stage(a_hub()) as it:
        it.dashboard.open_prompt(("items", "gone"))
        it.dashboard.open_prompt(("nobody", "gone"))
        it.dashboard.open_prompt(None)
        await it.settle()
        said = [toast.message for toast in it.toasts]
        assert said == ["items no longer has a prompt gone", "nobody is no longer configured"]
        assert it.app.screen is it.dashboard


async def test_a_resource_that_changes_leaves_the_cursor_of_a_picker_alone() -> None:
    hub = a_hub()
    hub.set_status("legacy", subscriptions=(ResourceSubscription("docs://note", 1),))
    app = Host(screen=PromptPicker(hub))
    async with app.run_test() as pilot:
        await pilot.press("down", "down")
        picker = app.screen
        assert isinstance(picker, Picker)
        hub.set_status("legacy", latency=1.0, subscriptions=(ResourceSubscription("docs://note", 2),))
        picker.refresh_status()
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [("legacy", "plain")])


# The form


async def test_what_is_required_comes_first_and_is_asked_for() -> None:
    hub = a_hub(completions=False)
    async with form(hub) as (app, pilot):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ a value is required" in app.text())
        await pilot.press(*"japan")
        await until(pilot, lambda: "a value is required" not in app.text())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MessagesScreen))
        # An argument that is left empty is not sent, and a server without completions is not asked for any.
        await until(pilot, lambda: hub.requests("legacy").asked == [("prompt", "greet", "country=japan")])


async def test_back_from_the_messages_the_form_is_as_it_was() -> None:
    hub = a_hub(completions=False)
    async with form(hub) as (app, pilot):
        await pilot.press(*"japan", "tab", *"Kyoto", "ctrl+r")
        await until(pilot, lambda: "Hello!" in app.text())
        assert "Kyoto" in app.text()
        await pilot.press("escape", "backspace", "ctrl+r")
        await until(pilot, lambda: len(hub.requests("legacy").asked) == 2)
        assert hub.requests("legacy").asked[1] == ("prompt", "greet", "country=japan", "city=Kyot")


async def test_suggestions_come_as_one_types_and_the_arrows_take_one() -> None:
    hub = a_hub()
    async with form(hub) as (app, pilot):
        await until(pilot, lambda: "japan" in app.text())
        await pilot.press("f")
        await until(pilot, lambda: "finland" in app.text() and "japan" not in app.text())
        assert not any(hub.requests("legacy").contexts)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: not suggestions(app).display)
        assert app.screen.query(Input).first().value == "finland"
        assert isinstance(app.screen, PromptForm)
        await pilot.press("tab")
        # What is known already goes along as context.
        await until(pilot, lambda: hub.requests("legacy").contexts[-1] == {"country": "finland"})


async def test_a_click_takes_a_suggestion() -> None:
    async with form(a_hub()) as (app, pilot):
        await until(pilot, lambda: "japan" in app.text())
        await pilot.click(Suggestions, offset=(5, 2))
        await until(pilot, lambda: app.screen.query(Input).first().value == "japan")
        assert app.screen.query(Input).first().has_focus


async def test_enter_sends_what_was_typed_where_no_suggestion_was_gone_to() -> None:
    hub = a_hub()
    async with form(hub) as (app, pilot):
        await pilot.press("f")
        await until(pilot, lambda: "finland" in app.text())
        await pilot.press("down", "up", "enter")
        await until(pilot, lambda: isinstance(app.screen, MessagesScreen))
        assert hub.requests("legacy").asked[-1] == ("prompt", "greet", "country=f")


async def test_only_the_last_of_several_keys_is_asked_about_and_a_server_that_hangs_stops_nobody() -> None:
    hub = a_hub()
    requests = hub.requests("legacy")
    requests.hangs = True
    async with form(hub) as (app, pilot):
        await until(pilot, lambda: ("complete", "country", "") in requests.asked)
        await pilot.press("f", "r", "a")
        await until(pilot, lambda: requests.asked[-1] == ("complete", "country", "fra"))
        assert requests.withdrawn[0] == ("complete", "country", "")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])
        await until(pilot, lambda: requests.withdrawn[-1] == ("complete", "country", "fra"))


async def test_escape_takes_the_suggestions_away_before_the_form() -> None:
    async with form(a_hub()) as (app, pilot):
        await until(pilot, lambda: suggestions(app).display)
        await pilot.press("escape")
        await until(pilot, lambda: not suggestions(app).display)
        assert isinstance(app.screen, PromptForm)
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_why_there_are_no_suggestions_is_said_at_the_field() -> None:
    hub = a_hub()
    hub.requests("legacy").failure = McpTuiError("legacy: out of order")
    async with form(hub) as (app, pilot):
        await until(pilot, lambda: "no suggestions: legacy: out of order" in app.text())
        hub.requests("legacy").failure = None
        await pilot.press("j")
        await until(pilot, lambda: "japan" in app.text() and "out of order" not in app.text())


async def test_a_suggestion_that_cannot_be_typed_is_not_offered_and_how_many_there_are_is_said() -> None:
    hub = a_hub()
    hub.requests("legacy").completions["country"] = Completion(("good", "b\x1b[31mad", "two\nlines"), total=1_200)
    async with form(hub) as (app, pilot):
        await until(pilot, lambda: "3 of 1,200" in app.text())
        assert "good" in app.text()
        assert "ad" not in app.text()
        assert "two" not in app.text()
        assert harmless(app.text())


# The messages


def messages_of(result: PromptResult) -> tuple[FakeHub, Host]:
    hub = a_hub()
    hub.requests("legacy").messages = result
    return hub, Host(screen=MessagesScreen(hub, "legacy", GREET, {"country": "japan"}))


async def test_the_messages_are_shown_with_their_roles_and_copied() -> None:
    messages = (PromptMessage("user", "Hello\nJapan"), PromptMessage("assistant", "[image: image/png, 3 bytes]"))
    _, app = messages_of(PromptResult(messages, '{"messages":[1]}', "Of the day", "one is odd"))
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "Japan" in app.text())
        for part in ("user", "assistant", "[image: image/png", "Of the day", "one is odd", "Country", '"messages"'):
            assert part in app.text()
        await pilot.press("y")
        assert app.clipboard == "user: Hello\nJapan\n\nassistant: [image: image/png, 3 bytes]"


@pytest.mark.parametrize("hint", ["", "Look at its log."])
async def test_an_error_stands_there_with_its_hint_and_again_asks_again(hint: str) -> None:
    hub, app = messages_of(PromptResult((), "{}"))
    requests = hub.requests("legacy")
    requests.failure = McpTuiError("legacy: no such country", hint=hint)
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "legacy: no such country" in app.text() and hint in app.text())
        requests.failure = None
        await pilot.press("r")
        await until(pilot, lambda: "made no messages of it" in app.text())
        assert "no such country" not in app.text()


async def test_a_server_that_hangs_is_waited_for_until_the_screen_is_left() -> None:
    hub, app = messages_of(PromptResult((), "{}"))
    requests = hub.requests("legacy")
    requests.hangs = True
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "waiting for legacy" in app.text())
        await pilot.press("s", "y", "escape")
        await until(pilot, lambda: app.results == [None])
        await until(pilot, lambda: requests.withdrawn == [("prompt", "greet", "country=japan")])


async def test_a_server_that_is_not_ready_is_said_to_be_so() -> None:
    hub, app = messages_of(PromptResult((), "{}"))
    hub.set_status("legacy", state=State.WAITING)
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "legacy is not ready" in app.text())


async def test_of_very_many_messages_some_are_shown_and_all_are_copied() -> None:
    many = tuple(PromptMessage("user", f"message {number}") for number in range(10 * AT_MOST))
    _, app = messages_of(PromptResult(many, "{}"))
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "message 1" in app.text())
        assert len([each for each in app.screen.query(Section) if each.border_title == "user"]) == AT_MOST
        await pilot.press("y")
        assert app.clipboard.count("message") == len(many)


async def test_messages_are_text_only() -> None:
    _, app = messages_of(PromptResult((PromptMessage("[b]r", HOSTILE),), HOSTILE, HOSTILE, HOSTILE))
    async with app.run_test(size=(100, 60)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 4 and "[b]r" in app.text())
        assert harmless(app.text())
