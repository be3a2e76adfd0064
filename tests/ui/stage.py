"""A running dashboard on a fake hub, and what can be read off its screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.geometry import Region
from textual.message import Message
from textual.notifications import Notification, Notify
from textual.pilot import Pilot
from textual.strip import Strip

from mcp_tui.core.levels import Level
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.widgets.log_pane import LogPane
from ui.fakes import FakeHub

M = TypeVar("M", bound=Message)


class Stage:
    """A running dashboard on a fake hub."""

    def __init__(self, app: McpTuiApp, hub: FakeHub, pilot: Pilot[int], messages: list[Message]) -> None:
        self.app, self.hub, self.pilot, self.messages = app, hub, pilot, messages

    @property
    def dashboard(self) -> DashboardScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DashboardScreen)
        return screen

    @property
    def log(self) -> LogPane:
        return self.dashboard.panes.active

    def pane(self, level: Level | None) -> LogPane:
        return self.dashboard.panes[level].log_pane

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until ``condition`` holds; fails after a minute."""
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - what it waits for has no event of its own
                await asyncio.sleep(0.005)

    async def settle(self) -> None:
        """Until everything that has happened is on the screen."""
        await self.pilot.pause()
        await self.until(lambda: self.dashboard.pulse.flushed)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    def rows(self, level: Level | None) -> list[str]:
        """The visible rows of a pane as text."""
        pane = self.pane(level)
        return [strip.text.rstrip() for strip in draw(pane)]

    def texts(self, level: Level | None) -> list[str]:
        """The texts of the visible events of a pane."""
        reader = self.pane(level).reader
        events = [reader.event(row) for row in range(reader.top, reader.top + self.pane(level).size.height)]
        return [event.text for event in events if event is not None]

    def posted(self, kind: type[M]) -> list[M]:
        """The messages of one kind, each once."""
        return list({id(message): message for message in self.messages if isinstance(message, kind)}.values())

    @property
    def toasts(self) -> list[Notification]:
        """What has been said in toasts, those that have gone again among them: on a slow machine they all might."""
        return [message.notification for message in self.posted(Notify)]

    def subtitle(self, level: Level | None) -> str:
        return str(self.dashboard.panes[level].border_subtitle or "")


def draw(pane: LogPane) -> list[Strip]:
    size = pane.scrollable_content_region.size
    return pane.render_lines(Region(0, 0, size.width, size.height))


@asynccontextmanager
async def stage(hub: FakeHub | None = None, size: tuple[int, int] = (120, 40)) -> AsyncGenerator[Stage]:
    hub = hub or FakeHub("items", "legacy")
    messages: list[Message] = []
    app = McpTuiApp(hub)
    async with app.run_test(size=size, message_hook=messages.append) as pilot:
        made = Stage(app, hub, pilot, messages)
        await made.settle()
        yield made
    assert app._exception is None  # pyright: ignore[reportPrivateUsage]
