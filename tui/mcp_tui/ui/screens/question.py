"""QuestionScreen: one question of a server, with what every kind of question has."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Action, Question, Reply
from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id, keys_of
from mcp_tui.ui.screens.dialog import DialogScreen


class QuestionScreen(DialogScreen[Question | None]):
    """Shows a question until it is answered, put off or withdrawn; the result is the one to go to next, if any.

    A subclass says in ``answer_page`` how it is answered, and calls ``reply``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *by_id("question.answer", "question.decline", "question.next", "question.later")
    ]

    DEFAULT_CSS = """
    QuestionScreen {
        & #text { margin: 0 0 1 0; }
        & #buttons Button { margin: 0 1 0 0; }
    }
    """

    def __init__(self, hub: Hub, question: Question) -> None:
        super().__init__()
        self.hub = hub
        self.question = question

    @property
    def host(self) -> App[object]:
        """The app, with the type that Textual leaves open on a screen."""
        return self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    @property
    def heading(self) -> str:
        """Who asks, and during which call."""
        call = next((call for call in self.hub.calls if call.number == self.question.call), None)
        during = f" · call {call.number}, {clean(call.tool, 200)}" if call is not None else ""
        return clean(f"{self.question.server} asks{during}")

    def page(self) -> ComposeResult:
        """What it says, and how it is answered."""
        yield Static(self.question.text, id="text", markup=False)
        yield from self.answer_page()

    def answer_page(self) -> ComposeResult:
        """What the answer is made with."""
        yield from ()

    def buttons(self) -> ComposeResult:
        """Answer, the kind's own, decline, later."""
        yield Button("Answer  ^r", id="answer", variant="primary", compact=True)
        yield from self.more_buttons()
        yield Button("Decline  ^n", id="decline", compact=True)
        yield Button("Later  esc", id="later", compact=True)

    def more_buttons(self) -> ComposeResult:
        """What can be done with this kind of question only."""
        yield from ()

    def on_mount(self) -> None:
        """Where it stands among the others."""
        self.refresh_status()

    def on_screen_resume(self) -> None:
        """It may have been withdrawn while another screen stood in front of it."""
        if self.is_mounted:
            self.refresh_status()

    def refresh_status(self) -> None:
        """Show which of how many it is; go, where it has been withdrawn."""
        numbers = [question.number for question in self.hub.inbox.open]
        if self.question.number not in numbers:
            self._withdrawn()
            return
        which = f"{numbers.index(self.question.number) + 1} of {len(numbers)}"
        more = f" · {keys_of('question.next')[0]} next" if len(numbers) > 1 else ""
        self.query_one("#dialog").border_subtitle = which + more

    def reply(self, reply: Reply) -> None:
        """Answer, and close."""
        if self.hub.inbox.answer(self.question.number, reply):
            self.dismiss(None)
        else:
            self._withdrawn()

    def _withdrawn(self) -> None:
        self.host.notify(f"{self.question.server} no longer asks", markup=False)
        self.dismiss(None)

    @on(Button.Pressed, "#decline")
    def action_decline(self) -> None:
        """Tell the server that it will not be told."""
        self.reply(Reply(Action.DECLINE))

    @on(Button.Pressed, "#later")
    def action_later(self) -> None:
        """Close; the question stays in the inbox."""
        self.dismiss(None)

    def action_next(self) -> None:
        """Close, and go to the question after this one; after the last, to the first."""
        waiting = self.hub.inbox.open
        later = [question for question in waiting if question.number > self.question.number]
        if (following := next(iter((*later, *waiting)), self.question)) != self.question:
            self.dismiss(following)
        else:
            self.host.notify("No other question waits", timeout=3)
