"""What the dashboard does with the questions of servers. Their screens are imported when one is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_tui.core.inbox import Question
from mcp_tui.ui.actions import keys_of
from mcp_tui.ui.screens.pane_actions import PaneActions
from mcp_tui.ui.widgets.call_line import first_line

if TYPE_CHECKING:
    from mcp_tui.ui.screens.question import QuestionScreen

ASKED_SECONDS = 8.0
"""How long the word that a server asks stands on the screen."""


class QuestionActions(PaneActions):
    """The inbox of the dashboard. A question opens when the person opens it, and never by itself."""

    _asked = 0
    """The number of the last question that was told of."""

    def tell_questions(self) -> None:
        """Say who asks, once for each question."""
        for question in self.hub.inbox.open:
            if question.number > self._asked:
                self._asked = question.number
                wish = "for the words of a model" if question.kind == "sampling" else first_line(question.text)
                text = f"? {question.server} asks: {wish}\n{keys_of('inbox.open')[0]} answers"
                self.notify(text, timeout=ASKED_SECONDS, markup=False)

    def action_inbox(self) -> None:
        """Open the oldest question."""
        if waiting := self.hub.inbox.open:
            # What the toasts say of it has been read, and they would stand on its buttons.
            self.host.clear_notifications()
            self.open_question(waiting[0])
        else:
            self.say("No server asks anything")

    def open_question(self, question: Question | None) -> None:
        """Open one question, and then those that the person goes on to."""
        if question is not None:
            self.host.push_screen(screen_of(self, question), self.open_question)


def screen_of(dashboard: QuestionActions, question: Question) -> QuestionScreen:
    """The screen for a question of this kind."""
    from mcp_tui.ui.screens.question_form import FormQuestion
    from mcp_tui.ui.screens.question_sampling import SamplingQuestion
    from mcp_tui.ui.screens.question_url import UrlQuestion

    kinds = {"form": FormQuestion, "url": UrlQuestion, "sampling": SamplingQuestion}
    return kinds[question.kind](dashboard.hub, question)
