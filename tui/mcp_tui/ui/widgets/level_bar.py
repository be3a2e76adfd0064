"""LevelBar: all eight levels in one line, with counts and what is new."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from mcp_tui.core.levels import Level

SHORT = ("Dbg", "Inf", "Ntc", "Wrn", "Err", "Crt", "Alr", "eMg")
"""Three characters a level; the capital is its letter."""


class Entry(NamedTuple):
    """One level (None: all of them), how many events it has had, and how many nobody has looked at."""

    level: Level | None
    total: int
    new: int = 0


class LevelBar(Widget):
    """Tabs where one pane is shown, an overview everywhere. A click goes to the level."""

    DEFAULT_CSS = """
    LevelBar { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """
    ALLOW_SELECT = False

    class Chosen(Message):
        """A level was clicked; None is the merged pane."""

        def __init__(self, level: Level | None) -> None:
            super().__init__()
            self.level = level

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = (Entry(None, 0), *(Entry(level, 0) for level in Level))
        self._current: Level | None = None

    def show(self, entries: tuple[Entry, ...], current: Level | None) -> None:
        """Show these numbers."""
        if (entries, current) != (self._entries, self._current):
            self._entries, self._current = entries, current
            self.refresh()

    def render(self) -> Content:
        """The entries, as long as there is room for."""
        return Content("").join(part for _, part in self._parts())

    def on_click(self, event: events.Click) -> None:
        """Go to the level under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        left = 0
        for level, part in self._parts():
            if left <= offset.x < left + part.cell_length:
                self.post_message(self.Chosen(level))
            left += part.cell_length

    def _parts(self) -> list[tuple[Level | None, Content]]:
        """The widest form that fits: names, three characters, or letters alone."""
        parts: list[tuple[Level | None, Content]] = []
        for form in range(3):
            parts = [(entry.level, self._part(entry, form)) for entry in self._entries]
            if sum(part.cell_length for _, part in parts) <= self.size.width:
                break
        return parts

    def _part(self, entry: Entry, form: int) -> Content:
        level, current = entry.level, entry.level == self._current
        color = "$foreground" if level is None else f"$level-{level.label}"
        style = f"{color} bold reverse" if current else color if entry.total else "$muted"
        mark = "•" if entry.new else " "
        edge = " " if form == 0 else ""
        return Content.assemble(
            (f"{edge}{label(level, form)} ", style),
            (short(entry.total), style),
            (mark, f"{style} bold"),
        )


def label(level: Level | None, form: int) -> str:
    """What a level is called in form 0 (long), 1 (short) or 2 (a letter)."""
    if level is None:
        return "all" if form < 2 else "*"
    return (f"{level.letter} {level.label}", SHORT[level], level.letter)[form]


def short(count: int) -> str:
    """A count in at most four characters: ``999``, ``1.2k``, ``48k``, ``1.2M``."""
    if count < 1000:
        return str(count)
    for unit, size in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        if count < 9_950 * size / 1000:
            return f"{count / size:.1f}{unit}"
        if count < 999_500 * size / 1000:
            return f"{count / size:.0f}{unit}"
    return f"{count / 1e12:.0f}T"
