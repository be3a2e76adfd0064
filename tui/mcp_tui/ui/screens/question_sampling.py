"""SamplingQuestion: a server asks for the words of a model, and the person writes them."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Static, TextArea

from mcp_tui.core.inbox import Action, Reply
from mcp_tui.ui.screens.question import QuestionScreen
from mcp_tui.ui.widgets.sections import Section

ABOUT = "It asks for what a model would say next. No model is here: what you write is sent as its answer."


class SamplingQuestion(QuestionScreen):
    """Shows the conversation; what the person writes is its next message."""

    DEFAULT_CSS = """
    SamplingQuestion {
        & Section { margin: 0; }
        & TextArea {
            height: auto;
            min-height: 4;
            max-height: 12;
            margin: 1 0 0 0;
            border: none;
            border-left: outer $border;
            padding: 0 1;
            background: $panel;
            &:focus { border: none; border-left: outer $primary; }
        }
    }
    """

    def page(self) -> ComposeResult:
        """The conversation, and where to write."""
        yield Static(ABOUT, classes="note", markup=False)
        yield Section("The conversation", self.question.text)
        yield TextArea("", tab_behavior="focus", highlight_cursor_line=False, placeholder="the answer")

    def on_mount(self) -> None:
        """Writing starts at once."""
        self.query_one(TextArea).focus()

    @on(Button.Pressed, "#answer")
    def action_answer(self) -> None:
        """Send what was written."""
        text = self.query_one(TextArea).text
        if text.strip():
            self.reply(Reply(Action.ACCEPT, text=text))
        else:
            self.complain("nothing has been written; to send nothing, decline")
            self.query_one(TextArea).focus()
