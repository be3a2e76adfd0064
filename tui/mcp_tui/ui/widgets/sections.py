"""What the reading screens are made of: framed texts, and tables of labelled values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

Fact = tuple[str, Content | str]
"""A label and a value."""


class Section(Static):
    """A framed text with a title; gone while there is nothing to say."""

    DEFAULT_CSS = """
    Section {
        height: auto;
        margin: 1 0 0 0;
        padding: 0 1;
        border: round $border;
        border-title-color: $muted;
        display: none;
        &.-bad { border: round $level-error; border-title-color: $level-error; }
        &.-odd { border: round $level-warning; border-title-color: $level-warning; }
    }
    """

    def __init__(self, title: str, content: Content | str = "", **kwargs: Any) -> None:
        super().__init__(markup=False, **kwargs)
        self.border_title = Content(title)
        self._shown: Content | None = None
        self.show(content)

    def retitle(self, title: str) -> None:
        """Another title."""
        self.border_title = Content(title)

    def show(self, content: Content | str) -> None:
        """Show ``content``, or nothing."""
        made = content if isinstance(content, Content) else Content(content)
        if self._shown is not None and made.is_same(self._shown):
            return
        self._shown = made
        self.display = bool(made)
        self.update(made)


class Facts(Vertical):
    """Labelled values, one below the other; a long value wraps beside its label. Empty ones are left out."""

    DEFAULT_CSS = """
    Facts {
        height: auto;
        & > Horizontal { height: auto; }
        & .label { width: 13; color: $muted; }
        & .value { width: 1fr; }
    }
    """

    def __init__(self, facts: Iterable[Fact] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._facts = _present(facts)

    def compose(self) -> ComposeResult:
        """A line for each fact."""
        for label, value in self._facts:
            with Horizontal():
                yield Static(label, classes="label", markup=False)
                yield Static(value, classes="value", markup=False)

    def show(self, facts: Iterable[Fact]) -> None:
        """Show ``facts`` instead."""
        made = _present(facts)
        if [label for label, _ in made] != [label for label, _ in self._facts]:
            self._facts = made
            self.refresh(recompose=True)
            return
        for static, (_, new), (_, old) in zip(self.query(".value"), made, self._facts, strict=False):
            if isinstance(static, Static) and not new.is_same(old):
                static.update(new)
        self._facts = made


def _present(facts: Iterable[Fact]) -> Sequence[tuple[str, Content]]:
    made = [(label, value if isinstance(value, Content) else Content(value)) for label, value in facts]
    return [(label, value) for label, value in made if value]
