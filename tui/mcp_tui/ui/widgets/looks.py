"""The styles of rows, from the theme: which component classes a pane has, and the Look they make."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

from mcp_tui.core.levels import Level
from mcp_tui.ui.rows import SERVER_COLORS, Look
from mcp_tui.ui.theme import STYLES

MUTED = "log-pane--muted"

COMPONENTS = {
    *(f"log-pane--{level.label}" for level in Level),
    *(f"log-pane--server-{slot}" for slot in range(SERVER_COLORS)),
    MUTED,
    "log-pane--cursor",
    "log-pane--match",
    "log-pane--current",
}
"""The component classes of a pane."""

COMPONENT_CSS = "\n".join(
    [
        *(f"    .log-pane--{level.label} {{ color: $level-{level.label}; }}" for level in Level),
        *(f"    .log-pane--server-{slot} {{ color: $server-{slot}; }}" for slot in range(SERVER_COLORS)),
        "    .log-pane--muted { color: $muted; }",
        "    .log-pane--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }",
        "    .log-pane--match { color: $foreground; text-style: bold underline; }",
        "    .log-pane--current { color: $background; background: $warning; text-style: bold; }",
    ]
)
"""Their CSS, to stand inside the pane's block."""

_BOLD = Style(bold=True)


def make_looks(pane: Widget) -> tuple[Look, Look]:
    """How rows look in ``pane``, and how the row under the cursor does."""
    base = pane.rich_style
    return _look(pane, base), _look(pane, base + _part(pane, "cursor"))


def _look(pane: Widget, base: Style) -> Look:
    colors = [base + _part(pane, level.label) for level in Level]
    weights = [Style.parse(STYLES.get(level, "")) for level in Level]
    return Look(
        base=base,
        muted=base + _part(pane, "muted"),
        levels=tuple(color + weight for color, weight in zip(colors, weights, strict=True)),
        letters=tuple(color + _BOLD + weight for color, weight in zip(colors, weights, strict=True)),
        servers=tuple(base + _part(pane, f"server-{slot}") for slot in range(SERVER_COLORS)),
        match=base + _part(pane, "match"),
        current=base + _part(pane, "current"),
    )


def _part(pane: Widget, name: str) -> Style:
    return pane.get_component_rich_style(f"log-pane--{name}", partial=True)
