"""CautionScreen: the question before a tool is called that may destroy something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from mcp_tui.core.caution import reason_to_ask
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.dialog import DialogScreen
from mcp_tui.ui.widgets.json_text import block, editable, highlighted
from mcp_tui.ui.widgets.sections import Section

NO_ARGUMENTS = "no arguments"


def ask_first(
    screen: Screen[Any], server: str, tool: Tool, arguments: dict[str, Any], call: Callable[[], None]
) -> None:
    """Do ``call``; first ask the person, over ``screen``, where there is reason to."""
    if not reason_to_ask(tool):
        call()
        return

    def answered(confirmed: bool | None) -> None:
        if confirmed:
            call()

    question = CautionScreen(server, tool, arguments)
    screen.app.push_screen(question, answered)  # pyright: ignore[reportUnknownMemberType]


class CautionScreen(DialogScreen[bool]):
    """Names server and tool and shows the arguments; the result is whether to call it. ``enter`` goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("caution.confirm", "form.close")]

    DEFAULT_CSS = """
    CautionScreen {
        & #dialog { border: round $level-warning; border-title-color: $level-warning; }
        & #arguments { margin: 0; }
        & Button:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    def __init__(self, server: str, tool: Tool, arguments: dict[str, Any]) -> None:
        super().__init__()
        self._server = server
        self._tool = tool
        self._arguments = arguments

    @property
    def heading(self) -> str:
        """The question."""
        return clean(f"Call {self._tool.safe_name} on {self._server}?")

    def page(self) -> ComposeResult:
        """Why it is asked, and what would be sent."""
        yield Static(Content(reason_to_ask(self._tool)), classes="warning", markup=False)
        shown = highlighted(block(editable(self._arguments))) if self._arguments else NO_ARGUMENTS
        yield Section("Arguments", shown, id="arguments")

    def buttons(self) -> ComposeResult:
        """The one that does nothing first."""
        yield Button("Back  esc", id="back", compact=True)
        yield Button("Call it  Y", id="confirm", compact=True)

    def on_mount(self) -> None:
        """Whoever presses enter without reading has called nothing."""
        self.query_one("#back").focus()

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Call it."""
        self.dismiss(True)

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Do not."""
        self.dismiss(False)
