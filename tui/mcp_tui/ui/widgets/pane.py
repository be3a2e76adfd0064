"""Pane: a LogPane in its frame, which says what the reader should know about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region

from mcp_tui.core.levels import Level
from mcp_tui.core.view import Filter
from mcp_tui.ui.feed import Feed
from mcp_tui.ui.widgets.level_bar import short
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.search_bar import FilterBar, SearchBar

_LEVEL_CSS = "\n".join(
    f"    &.-{level.label} {{ border-title-color: $level-{level.label}; }}\n"
    f"    &.-{level.label}:focus-within {{ border: round $level-{level.label}; }}"
    for level in Level
)


class Pane(Vertical):
    """Frame, title and state of one level's log; all levels' for None.

    The numbers are in the level bar: a new title draws the whole frame anew, and that thirty times a second.
    """

    DEFAULT_CSS = f"""
Pane {{
    height: 1fr;
    border: round $border;
    background: $background;
    border-title-color: $foreground;
    border-title-style: bold;
    border-subtitle-color: $muted;
    &:focus-within {{ border: round $primary; }}
{_LEVEL_CSS}
}}
"""

    _saying = False
    """Whether nothing but what the lower border says is about to change."""

    def __init__(self, feed: Feed, level: Level | None) -> None:
        name = "all" if level is None else level.label
        super().__init__(id=f"pane-{name}", classes=f"-{name}" if level is None else f"-{name} -empty")
        self.level = level
        self.log_pane = LogPane(feed, level, on_moved=self.reframe)
        self.border_title = Content("all levels" if level is None else f"{level.letter} {level.label}")
        self._said = ""

    def compose(self) -> ComposeResult:
        """The log; a search bar comes and goes below it."""
        yield self.log_pane

    def sync(self) -> None:
        """Show what has arrived."""
        self.log_pane.sync()
        self.reframe()

    def reframe(self) -> None:
        """Say again how things stand."""
        bar = next((child for child in self.children if isinstance(child, SearchBar)), None)
        if bar is not None:
            filtering = isinstance(bar, FilterBar)
            bar.count(f"{self.log_pane.reader.hidden:,} hidden" if filtering else found_text(self.log_pane))
        room = max(0, self.size.width - 4)
        said = pieces(self.log_pane, typing=bar is not None)
        text = _together(said, room)
        if text != self._said:
            self._said = text
            self._saying = True
            self.border_subtitle = Content(text)
            self._saying = False

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Draw the pane anew; where only what its lower border says has changed, only that border."""
        if self._saying and not regions:
            width, height = self.content_size
            regions = (Region(-1, height, width + 2, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


def pieces(pane: LogPane, typing: bool = False) -> Iterable[str]:
    """What the lower border says, the most important first; the search bar speaks for itself."""
    reader = pane.reader
    if reader.held:
        yield "held"
    if reader.new and not reader.follow:
        yield f"+{reader.new:,} new"
    if pane.matches is not None and not typing:
        yield f"/{pane.matches.needle} {found_text(pane)}"
    if reader.filter:
        yield f"{filter_text(reader.filter)}: {reader.hidden:,} hidden"
    if reader.dropped and reader.top == reader.first:
        yield f"{reader.dropped:,} older events no longer in memory"
    elif reader.dropped:
        yield f"{short(reader.dropped)} older gone"


def found_text(pane: LogPane) -> str:
    """``3 of 17``, and whether the search has gone around an end."""
    matches = pane.matches
    if matches is None:
        return ""
    if not len(matches):
        return "no match"
    place = matches.place(pane.reader.cursor or 0)
    text = f"{len(matches):,} found" if place is None else f"{place:,} of {len(matches):,}"
    return f"{text}, wrapped" if pane.around else text


def filter_text(shown: Filter) -> str:
    """What a filter lets pass: ``only items #3 "timeout"``."""
    text = f'"{shown.text}"' if shown.text else ""
    words = [shown.server or "", "" if shown.call is None else f"#{shown.call}", text]
    return "only " + " ".join(word for word in words if word)


def _together(parts: Iterable[str], room: int) -> str:
    """The parts for which there is room, joined by dots."""
    text = ""
    for part in parts:
        longer = f"{text} · {part}" if text else part
        if len(longer) <= room:
            text = longer
    return text
