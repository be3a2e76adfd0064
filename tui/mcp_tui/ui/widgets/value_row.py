"""ValueRow: what every value of a form has, whether it is one editor or made of others."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mcp_tui.core.field import Field
from mcp_tui.core.text import clean
from mcp_tui.core.verdict import Path

KIND_WORDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "yes or no",
    "enum": "one of a list",
    "strings": "texts, one item per line",
    "object": "several values",
    "list": "a list",
    "map": "named values",
    "choice": "one of several kinds",
    "json": "JSON",
}


class ValueRow(Vertical):
    """Label, description, whatever edits the value, and what is wrong with it.

    filled: whether all that is there. It is unless ``put_off``; then ``fill`` makes it, once the row is near.
    """

    DEFAULT_CSS = """
    ValueRow {
        height: auto;
        margin: 0 0 1 0;
        & > .description { color: $muted; }
        & > .error { color: $level-error; display: none; }
        &.-invalid > .error { display: block; }
    }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.filled = True
        self._error = Static("", classes="error", markup=False)
        self._problem = ""

    @abstractmethod
    def parts(self) -> Iterable[Widget]:
        """All but the error."""

    @property
    @abstractmethod
    def guessed_height(self) -> int:
        """The lines it will take, about."""

    @property
    @abstractmethod
    def entry(self) -> Widget:
        """Where the focus goes first."""

    @property
    @abstractmethod
    def edited(self) -> bool:
        """Whether the person has given it another value than it had at first."""

    @abstractmethod
    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The value, or UNSET where none is to be sent. Rows that cannot be read say why, and are added to ``bad``.

        blanks: required values may be missing.
        """

    def find(self, path: Path) -> tuple[ValueRow, Path]:
        """The row of a part of the value, as near as there is one, and the rest of the path from there."""
        return self, path

    def compose(self) -> ComposeResult:
        """Everything, unless that has been put off."""
        if self.filled:
            yield from self.parts()
            yield self._error

    def put_off(self) -> None:
        """Before it is mounted: let ``fill`` make what there is to see."""
        self.filled = False
        self.styles.height = self.guessed_height

    def fill(self) -> None:
        """Show what there is to see, where that has been put off."""
        if not self.filled:
            self.filled = True
            self.styles.height = "auto"
            self.mount_all([*self.parts(), self._error])

    def go(self) -> None:
        """Put the focus here, and bring it into sight."""
        self.fill()
        self.entry.focus()
        self.scroll_visible(animate=False)

    def show_error(self, problem: str) -> None:
        """Say what is wrong with the value, or with an empty text that nothing is."""
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            self.fill()
        self._error.update(Content(f"✖ {problem}"))
        self.set_class(bool(problem), "-invalid")


def label(field: Field) -> Content:
    """What a field is called, and what it takes."""
    name = clean(field.name)
    parts = [Content.styled(field.label, "bold")] if field.label else []
    if field.name and field.label != name:
        parts.append(Content.styled(f" {name}", "$muted"))
    if field.name and field.required:
        parts.append(Content.styled(" * required", "$level-error"))
    kind = ", ".join(filter(None, (KIND_WORDS[field.kind], field.limits)))
    parts.append(Content.styled(f" · {kind}" if parts else kind, "$muted"))
    return Content("").join(parts)
