"""CallForm: the arguments of one tool, made out of its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static, TextArea

from mcp_tui.core.checker import check
from mcp_tui.core.hub import Hub
from mcp_tui.core.schema import ArgumentError, fields
from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.actions import bindings, keys_of
from mcp_tui.ui.widgets.editing import UNSET, read_object
from mcp_tui.ui.widgets.field_rows import FieldRows
from mcp_tui.ui.widgets.fields import FieldRow
from mcp_tui.ui.widgets.json_text import block, editable


class CallForm(ModalScreen[int | None]):
    """Asks for the arguments of ``tool`` and calls it; the result is the number of the call, or None.

    initial: the arguments to start with instead of the schema's defaults; usually what was sent last time.
    The form keeps nothing itself: its owner reads ``arguments`` after a run and gives them to the next form.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("form")]

    DEFAULT_CSS = """
    CallForm {
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
        }
        & #body { height: auto; max-height: 100%; padding: 0 2; scrollbar-size-vertical: 1; }
        & #foot { dock: bottom; height: auto; }
        & #description { color: $muted; margin: 0 0 1 0; }
        & #traits { color: $level-warning; margin: 0 0 1 0; }
        & #fields { height: auto; }
        & .note { color: $muted; margin: 0 0 1 0; }
        & #raw {
            display: none;
            height: auto;
            min-height: 5;
            max-height: 16;
            border: none;
            border-left: outer $border;
            padding: 0 1;
            background: $panel;
            &:focus { border: none; border-left: outer $primary; }
        }
        &.-raw #raw { display: block; }
        &.-raw #fields { display: none; }
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

    def __init__(self, hub: Hub, server: str, tool: Tool, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._hub = hub
        self._server = server
        self._tool = tool
        self._fields = fields(tool.input_schema)
        self._initial = initial
        self._extra = self._unknown(initial or {})
        self.arguments: dict[str, Any] | None = None
        """What was sent, once the form has run."""

    def compose(self) -> ComposeResult:
        """Description, fields (or JSON), what went wrong, buttons."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(clean(f"{self._server} · {self._tool.label}"))
            with VerticalScroll(id="body", can_focus=False):
                yield from self._about()
                if self._initial is not None and self._fields:
                    again = f"as in the last call · {keys_of('form.afresh')[0]} starts afresh"
                    yield Static(again, id="again", classes="note", markup=False)
                with Vertical(id="fields"):
                    yield from self._rows(self._initial)
                yield TextArea(
                    "",
                    id="raw",
                    tab_behavior="focus",
                    highlight_cursor_line=False,
                    show_line_numbers=False,
                )
            with Vertical(id="foot"):
                yield Static("", id="problem", markup=False)
                with Horizontal(id="buttons"):
                    yield Button("Run  ^r", id="run", variant="primary", compact=True)
                    yield Button("JSON  ^j", id="json", compact=True)
                    yield Button("Back  esc", id="back", compact=True)

    def _about(self) -> ComposeResult:
        if self._tool.description:
            yield Static(block(self._tool.description), id="description", markup=False)
        if self._tool.destructive:
            yield Static("! The server says that this tool is destructive.", id="traits", markup=False)

    def _rows(self, values: Mapping[str, Any] | None) -> ComposeResult:
        if not self._fields:
            yield Static("This tool takes no arguments.", classes="note", markup=False)
        yield FieldRows(self._fields, values)
        if self._extra:
            names = clean(", ".join(self._extra))
            yield Static(f"Sent as well, unknown to the schema: {names}", classes="note", markup=False)

    def on_mount(self) -> None:
        """The first field is where typing starts."""
        self._focus_first()

    @property
    def raw(self) -> bool:
        """Whether the arguments are being edited as one JSON text."""
        return self.has_class("-raw")

    @property
    def _field_rows(self) -> Sequence[FieldRow]:
        return self.query_one(FieldRows).rows

    def _focus_first(self) -> None:
        rows = self._field_rows
        (rows[0].editor if rows else self.query_one("#run")).focus(scroll_visible=False)
        self.call_later(self.query_one("#body").scroll_home, animate=False)

    def _unknown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        known = {field.name for field in self._fields}
        return {name: value for name, value in values.items() if name not in known}

    # Running

    @on(Input.Submitted)
    @on(Button.Pressed, "#run")
    def action_run(self) -> None:
        """Call the tool, or say what is wrong with the arguments."""
        arguments = self._read_raw() if self.raw else self._read_fields()
        if arguments is None:
            return
        # What stands in the fields is checked; JSON is sent as it is, since the server has the last word.
        if self.raw:
            self._send(arguments)
        else:
            self.run_worker(self._check_and_send(arguments), group="run", exclusive=True)

    async def _check_and_send(self, arguments: dict[str, Any]) -> None:
        verdict = await check(self._tool.input_schema, arguments)
        # The form may have been left meanwhile, or another screen may have come in front of it.
        if not self.is_active or not self._fits(verdict.by_argument()):
            return
        self._send(arguments)
        if verdict.unchecked and self.arguments is not None:
            text = f"Sent unchecked: {verdict.unchecked}"
            self.app.notify(text, severity="warning", markup=False)  # pyright: ignore[reportUnknownMemberType]

    def _send(self, arguments: dict[str, Any]) -> None:
        try:
            number = self._hub.call(self._server, self._tool.name, arguments)
        except McpTuiError as error:
            self._complain("\n".join(filter(None, (error.message, error.hint))))
            return
        self.arguments = arguments
        self.dismiss(number)

    def _read_fields(self, *, blanks: bool = False) -> dict[str, Any] | None:
        """The arguments, or None after showing what is wrong. blanks: required ones may be missing."""
        arguments = dict(self._extra)
        bad: list[FieldRow] = []
        for row in self._field_rows:
            try:
                value = UNSET if blanks and row.blank else row.checked()
            except ArgumentError:
                bad.append(row)
                continue
            if value is not UNSET:
                arguments[row.field.name] = value
        self._complain("")
        if bad:
            bad[0].editor.focus()
            bad[0].scroll_visible(animate=False)
            return None
        return arguments

    def _fits(self, found: Mapping[str, str]) -> bool:
        """Whether nothing was found wrong; each field says what was found of it."""
        wrong = [row for row in self._field_rows if row.field.name in found]
        for row in wrong:
            row.show_error(found[row.field.name])
        if wrong:
            wrong[0].editor.focus()
            wrong[0].scroll_visible(animate=False)
        elif found:
            name, problem = next(iter(found.items()))
            self._complain(f"{name}: {problem}" if name else problem)
        return not found

    def _read_raw(self) -> dict[str, Any] | None:
        area = self.query_one("#raw", TextArea)
        try:
            arguments = read_object(area.text)
        except ArgumentError as error:
            self._complain(clean(error.problem))
            area.focus()
            return None
        self._complain("")
        return arguments

    def _complain(self, text: str) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(Content(f"✖ {block(text)}"))
        problem.set_class(bool(text), "-shown")

    # One JSON text instead of fields

    @on(Button.Pressed, "#json")
    async def action_raw_json(self) -> None:
        """To one JSON text, or back to the fields; stays where it is while something does not parse."""
        if self.raw:
            await self._to_fields()
        else:
            self._to_raw()

    def _to_raw(self) -> None:
        arguments = self._read_fields(blanks=True)
        if arguments is None:
            return
        area = self.query_one("#raw", TextArea)
        area.text = editable(arguments)
        self._switch(raw=True)
        area.focus()

    async def _to_fields(self) -> None:
        arguments = self._read_raw()
        if arguments is None:
            return
        await self._refill(arguments)
        self._switch(raw=False)
        self._focus_first()

    async def _refill(self, arguments: Mapping[str, Any] | None) -> None:
        """Start the fields with ``arguments``, or with the schema's defaults."""
        self._extra = self._unknown(arguments or {})
        container = self.query_one("#fields")
        async with self.batch():
            await container.remove_children()
            await container.mount_all(self._rows(arguments))

    async def action_afresh(self) -> None:
        """Back to the schema's defaults, in the fields or in the JSON text."""
        await self._refill(None)
        await self.query("#again").remove()
        self._complain("")
        if self.raw:
            self._to_raw()
        else:
            self._focus_first()

    def _switch(self, *, raw: bool) -> None:
        self.set_class(raw, "-raw")
        self.query_one("#json", Button).label = Content("Form  ^j" if raw else "JSON  ^j")

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Back, without a call."""
        self.dismiss(None)
