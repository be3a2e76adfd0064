"""SchemaForm: the values that a JSON Schema asks for, in fields or as one JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Checkbox, Input, Select, Static, TextArea

from mcp_tui.core.checker import check
from mcp_tui.core.field import Field, field_of
from mcp_tui.core.schema import ArgumentError
from mcp_tui.core.text import clean
from mcp_tui.core.verdict import Problem, Verdict
from mcp_tui.ui.widgets.editing import UNSET, read_object
from mcp_tui.ui.widgets.json_text import editable
from mcp_tui.ui.widgets.value_row import ValueRow
from mcp_tui.ui.widgets.value_rows import row_of

PAUSE_SECONDS = 0.3
"""How long nothing must have been typed before it is looked at."""


class SchemaForm(Vertical):
    """A field for each value, in a VerticalScroll; at any time also one JSON text, both ways.

    initial: what to start with instead of the schema's defaults.
    nothing: what to say where the schema names no values.
    """

    DEFAULT_CSS = """
    SchemaForm {
        height: auto;
        & #fields { height: auto; }
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
    }
    """

    class Complained(Message):
        """Something is wrong that no field can say, or (an empty text) no longer is."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, schema: dict[str, Any], initial: Mapping[str, Any] | None = None, nothing: str = "") -> None:
        super().__init__()
        self._schema = schema
        self._field = _whole(schema)
        self._nothing = nothing
        self._pause: Timer | None = None
        self._root = self._made(initial)

    def compose(self) -> ComposeResult:
        """The fields, and the JSON text."""
        with Vertical(id="fields"):
            yield from self._rows()
        yield TextArea("", id="raw", tab_behavior="focus", highlight_cursor_line=False, show_line_numbers=False)

    def _made(self, values: Mapping[str, Any] | None) -> ValueRow:
        return row_of(self._field, self._field.default if values is None else dict(values))

    def _rows(self) -> ComposeResult:
        if self.empty and self._nothing:
            yield Static(self._nothing, classes="note", markup=False)
        yield self._root

    @property
    def empty(self) -> bool:
        """Whether there is nothing to fill in."""
        return self._field.kind == "object" and not self._field.spec.get("properties")

    @property
    def raw(self) -> bool:
        """Whether the values are being edited as one JSON text."""
        return self.has_class("-raw")

    def focus_first(self) -> bool:
        """Put the cursor where typing starts; False where there is no such place."""
        if self.raw:
            self.query_one("#raw").focus()
        elif not self.empty:
            self._root.entry.focus(scroll_visible=False)
        return self.raw or not self.empty

    # Reading

    def read(self, *, blanks: bool = False) -> dict[str, Any] | None:
        """The values, or None after showing what is wrong. blanks: required ones may be missing."""
        self._stop_looking()
        return self._read_raw() if self.raw else self._read_fields(blanks)

    async def check(self, values: dict[str, Any]) -> Verdict:
        """What the schema says of ``values``."""
        return await check(self._schema, values)

    def accepts(self, verdict: Verdict) -> bool:
        """Whether nothing was found wrong; each row says what was found of it."""
        found = {} if self.raw else self._found(verdict)
        for row, text in found.items():
            row.show_error(text)
        if found:
            next(iter(found)).go()
        elif verdict.problems:
            self._complain(verdict.problems[0].line)
        return not verdict.problems

    def _found(self, verdict: Verdict) -> dict[ValueRow, str]:
        """What was found of each row, except of all of them together."""
        found: dict[ValueRow, str] = {}
        for problem in verdict.problems:
            row, rest = self._root.find(problem.path)
            if row is not self._root:
                found.setdefault(row, Problem(rest, problem.text).line)
        return found

    def _read_fields(self, blanks: bool) -> dict[str, Any] | None:
        bad: list[ValueRow] = []
        values = self._root.read(bad, blanks=blanks)
        self._complain("")
        if bad:
            bad[0].go()
            return None
        return {} if values is UNSET else values

    def _read_raw(self) -> dict[str, Any] | None:
        area = self.query_one("#raw", TextArea)
        try:
            values = read_object(area.text)
        except ArgumentError as error:
            self._complain(clean(error.problem))
            area.focus()
            return None
        self._complain("")
        return values

    def _complain(self, text: str) -> None:
        self.post_message(self.Complained(text))

    # While it is typed

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Checkbox.Changed)
    @on(Select.Changed)
    def _typed(self) -> None:
        """Look at it once the person pauses."""
        self._stop_looking()
        self._pause = self.set_timer(PAUSE_SECONDS, self._look)

    def _stop_looking(self) -> None:
        if self._pause is not None:
            self._pause.stop()

    def _look(self) -> None:
        # What it starts with is said to be wrong when it is sent, and not before.
        if self.raw or self._root.edited:
            self.run_worker(self._check_raw() if self.raw else self._check_fields(), group="typed", exclusive=True)

    async def _check_fields(self) -> None:
        """Say what is wrong with what has been typed. What is missing may still come."""
        root = self._root
        values = root.read([], blanks=True)
        verdict = await self.check({} if values is UNSET else values)
        if root is self._root and not self.raw:
            for row, text in self._found(verdict).items():
                if row.edited:
                    row.show_error(text)

    async def _check_raw(self) -> None:
        text = self.query_one("#raw", TextArea).text
        try:
            verdict = await self.check(read_object(text))
        except ArgumentError as error:
            self._complain(clean(error.problem))
            return
        if self.raw:
            self._complain(verdict.problems[0].line if verdict.problems else "")

    # One JSON text instead of fields

    async def toggle_raw(self) -> None:
        """To one JSON text, or back to the fields; stays where it is while something does not parse."""
        values = self.read(blanks=True)
        if values is None:
            return
        if self.raw:
            await self._refill(values)
            self.remove_class("-raw")
        else:
            self._show_raw(values)
        self.focus_first()

    def _show_raw(self, values: dict[str, Any]) -> None:
        self.query_one("#raw", TextArea).text = editable(values)
        self.add_class("-raw")

    async def start_afresh(self) -> None:
        """Back to the schema's defaults, in the fields or in the JSON text."""
        await self._refill(None)
        self._complain("")
        if self.raw and (values := self._read_fields(blanks=True)) is not None:
            self._show_raw(values)
        self.focus_first()

    async def _refill(self, values: Mapping[str, Any] | None) -> None:
        """Start the fields with ``values``, or with the schema's defaults."""
        self._root = self._made(values)
        container = self.query_one("#fields")
        async with self.batch():
            await container.remove_children()
            await container.mount_all(self._rows())


def _whole(schema: dict[str, Any]) -> Field:
    """The field for all values together. They are an object, whatever else the schema says of them."""
    made = field_of(schema, schema)
    if made.kind == "json" and not made.spec.get("allOf") and "$ref" not in made.spec:
        return msgspec.structs.replace(made, kind="object", title="", description="")
    return msgspec.structs.replace(made, title="", description="")
