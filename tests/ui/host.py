"""A small host for widgets and screens under test."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from mcp_tui.ui.theme import DARK, THEMES

M = TypeVar("M", bound=Message)

HOSTILE = "[red]x[/red]\x1b]52;c;aGk=\x07\u202e[bold"
"""What a server might send: markup, a clipboard write, a right-to-left override."""


class Host(App[None]):
    """Shows ``widgets``, or ``screen`` on top of them; keeps what the screen was dismissed with."""

    def __init__(self, *widgets: Widget, screen: Screen[Any] | None = None) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self._widgets = widgets
        self._pushed = screen
        self.results: list[object] = []
        self.messages: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self._widgets

    def on_mount(self) -> None:
        if self._pushed is not None:
            self.push_screen(self._pushed, self.results.append)

    def note(self, message: Message) -> None:
        """Give it to ``run_test(message_hook=...)``."""
        self.messages.append(message)

    def posted(self, kind: type[M]) -> list[M]:
        """The messages of one kind, in order, each once."""
        return list(dict.fromkeys(message for message in self.messages if isinstance(message, kind)))

    def text(self) -> str:
        """What stands on the screen, line by line."""
        strips = self.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        return "\n".join(strip.text for strip in strips)


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the app work until ``condition`` holds."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        await pilot.pause()
        if condition():
            return
    raise AssertionError("it never came to that")


def harmless(text: str) -> bool:
    """Whether nothing in ``text`` is a control or a bidirectional character."""
    return all(unicodedata.category(each) not in ("Cc", "Cf") for each in text.replace("\n", ""))
