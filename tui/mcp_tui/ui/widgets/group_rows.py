"""The values of a form that have members or variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from rich.text import Text
from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Button, Select, Static

from mcp_tui.core.field import Field, members, variants
from mcp_tui.core.fitting import variant_of
from mcp_tui.core.text import clean
from mcp_tui.core.verdict import Path
from mcp_tui.ui.widgets.editing import UNSET, starting_value
from mcp_tui.ui.widgets.field_rows import FieldRows
from mcp_tui.ui.widgets.group_row import GroupRow, Make
from mcp_tui.ui.widgets.value_row import ValueRow

DEEPEST = 8
"""Objects in objects that are opened although nobody has asked; a schema may well refer to itself."""


class ObjectRow(GroupRow):
    """An object with a row for each member. An optional one is only sent once it has been opened."""

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field, value, depth, make)
        self._rows: list[ValueRow] = []
        self._extra: dict[str, Any] = {}
        self._present = False
        self._button = Button("", compact=True)
        if value is not UNSET or (field.required and depth < DEEPEST):
            self._open(None if value is UNSET else value)

    def _open(self, value: Mapping[str, Any] | None) -> None:
        parts = members(self.field)
        known = {part.name for part in parts}
        self._extra = {name: each for name, each in (value or {}).items() if name not in known}
        self._rows = [self.row_of(part, starting_value(part, value), self._depth + 1) for part in parts]
        self._present = True

    @property
    def rows(self) -> list[ValueRow]:
        """The members."""
        return self._rows

    def parts(self) -> Iterable[Widget]:
        """Label, members, and what opens or closes it."""
        yield from self.about()
        self._body = Vertical(*self._shown(), classes="body" if self.field.name else "")
        self._body.styles.height = "auto"
        self._body.display = self._present
        yield self._body
        if not self.field.required or not self._present:
            self._say()
            yield self._button

    def _shown(self) -> Iterable[Widget]:
        if self._present:
            yield FieldRows(self._rows)
        if self._extra:
            names = clean(", ".join(self._extra))
            yield Static(f"Sent as well, unknown to the schema: {names}", classes="note", markup=False)

    def _say(self) -> None:
        self._button.label = "- leave out" if self._present else "+ add"

    @property
    def entry(self) -> Widget:
        """The first member, or what opens it."""
        return self._rows[0].entry if self._rows else self._button

    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The object, or UNSET where it has been left out."""
        self.show_error("")
        if not self._present:
            return self._missing("a value is required", bad) if self.field.required and not blanks else UNSET
        read = {row.field.name: row.read(bad, blanks=blanks) for row in self._rows}
        return self._extra | {name: value for name, value in read.items() if value is not UNSET}

    def find(self, path: Path) -> tuple[ValueRow, Path]:
        """The row of a member, or of a part of it."""
        for row in self._rows:
            if path and row.field.name == path[0]:
                return row.find(path[1:])
        return self, path

    @on(Button.Pressed)
    async def _toggle(self, event: Button.Pressed) -> None:
        event.stop()
        self._changed = True
        if self._present:
            self._present, self._rows, self._extra = False, [], {}
        else:
            self._open(None)
        self._say()
        await self._body.remove_children()
        await self._body.mount_all(self._shown())
        self._body.display = self._present
        self.entry.focus()


class ChoiceRow(GroupRow):
    """One of several variants, and then its row."""

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field, value, depth, make)
        self._variants = variants(field)
        chosen = None if value is UNSET else variant_of(self._variants, value)
        self._chosen: int | None = chosen
        self._row = None if chosen is None else self._variant(chosen, value)
        options = [(Text(each.title), number) for number, each in enumerate(self._variants)]
        prompt = "choose one" if field.required else "not sent"
        self._select: Select[int] = Select(options, prompt=prompt, value=Select.NULL if chosen is None else chosen)

    def _variant(self, number: int, value: Any = UNSET) -> ValueRow:
        bare = msgspec.structs.replace(self._variants[number], title="")
        return self.row_of(bare, bare.default if value is UNSET else value, self._depth + 1)

    @property
    def rows(self) -> list[ValueRow]:
        """The row of the variant that is chosen."""
        return [] if self._row is None else [self._row]

    @property
    def entry(self) -> Widget:
        """The choice."""
        return self._select

    def parts(self) -> Iterable[Widget]:
        """Label, choice, what was chosen."""
        yield from self.about()
        yield self._select
        self._body = Vertical(*self.rows, classes="body")
        self._body.display = bool(self.rows)
        yield self._body

    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The value of the variant, or UNSET where none is chosen."""
        self.show_error("")
        if self._row is None:
            return self._missing("choose one", bad) if self.field.required and not blanks else UNSET
        return self._row.read(bad, blanks=blanks)

    def find(self, path: Path) -> tuple[ValueRow, Path]:
        """The row of a part of the variant that is chosen."""
        return (self, path) if self._row is None else self._row.find(path)

    @on(Select.Changed)
    async def _chose(self, event: Select.Changed) -> None:
        if event.select is not self._select:
            return
        event.stop()
        number: int | None = self._select.selection
        if number == self._chosen:
            return
        self._changed, self._chosen = True, number
        self._row = None if number is None else self._variant(number)
        await self._body.remove_children()
        await self._body.mount_all(self.rows)
        self._body.display = bool(self.rows)
