"""DialogScreen: a framed page over the dashboard that asks for something; problems and buttons at its foot."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Static

from mcp_tui.ui.widgets.json_text import block


class DialogScreen(ModalScreen[ScreenResultType]):
    """A subclass composes its page in ``page`` and its buttons, which stay in sight, in ``buttons``."""

    DEFAULT_CSS = """
    DialogScreen {
        align: center middle;
        & #dialog {
            width: 100%;
            max-width: 100;
            height: auto;
            max-height: 100%;
            margin: 0 2;
            padding: 1 0 0 0;
            background: $surface;
            border: round $primary;
            border-title-color: $primary;
            border-title-style: bold;
            border-subtitle-color: $muted;
        }
        & #body { height: auto; max-height: 100%; padding: 0 2; scrollbar-size-vertical: 1; }
        & #foot { dock: bottom; height: auto; }
        & .note { color: $muted; margin: 0 0 1 0; }
        & .warning { color: $level-warning; margin: 0 0 1 0; }
        & #problem { color: $level-error; padding: 0 2; display: none; }
        & #problem.-shown { display: block; }
        & #buttons { height: 1; margin: 1 2 0 2; }
        & #buttons Button { margin: 0 2 0 0; min-width: 8; padding: 0 1; }
        & #buttons Button { background: $panel; color: $foreground; }
        & #buttons Button.-primary { background: $primary; color: $background; }
        & #buttons Button:focus { text-style: bold underline; background-tint: transparent; }
        & #buttons Button:hover { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    def compose(self) -> ComposeResult:
        """Page, what went wrong, buttons."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self.heading)
            with VerticalScroll(id="body", can_focus=False):
                yield from self.page()
            with Vertical(id="foot"):
                yield Static("", id="problem", markup=False)
                with Horizontal(id="buttons"):
                    yield from self.buttons()

    @property
    def heading(self) -> str:
        """The title in the frame; cleaned text."""
        return ""

    def page(self) -> ComposeResult:
        """What is asked."""
        yield Static()

    def buttons(self) -> ComposeResult:
        """What can be done."""
        yield from ()

    def complain(self, text: str) -> None:
        """Say what is wrong, or with an empty text that nothing is."""
        problem = self.query_one("#problem", Static)
        problem.update(Content(f"✖ {block(text)}"))
        problem.set_class(bool(text), "-shown")
