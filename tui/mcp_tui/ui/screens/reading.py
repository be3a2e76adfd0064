"""ReadingScreen: a framed page over the dashboard, to be read, scrolled, copied from and closed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from mcp_tui.ui.actions import bindings
from mcp_tui.ui.widgets.row_list import MOVEMENT


class ReadingScreen(ModalScreen[None]):
    """A subclass composes its page in ``page`` and says in ``copied`` what ``y`` copies."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog"), *MOVEMENT]

    DEFAULT_CSS = """
    ReadingScreen {
        align: center middle;
        & #page {
            width: 100%;
            max-width: 100;
            height: auto;
            max-height: 100%;
            margin: 0 2;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $primary;
            border-title-style: bold;
            scrollbar-size-vertical: 1;
        }
        & Footer { background: $panel; }
    }
    """

    def compose(self) -> ComposeResult:
        """The page, and the keys that work on it."""
        with VerticalScroll(id="page", can_focus=False) as page:
            page.border_title = Content(self.heading)
            yield from self.page()
        yield Footer(show_command_palette=False)

    @property
    def heading(self) -> str:
        """The title in the frame; cleaned text."""
        return ""

    def page(self) -> ComposeResult:
        """What is to be read."""
        yield Static()

    def copied(self) -> tuple[str, str]:
        """What ``y`` copies, and what to call it."""
        return "", ""

    def action_close(self) -> None:
        """Back to where the user came from."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy what is selected with the mouse, otherwise the subject of the page."""
        selected = self.get_selected_text()
        text, what = (selected, "the selection") if selected else self.copied()
        if text:
            self.app.copy_to_clipboard(text)  # pyright: ignore[reportUnknownMemberType]
            self.notify(f"Copied {what}", timeout=2, markup=False)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#page", VerticalScroll)

    def action_cursor(self, step: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        self._scroll.scroll_relative(y=step * max(1, self._scroll.size.height - 2), animate=False)

    def action_top(self) -> None:
        """The beginning of the page."""
        self._scroll.scroll_home(animate=False)

    def action_end(self) -> None:
        """The end of the page."""
        self._scroll.scroll_end(animate=False)
