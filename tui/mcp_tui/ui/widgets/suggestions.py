"""Suggestions: values that an argument may have, in a list over what stands below its field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from mcp_tui.core.offers import Completion
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.lines import fit
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row

AT_MOST = 6
"""Rows in sight at a time."""


class Suggestions(RowList):
    """Hidden while there are none. The field above has the focus; nothing is chosen until its arrows say so.

    The key of a row is the value.
    """

    can_focus = False
    activate_on_click = True

    DEFAULT_CSS = f"""
    Suggestions {{
        display: none;
        overlay: screen;
        constrain: none inside;
        height: auto;
        max-height: {AT_MOST + 1};
        border: none;
        border-left: outer $primary;
        border-subtitle-color: $muted;
        background: $panel;
        &.-more {{ border-bottom: solid $border; }}
        & > .row-list--cursor {{ background: $block-cursor-background; color: $block-cursor-foreground; }}
    }}
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: Sequence[str] = ()

    def offer(self, completion: Completion, typed: str) -> None:
        """Show what the server suggests for what has been typed; nothing, if that is all it suggests."""
        values = [value for value in dict.fromkeys(completion.values) if clean(value, len(value)) == value]
        self._values = () if values == [typed] else values
        self.border_subtitle = _more(completion)
        self.set_class(bool(self.border_subtitle), "-more")
        self.display = bool(self._values)
        self.refresh_rows()
        self.highlighted = None

    def hide(self) -> None:
        """Suggest nothing."""
        self.offer(Completion(), "")

    @property
    def chosen(self) -> str | None:
        """The value under the cursor."""
        return self.key if self.display else None

    def build(self, width: int) -> Sequence[Row]:
        """One line each."""
        return [Row(value, partial(fit, Content(value), width)) for value in self._values]

    @property
    def mark(self) -> str:
        """The keys are the list's although the focus is not."""
        return "▌"

    def action_cursor(self, step: int) -> None:
        """Also into the list, from the field above it, and back."""
        if self.highlighted is None:
            self.highlighted = 0 if step > 0 else None
        elif self.highlighted + step < 0:
            self.highlighted = None
        else:
            super().action_cursor(step)


def _more(completion: Completion) -> str:
    """What there is beside the values that were sent."""
    known, sent = completion.total or 0, len(completion.values)
    if known > sent:
        return f"{sent:,} of {known:,}"
    return "and more" if completion.has_more else ""
