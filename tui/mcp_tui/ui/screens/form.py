"""CallForm: the arguments of one tool, made out of its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Button, Input, Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.actions import bindings, keys_of
from mcp_tui.ui.screens.caution import ask_first
from mcp_tui.ui.screens.dialog import DialogScreen
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.schema_form import SchemaForm


class CallForm(DialogScreen[int | None]):
    """Asks for the arguments of ``tool`` and calls it; the result is the number of the call, or None.

    initial: the arguments to start with instead of the schema's defaults; usually what was sent last time.
    The form keeps nothing itself: its owner reads ``arguments`` after a run and gives them to the next form.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("form")]

    DEFAULT_CSS = """
    CallForm {
        & #description { color: $muted; margin: 0 0 1 0; }
        & #anyway { display: none; }
        &.-refused #anyway { display: block; }
    }
    """

    def __init__(self, hub: Hub, server: str, tool: Tool, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._hub = hub
        self._server = server
        self._tool = tool
        self._again = initial is not None
        self._form = SchemaForm(tool.input_schema, initial, "This tool takes no arguments.")
        self.arguments: dict[str, Any] | None = None
        """What was sent, once the form has run."""

    @property
    def heading(self) -> str:
        """Server and tool."""
        return clean(f"{self._server} · {self._tool.label}")

    def page(self) -> ComposeResult:
        """Description, and the fields (or JSON)."""
        if self._tool.description:
            yield Static(block(self._tool.description), id="description", markup=False)
        if self._tool.destructive:
            yield Static("! The server says that this tool is destructive.", classes="warning", markup=False)
        if self._again and not self._form.empty:
            again = f"as in the last call · {keys_of('form.afresh')[0]} starts afresh"
            yield Static(again, id="again", classes="note", markup=False)
        yield self._form

    def buttons(self) -> ComposeResult:
        """Run, JSON, back."""
        yield Button("Run  ^r", id="run", variant="primary", compact=True)
        yield Button("JSON  ^j", id="json", compact=True)
        yield Button("Send anyway  ^s", id="anyway", compact=True)
        yield Button("Back  esc", id="back", compact=True)

    def on_mount(self) -> None:
        """The first field is where typing starts."""
        self._focus_first()

    @property
    def raw(self) -> bool:
        """Whether the arguments are being edited as one JSON text."""
        return self._form.raw

    def _focus_first(self) -> None:
        if not self._form.focus_first():
            self.query_one("#run").focus(scroll_visible=False)
        self.call_later(self.query_one("#body").scroll_home, animate=False)

    @on(SchemaForm.Complained)
    def _complained(self, message: SchemaForm.Complained) -> None:
        self.complain(message.text)

    # Running

    @on(Input.Submitted)
    @on(Button.Pressed, "#run")
    def action_run(self) -> None:
        """Call the tool, or say what is wrong with the arguments."""
        arguments = self._form.read()
        self.set_class(arguments is None, "-refused")
        if arguments is None:
            return
        # What stands in the fields is checked; JSON is sent as it is, since the server has the last word.
        if self.raw:
            self._send(arguments)
        else:
            self.run_worker(self._check_and_send(arguments), group="run", exclusive=True)

    async def _check_and_send(self, arguments: dict[str, Any]) -> None:
        verdict = await self._form.check(arguments)
        # The form may have been left meanwhile, or another screen may have come in front of it.
        if not self.is_active:
            return
        accepted = self._form.accepts(verdict)
        self.set_class(not accepted, "-refused")
        if not accepted:
            return
        self._send(arguments)
        if verdict.unchecked and self.arguments is not None:
            text = f"Sent unchecked: {verdict.unchecked}"
            self.app.notify(text, severity="warning", markup=False)  # pyright: ignore[reportUnknownMemberType]

    @on(Button.Pressed, "#anyway")
    def action_anyway(self) -> None:
        """Call the tool, whatever its schema says; the server has the last word."""
        arguments = self._form.read(blanks=True)
        if arguments is not None:
            self._send(arguments)

    def _send(self, arguments: dict[str, Any]) -> None:
        ask_first(self, self._server, self._tool, arguments, lambda: self._call(arguments))

    def _call(self, arguments: dict[str, Any]) -> None:
        try:
            number = self._hub.call(self._server, self._tool.name, arguments)
        except McpTuiError as error:
            self.complain("\n".join(filter(None, (error.message, error.hint))))
            return
        self.arguments = arguments
        self.dismiss(number)

    # One JSON text instead of fields

    @on(Button.Pressed, "#json")
    async def action_raw_json(self) -> None:
        """To one JSON text, or back to the fields; stays where it is while something does not parse."""
        await self._form.toggle_raw()
        self.query_one("#json", Button).label = Content("Form  ^j" if self.raw else "JSON  ^j")

    async def action_afresh(self) -> None:
        """Back to the schema's defaults, in the fields or in the JSON text."""
        await self._form.start_afresh()
        await self.query("#again").remove()

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Back, without a call."""
        self.dismiss(None)
