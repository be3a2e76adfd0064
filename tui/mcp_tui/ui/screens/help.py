"""HelpScreen: every key, from the one table of actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from mcp_tui.core.levels import Level
from mcp_tui.ui.actions import ACTIONS, SCOPE_TITLES, Action, Scope
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.lines import column
from mcp_tui.ui.widgets.sections import Section

_WIDTH = 20


class HelpScreen(ReadingScreen):
    """The keys by where they work; those of the focused widget first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "close", "Close", show=False)]

    def __init__(self, first: Scope = "pane") -> None:
        super().__init__()
        self._first: Scope = first

    @property
    def heading(self) -> str:
        """What this is."""
        return "Keys"

    def page(self) -> ComposeResult:
        """A section for each scope, then the levels and their letters."""
        for scope in scopes(self._first):
            actions = [action for action in ACTIONS if action.scope == scope]
            yield Section(SCOPE_TITLES[scope], Content("\n").join(map(line, actions)), id=f"scope-{scope}")
        yield Section("Levels, least to most severe", levels())

    def copied(self) -> tuple[str, str]:
        """All of it as text."""
        lines = [line(action).plain for action in ACTIONS]
        return "\n".join(lines), "the keys"


def scopes(first: Scope) -> Sequence[Scope]:
    """Every scope, ``first`` before the others."""
    return sorted(SCOPE_TITLES, key=lambda scope: scope != first)


def line(action: Action) -> Content:
    """Key and description."""
    return Content.assemble(
        column(Content.styled("  ".join(action.keys), "bold $primary"), _WIDTH), action.description
    )


def levels() -> Content:
    """Every level in its colour."""
    parts: Iterable[Content] = (
        Content.styled(f"{level.letter} {level.label}", f"bold $level-{level.label}") for level in Level
    )
    return Content("   ").join(parts)
