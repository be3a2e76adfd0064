"""How prompts, resources and templates look."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.theme import DARK, LIGHT
from mcp_tui.ui.widgets.suggestions import Suggestions
from snapshots.offering import offering
from ui.fakes import FakeHub
from ui.host import until

Picture = Callable[..., None]
SIZES = [pytest.param(size, id=f"{size[0]}x{size[1]}") for size in ((80, 24), (120, 40))]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def app(theme: str = DARK) -> McpTuiApp:
    return McpTuiApp(offering(), theme=theme)


def typing(text: str, *before: str) -> Callable[[Pilot[Any]], Any]:
    """Press ``before``, type ``text``, and wait for the suggestions to it."""

    async def type_and_wait(pilot: Pilot[Any]) -> None:
        await pilot.press(*before, *text)
        app = pilot.app
        assert isinstance(app, McpTuiApp)
        assert isinstance(app.hub, FakeHub)
        asked = app.hub.requests("documents").asked
        await until(pilot, lambda: asked and asked[-1][-1] == text)
        await until(pilot, lambda: any(each.display for each in app.screen.query(Suggestions)))

    return type_and_wait


def test_choosing_a_prompt(picture: Picture) -> None:
    picture(app(), "p")


@pytest.mark.parametrize("size", SIZES)
def test_choosing_a_resource(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(), "R", "down", "down", size=size)


@pytest.mark.parametrize("size", SIZES)
def test_prompt_form(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(), "down", "down", before=typing("p", "p", "enter"), size=size)


def test_prompt_form_without_colour(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    picture(app(), "down", "escape", "ctrl+r", before=typing("p", "p", "enter"))


def test_messages(picture: Picture) -> None:
    picture(app(), *("p", "enter", *"c++", "tab", *"app.py", "ctrl+r"))


def test_template_form(picture: Picture) -> None:
    picture(app(LIGHT), before=typing("gr", "R", *"notes", "enter"))


@pytest.mark.parametrize("size", SIZES)
def test_contents(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(LIGHT), "R", "enter", size=size)


def test_saving(picture: Picture) -> None:
    picture(app(), "R", "enter", "s", size=(80, 24))
