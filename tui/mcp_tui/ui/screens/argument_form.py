"""ArgumentForm: asks for the arguments of a prompt, or the variables of a template, which are all texts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Prompt, ResourceTemplate
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.asking import said
from mcp_tui.ui.screens.dialog import DialogScreen
from mcp_tui.ui.widgets.argument_field import Argument, ArgumentField
from mcp_tui.ui.widgets.json_text import block

PAUSE = 0.15
"""Seconds without a key before the server is asked how a value may go on."""


class ArgumentForm(DialogScreen[None]):
    """Fills in ``offered``; what comes of it is read on a screen over the form, which is there again afterwards.

    A subclass names the arguments (``arguments``) and the screen to read on (``reading``).
    """

    verb: ClassVar[str]
    """What is done with the arguments, on the button."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("form.run", "form.close")]

    DEFAULT_CSS = """
    ArgumentForm {
        & #dialog { min-height: 14; }
        & #preview { margin: 0 0 1 0; color: $primary; display: none; }
        & #preview.-shown { display: block; }
    }
    """

    def __init__(self, hub: Hub, server: str, offered: Prompt | ResourceTemplate) -> None:
        super().__init__()
        self._hub = hub
        self._server = server
        self._offered = offered

    @property
    def arguments(self) -> Sequence[Argument]:
        """What is to be filled in."""
        raise NotImplementedError

    def reading(self) -> Screen[Any]:
        """The screen on which to read what comes of ``values``. Raises McpTuiError."""
        raise NotImplementedError

    def preview(self) -> str:
        """What the values make by themselves, shown live; nothing, if empty."""
        return ""

    @property
    def heading(self) -> str:
        """The server and what is filled in."""
        return clean(f"{self._server} · {self._offered.label}")

    def page(self) -> ComposeResult:
        """Description, what comes of it, fields."""
        if self._offered.description:
            yield Static(block(self._offered.description), classes="note", markup=False)
        yield Static("", id="preview", markup=False)
        for argument in self.arguments:
            yield ArgumentField(argument)

    def buttons(self) -> ComposeResult:
        """To ask, and not to."""
        yield Button(f"{self.verb}  ^r", id="run", variant="primary", compact=True)
        yield Button("Back  esc", id="back", compact=True)

    def on_mount(self) -> None:
        """The first field is where typing starts."""
        self._fields[0].focus_input()
        self._show_preview()

    @property
    def _fields(self) -> Sequence[ArgumentField]:
        return list(self.query(ArgumentField))

    @property
    def values(self) -> dict[str, str]:
        """What has been filled in; an empty text is none."""
        return {field.argument.name: field.value for field in self._fields if field.value}

    def _show_preview(self) -> None:
        text = self.preview()
        place = self.query_one("#preview", Static)
        place.update(Content(block(text)))
        place.set_class(bool(text), "-shown")

    @on(Input.Submitted)
    @on(Button.Pressed, "#run")
    def action_run(self) -> None:
        """Ask the server, or say what is missing."""
        missing = [field for field in self._fields if field.argument.required and not field.value]
        for field in missing:
            field.complain("a value is required")
        if missing:
            missing[0].focus_input()
            return
        for field in self._fields:
            field.hide_suggestions()
        try:
            self.app.push_screen(self.reading())  # pyright: ignore[reportUnknownMemberType]
        except McpTuiError as error:
            self.complain(said(error))
        else:
            self.complain("")

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Away with the suggestions; where there are none, back."""
        suggesting = [field for field in self._fields if field.suggesting]
        for field in suggesting:
            field.hide_suggestions()
        if not suggesting:
            self.dismiss(None)

    # Completion

    @on(ArgumentField.Typed)
    def _typed(self, message: ArgumentField.Typed) -> None:
        self._show_preview()
        if message.field.wants_suggestions and self._completes:
            self.run_worker(self._complete(message.field), group="complete", exclusive=True)

    @property
    def _completes(self) -> bool:
        status = next((status for status in self._hub.servers if status.name == self._server), None)
        return status is not None and status.capabilities.completions

    async def _complete(self, field: ArgumentField) -> None:
        """Ask how the value of a field may go on, and show it, unless the user has gone on meanwhile."""
        await asyncio.sleep(PAUSE)
        if not self.is_active:
            return
        name, value = field.argument.name, field.value
        known = {other: text for other, text in self.values.items() if other != name}
        try:
            found = await self._hub.requests(self._server).complete(self._offered, name, value, known)
        except McpTuiError as error:
            field.no_suggestions(error.message)
        else:
            if self.is_active and field.wants_suggestions and field.value == value:
                field.suggest(found)
