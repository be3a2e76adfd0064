"""FormQuestion: a server asks for values, as a schema describes them."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Button, Input

from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Action, Question, Reply
from mcp_tui.core.schema import ArgumentError, require_json
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.question import QuestionScreen
from mcp_tui.ui.widgets.schema_form import SchemaForm


class FormQuestion(QuestionScreen):
    """The values are checked before they are given, also those that were written as JSON."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("question.json")]

    def __init__(self, hub: Hub, question: Question) -> None:
        super().__init__(hub, question)
        self._form = SchemaForm(question.schema, None, "It asks for no values, only whether you agree.")

    def answer_page(self) -> ComposeResult:
        """A field for each value."""
        yield self._form

    def more_buttons(self) -> ComposeResult:
        """JSON."""
        yield Button("JSON  ^j", id="json", compact=True)

    def on_mount(self) -> None:
        """The first field is where typing starts."""
        self._form.focus_first()

    @on(SchemaForm.Complained)
    def _complained(self, message: SchemaForm.Complained) -> None:
        self.complain(message.text)

    @on(Input.Submitted)
    @on(Button.Pressed, "#answer")
    def action_answer(self) -> None:
        """Give the values, or say what is wrong with them."""
        if (values := self._form.read()) is not None:
            self.run_worker(self._check_and_answer(values), group="answer", exclusive=True)

    async def _check_and_answer(self, values: dict[str, Any]) -> None:
        verdict = await self._form.check(values)
        # The question may have been left meanwhile, or another screen may have come in front of it.
        if not self.is_active or not self._form.accepts(verdict):
            return
        try:
            require_json(values)
        except ArgumentError as error:
            self.complain(error.message)
            return
        self.reply(Reply(Action.ACCEPT, values))

    @on(Button.Pressed, "#json")
    async def action_raw_json(self) -> None:
        """To one JSON text, or back to the fields."""
        await self._form.toggle_raw()
        self.query_one("#json", Button).label = Content("Form  ^j" if self._form.raw else "JSON  ^j")
