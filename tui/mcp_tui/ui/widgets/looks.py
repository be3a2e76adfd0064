"""The styles of rows, made from the theme's variables.

Not from component classes: Textual computes those for each pane at each change of any style, which for nine panes
was half of the time to the first frame.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import TRANSPARENT
from textual.filter import LineFilter
from textual.style import Style
from textual.widget import Widget

from mcp_tui.core.levels import Level
from mcp_tui.ui.rows import SERVER_COLORS, Look
from mcp_tui.ui.theme import STYLES, level_variable

_LEVELS = tuple(" ".join((f"${level_variable(level)}", STYLES.get(level, ""))).strip() for level in Level)
_SERVERS = tuple(f"$server-{slot}" for slot in range(SERVER_COLORS))
_CURSOR = "$block-cursor-foreground on $block-cursor-background"

Filters = tuple[LineFilter, ...]
Palette = tuple[Style, ...]


def make_looks(pane: Widget) -> tuple[Look, Look]:
    """How rows look in ``pane``, and how the row under the cursor does."""
    base, filters, palette = pane.visual_style, tuple(pane.get_line_filters()), _palette()
    return _look(base, filters, palette), _look(base + Style.parse(_CURSOR), filters, palette)


def _palette() -> Palette:
    """What the theme of the app has for the parts of a row, in the order in which ``_look`` takes them."""
    letters = (f"bold {level}" for level in _LEVELS)
    rest = ("$muted", "bold underline $foreground", "bold $background on $warning")
    return tuple(map(Style.parse, (*_LEVELS, *letters, *_SERVERS, *rest)))


@lru_cache(maxsize=8)
def _look(base: Style, filters: Filters, palette: Palette) -> Look:
    """The same for all panes: the ground is the same, and so is the theme."""
    styles = iter([_filtered(base + style, filters) for style in palette])
    return Look(
        base=_filtered(base, filters),
        levels=tuple(islice(styles, len(_LEVELS))),
        letters=tuple(islice(styles, len(_LEVELS))),
        servers=tuple(islice(styles, len(_SERVERS))),
        muted=next(styles),
        match=next(styles),
        current=next(styles),
    )


def _filtered(style: Style, filters: Filters) -> RichStyle:
    """The style as NO_COLOR and the like have it: what a row is drawn with needs no filter."""
    segments = [Segment("", style.rich_style)]
    for line_filter in filters:
        segments = line_filter.apply(segments, style.background or TRANSPARENT)
    return segments[0].style or RichStyle.null()
