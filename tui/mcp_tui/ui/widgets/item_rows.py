"""The values of a form that have items: lists and maps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Button, Input

from mcp_tui.core.field import Field, item
from mcp_tui.core.text import clean
from mcp_tui.core.verdict import Path
from mcp_tui.ui.widgets.editing import UNSET
from mcp_tui.ui.widgets.group_row import GroupRow, Make
from mcp_tui.ui.widgets.value_row import ValueRow


class Item(Vertical):
    """One item of a list, or one named value of a map, and the button that takes it away."""

    DEFAULT_CSS = """
    Item {
        height: auto;
        & > ValueRow { margin: 0; }
        & > Input { height: 1; border: none; border-left: outer $border; background: $panel; padding: 0 1; }
        & > Input:focus { border: none; border-left: outer $primary; background: $block-cursor-background; }
    }
    """

    def __init__(self, row: ValueRow, key: str | None = None) -> None:
        super().__init__()
        self.row = row
        self._key = key

    @cached_property
    def _editor(self) -> Input:
        return Input(clean(self._key or ""), placeholder="name")

    @property
    def key(self) -> str:
        """The name of the value. One that had to be made harmless to be edited is as it was sent until it is."""
        first = self._key or ""
        return first if "_editor" not in self.__dict__ or self._editor.value == clean(first) else self._editor.value

    @property
    def entry(self) -> Widget:
        """Where typing starts."""
        return self.row.entry if self._key is None else self._editor

    def compose(self) -> ComposeResult:
        """Name, value, button."""
        if self._key is not None:
            yield self._editor
        yield self.row
        yield Button("- remove", compact=True, classes="remove")


class ItemsRow(GroupRow):
    """Items that can be added and taken away."""

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field, value, depth, make)
        self._item = item(field)
        self.items: list[Item] = []
        self._add = Button("+ add", compact=True, classes="add")

    def make(self, value: Any = UNSET, key: str | None = None) -> Item:
        """One more item."""
        made = Item(self.row_of(self._item, value, self._depth + 1), key)
        self.items.append(made)
        return made

    @property
    def rows(self) -> list[ValueRow]:
        """The values of the items."""
        return [each.row for each in self.items]

    @property
    def entry(self) -> Widget:
        """What adds another."""
        return self._add

    def parts(self) -> Iterable[Widget]:
        """Label, items, what adds one."""
        yield from self.about()
        self._body = Vertical(*self.items, classes="body")
        yield self._body
        yield self._add

    def _none(self, empty: Any, blanks: bool) -> Any:
        """What no items at all mean: nothing to send, unless it has to be sent, or was sent before."""
        return empty if (self.field.required and not blanks) or self._value == empty else UNSET

    def new(self) -> Item:
        """One more item, with nothing in it."""
        return self.make()

    @on(Button.Pressed, ".add")
    async def _added(self, event: Button.Pressed) -> None:
        event.stop()
        self._changed = True
        made = self.new()
        await self._body.mount(made)
        made.entry.focus()

    @on(Button.Pressed, ".remove")
    async def _removed(self, event: Button.Pressed) -> None:
        event.stop()
        self._changed = True
        gone = next(each for each in self.items if each is event.button.parent)
        self.items.remove(gone)
        await gone.remove()
        self._add.focus()


class ListRow(ItemsRow):
    """A list, a row for each item."""

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field, value, depth, make)
        for each in cast("list[Any]", value) if value is not UNSET else ():
            self.make(each)

    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The list, or UNSET."""
        self.show_error("")
        read = [row.read(bad, blanks=blanks) for row in self.rows]
        return [value for value in read if value is not UNSET] if read else self._none([], blanks)

    def find(self, path: Path) -> tuple[ValueRow, Path]:
        """The row of an item, or of a part of it."""
        at = path[0] if path else None
        return self.rows[at].find(path[1:]) if isinstance(at, int) and at < len(self.items) else (self, path)


class MapRow(ItemsRow):
    """Named values, a name and a row for each."""

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field, value, depth, make)
        for name, each in cast("dict[str, Any]", value).items() if value is not UNSET else ():
            self.make(each, name)

    def new(self) -> Item:
        """One more value, without a name yet."""
        return self.make(key="")

    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The map, or UNSET."""
        self.show_error("")
        names = [each.key for each in self.items]
        if len(set(names)) < len(names):
            return self._missing("two of them have the same name", bad)
        read = {each.key: each.row.read(bad, blanks=blanks) for each in self.items}
        found = {name: value for name, value in read.items() if value is not UNSET}
        return found if read else self._none({}, blanks)

    def find(self, path: Path) -> tuple[ValueRow, Path]:
        """The row of a named value, or of a part of it."""
        for each in self.items:
            if path and each.key == path[0]:
                return each.row.find(path[1:])
        return self, path
