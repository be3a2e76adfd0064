"""Whatever a server says, in whatever place: every screen stays text, of the rows it should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual.app import App
from textual.command import CommandList
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from mcp_tui.core.events import CONNECTION
from mcp_tui.core.levels import Level
from mcp_tui.core.text import clean
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.widgets.calls import CallsPanel
from mcp_tui.ui.widgets.servers import ServerList
from mcp_tui.ui.widgets.tool_list import ToolList
from support.hostile import Said, saying
from support.nasty import EVERYTHING, NASTY, harmful
from ui.fakes import FakeHub
from ui.host import Host, until
from ui.hostile_scenes import SHOWN, VISITS, hostile_hub
from ui.stage import stage

TEXTS = st.lists(NASTY, min_size=1, max_size=5)
TALL = (120, 110)
"""A terminal on which a whole screen can be seen without scrolling."""


def drawn(app: App[Any]) -> list[Strip]:
    """What the compositor writes to the terminal."""
    return app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]


def wrong(app: App[Any]) -> Iterator[str]:
    """What should not be on the screen: rows of another width, control codes, harmful text, links, actions."""
    strips = drawn(app)
    if len(strips) != app.size.height:
        yield f"{len(strips)} rows of {app.size.height}"
    for number, strip in enumerate(strips):
        if sum(segment.cell_length for segment in strip) != app.size.width:
            yield f"row {number} is {strip.cell_length} wide: {strip.text!r}"
        for text, style, control in strip:
            if control or harmful(text):
                yield f"row {number}: {control or sorted(harmful(text))} in {text!r}"
            if style is not None and (style.link or "@click" in style.meta):
                yield f"row {number}: a link or an action under {text!r}"


async def tour(said: Said) -> Mapping[str, str]:
    """Visit every screen, and see that each is text; what stood on it."""
    app = Host()
    seen: dict[str, str] = {}
    async with app.run_test(size=TALL) as pilot:
        for name, visit in VISITS.items():
            await app.push_screen(visit.open(hostile_hub(said), said))
            await pilot.pause()
            seen[name] = look(app, name)
            for key in visit.keys:
                await pilot.press(key)
                await until(pilot, partial(stands, app, visit.shows))
                seen[name] += look(app, f"{name}, {key}")
            await app.pop_screen()
    return seen


def look(app: App[Any], what: str) -> str:
    """See that all is text; what stands there."""
    assert (what, list(wrong(app))) == (what, [])
    return screen_text(app)


def stands(app: App[Any], text: str) -> bool:
    return text in screen_text(app)


def screen_text(app: App[Any]) -> str:
    return "\n".join(strip.text for strip in drawn(app))


@given(TEXTS)
@example([EVERYTHING])
@example(["\x1b]52;c;aGFja2Vk\x07\u202e\n[@click=app.quit]x[/]"])
@settings(max_examples=2, deadline=None)
async def test_every_screen_is_text(texts: list[str]) -> None:
    await tour(saying(texts))


def bracketed(place: str) -> str:
    """What Textual would read as an action under the place's name."""
    return f"[@click=quit]{place}[/]"


async def test_brackets_stay_brackets() -> None:
    seen = await tour(bracketed)
    missing = {
        name: [place for place in places if bracketed(place) not in seen[name]] for name, places in SHOWN.items()
    }
    assert {name: places for name, places in missing.items() if places} == {}


# The dashboard


@pytest.mark.parametrize("size", [(160, 60), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@given(TEXTS)
@example([EVERYTHING])
@settings(max_examples=2, deadline=None)
async def test_the_dashboard_is_text_and_has_the_rows_that_it_has_anyway(
    size: tuple[int, int], texts: list[str]
) -> None:
    plain = await rows(lambda place: place, size)
    assert await rows(saying(texts), size) == plain


async def rows(said: Said, size: tuple[int, int]) -> list[int]:
    """How many rows there are in each list and pane of the dashboard, all of which is seen to be text."""
    async with stage(hostile_hub(said), size) as on:
        look(on.app, "dashboard")
        lists = [on.dashboard.query_one(kind).virtual_size.height for kind in (ServerList, ToolList, CallsPanel)]
        levels = [pane.log_pane.virtual_size.height for pane in on.dashboard.panes.shown]
        await on.press("0")
        look(on.app, "all levels")
        return [*lists, *levels, len([row for row in on.rows(None) if row])]


@given(TEXTS)
@example([EVERYTHING])
@settings(max_examples=2, deadline=None)
async def test_the_palette_is_text(texts: list[str]) -> None:
    async with stage(hostile_hub(saying(texts))) as on:
        await on.press("ctrl+p")
        on.app.screen.query_one(Input).value = "call on items"
        await on.until(lambda: on.app.screen.query_one(CommandList).option_count >= 3)
        await on.pilot.pause()
        assert list(wrong(on.app)) == []


async def test_brackets_stay_brackets_on_the_dashboard() -> None:
    async with stage(hostile_hub(bracketed), (160, 60)) as on:
        for place in ("tool title", "progress", "failure", "refusal"):
            await on.until(partial(stands, on.app, bracketed(place)))
        await on.press("0")
        for place in ("logger", "log text", "log key", "log value", "method", "uri"):
            await on.until(partial(stands, on.app, bracketed(place)))
        await on.press("ctrl+p")
        on.app.screen.query_one(Input).value = "call on items"
        for place in ("tool title", "tool name"):
            await on.until(partial(stands, on.app, f"Call {bracketed(place)} on items"))


@given(NASTY)
@example(EVERYTHING)
@settings(max_examples=2, deadline=None)
async def test_a_toast_is_text(text: str) -> None:
    await toast(clean(text))


async def test_brackets_stay_brackets_in_a_toast() -> None:
    assert bracketed("toast") in await toast(bracketed("toast"))


async def toast(text: str) -> str:
    """Have mcp-tui say something of itself, and see that all is text; what stands in the toast."""
    hub = FakeHub()
    app = McpTuiApp(hub)
    async with app.run_test(size=(160, 60), notifications=True) as pilot:
        hub.log(Level.ERROR, text, "mcp-tui", kind=CONNECTION)
        await until(cast("Pilot[Any]", pilot), lambda: app.screen.query("Toast"))
        await until(cast("Pilot[Any]", pilot), lambda: app.screen.query_one("Toast").region)
        look(app, "toast")
        x, y, width, height = app.screen.query_one("Toast").region
        return "\n".join(strip.crop(x, x + width).text for strip in drawn(app)[y : y + height])
