"""How it looks."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from mcp_tui.core.events import CONNECTION
from mcp_tui.core.levels import Level
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.theme import DARK, LIGHT
from snapshots.scenes import busy, flooded, three_servers, trouble, untrusted
from ui.fakes import FakeHub
from ui.host import until

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 50)
SIZES = [pytest.param(size, id=f"{size[0]}x{size[1]}") for size in (SMALL, MIDDLE, LARGE)]

Picture = Callable[..., None]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def app(hub: FakeHub, theme: str = DARK) -> McpTuiApp:
    return McpTuiApp(hub, theme=theme)


@pytest.mark.parametrize("size", SIZES)
def test_busy(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_busy_light(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy(), LIGHT), size=size)


def test_busy_without_colour(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    picture(app(busy()))


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_nothing_yet(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(three_servers()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_servers_in_trouble(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(trouble()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_all_levels_in_one_pane(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), "0", size=size)


def test_zoomed(picture: Picture) -> None:
    picture(app(busy()), "2", "z")


def test_search(picture: Picture) -> None:
    picture(app(busy()), "0", "slash", *"item", "enter")


def test_choosing_a_tool(picture: Picture) -> None:
    picture(app(busy()), "t")


def tool_form(hub: FakeHub, name: str) -> Callable[[Pilot[Any]], Any]:
    async def open_form(pilot: Pilot[Any]) -> None:
        await pilot.press("t")
        await pilot.pause()
        await pilot.press(*name, "enter")
        await pilot.pause()

    return open_form


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_tool_form(picture: Picture, size: tuple[int, int]) -> None:
    hub = busy()
    picture(app(hub), size=size, before=tool_form(hub, "convert"))


def test_tool_form_with_an_error(picture: Picture) -> None:
    hub = busy()
    picture(app(hub, LIGHT), "ctrl+r", before=tool_form(hub, "convert"))


def test_tool_form_as_in_the_last_call(picture: Picture) -> None:
    hub = busy()

    async def call_twice(pilot: Pilot[Any]) -> None:
        await tool_form(hub, "process")(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
        await pilot.pause()
        await tool_form(hub, "process")(pilot)

    picture(app(hub), size=(80, 24), before=call_twice)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_a_file_that_is_not_trusted(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(untrusted()), size=size)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_calls_without_much_room(picture: Picture, theme: str) -> None:
    picture(app(busy(), theme), "c", size=(100, 30))


def test_what_mcp_tui_says_of_itself(picture: Picture) -> None:
    hub = busy()

    async def edit(pilot: Pilot[Any]) -> None:
        text = 'config.toml: [servers.items]: unknown key "ulr", did you mean "url"? The old configuration stays.'
        hub.log(Level.WARNING, text, "mcp-tui", kind=CONNECTION)
        await pilot.pause()

    picture(app(hub), before=edit)


def test_result(picture: Picture) -> None:
    picture(app(busy()), "c", "k", "k", "enter")


def test_event_in_full(picture: Picture) -> None:
    picture(app(busy()), "4", "g", "enter")


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_help(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), "question_mark", size=size)


def test_palette(picture: Picture) -> None:
    picture(app(busy()), "ctrl+p", *"level")


def test_server_details(picture: Picture) -> None:
    async def open_server(pilot: Pilot[Any]) -> None:
        await pilot.app.run_action("screen.focus_next")
        pilot.app.screen.query_one("Sidebar").children[0].focus()

    picture(app(trouble()), "j", "enter", before=open_server)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_accounts(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(flooded()), "ampersand", "7", "enter", "a", size=size)


def test_too_small(picture: Picture) -> None:
    picture(app(busy()), size=(50, 12))
