"""SearchBar and FilterBar: one line to type what to look for, or what to show alone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class SearchBar(Horizontal):
    """Says what is typed as it is typed. Enter keeps the search, escape drops it."""

    DEFAULT_CSS = """
    SearchBar {
        height: 1;
        background: $panel;
        Static { width: auto; padding: 0 1; color: $primary; text-style: bold; }
        Input { width: 1fr; background: $panel; }
        #search-count { color: $muted; text-style: none; }
    }
    """
    SIGN = "/"
    PROMPT = "search"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "drop", "Clear", key_display="esc")]

    class Typed(Message):
        """What is looked for now."""

        def __init__(self, bar: SearchBar, needle: str) -> None:
            super().__init__()
            self.bar = bar
            self.needle = needle

    class Closed(Message):
        """The reader is done typing; ``keep`` is false for escape."""

        def __init__(self, bar: SearchBar, keep: bool) -> None:
            super().__init__()
            self.bar = bar
            self.keep = keep

    def __init__(self, needle: str = "") -> None:
        super().__init__()
        self._needle = needle
        # Events may come, and be counted, before the bar is composed.
        self._count = Static(id="search-count", markup=False)

    def compose(self) -> ComposeResult:
        """The sign, the text, how many there are."""
        yield Static(Content(self.SIGN))
        yield Input(self._needle, placeholder=self.PROMPT, compact=True, select_on_focus=True, id="search-input")
        yield self._count

    def on_mount(self) -> None:
        """Ready to be typed into."""
        box = self.query_one(Input)
        box.cursor_blink = False
        box.focus()

    def count(self, text: str) -> None:
        """Say how many matches there are."""
        self._count.update(Content(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        self.post_message(self.Typed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Closed(self, keep=True))

    def action_drop(self) -> None:
        """Escape."""
        self.post_message(self.Closed(self, keep=False))


class FilterBar(SearchBar):
    """The same line, for a text that events must contain to be shown."""

    SIGN = "&"
    PROMPT = "show only events with this text"
