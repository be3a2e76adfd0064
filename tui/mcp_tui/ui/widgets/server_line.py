"""How one server looks in a few short lines."""

from __future__ import annotations

import math

from textual.content import Content

from mcp_tui.core.status import ServerStatus, State
from mcp_tui.ui.widgets.lines import fit, joined, latency, spread
from mcp_tui.ui.widgets.sparkline import sparkline

GLYPHS = {
    State.READY: "●",
    State.CONNECTING: "◌",
    State.WAITING: "◔",
    State.FAILED: "✖",
    State.UNAUTHORIZED: "⊘",
    State.DISABLED: "○",
}
COLORS = {
    State.READY: "$success",
    State.CONNECTING: "$primary",
    State.WAITING: "$level-warning",
    State.FAILED: "$level-error",
    State.UNAUTHORIZED: "$level-error",
    State.DISABLED: "$muted",
}

UNTRUSTED = "not trusted"
"""How the reason begins of a server that waits for the user's word."""


def untrusted(status: ServerStatus) -> bool:
    """Whether the server waits for the user's word."""
    return status.state is State.FAILED and status.reason.startswith(UNTRUSTED)


def glyph(status: ServerStatus) -> Content:
    """The state as one character in its colour."""
    if untrusted(status):
        return Content.styled("⊘", color(status))
    return Content.styled(GLYPHS[status.state], color(status))


def color(status: ServerStatus) -> str:
    """The colour of the state: a question to the user is no failure."""
    return "$level-warning" if untrusted(status) else COLORS[status.state]


def state_words(status: ServerStatus, now: float) -> str:
    """The state in words, with the time left before the next try: ``waiting 4s``."""
    if untrusted(status):
        return "not trusted · T"
    if status.state is State.WAITING and status.retry_at is not None:
        return f"waiting {max(0, math.ceil(status.retry_at - now))}s"
    return status.state.value


def server_line(status: ServerStatus, *, width: int, now: float, errors: int, counts: tuple[int, ...]) -> Content:
    """The row of one server: name and latency, state and rate, and why it is not as it should be.

    now: seconds since the epoch; errors: events of level error and worse; counts: what the sparkline shows.
    """
    lines = [_head(status, width, errors), _state(status, width, now, counts)]
    if untrusted(status):
        return Content("\n").join(lines)
    if trouble := status.reason or status.silent:
        style = "$level-warning" if status.state is State.READY else "$muted"
        lines.append(fit(Content.styled(f"  {trouble}", style), width))
    return Content("\n").join(lines)


def _head(status: ServerStatus, width: int, errors: int) -> Content:
    name_style = "bold $muted" if status.state is State.DISABLED else "bold"
    left = Content.assemble(glyph(status), " ", (status.name, name_style))
    counted = Content.styled(f"{errors:,} err", "$level-error") if errors else Content("")
    right = Content("  ").join([part for part in (counted, _muted(latency(status.latency))) if part])
    return spread(left, right, width)


def _state(status: ServerStatus, width: int, now: float, counts: tuple[int, ...]) -> Content:
    words = Content.styled(state_words(status, now), color(status))
    tries = f"try {status.attempt}" if status.state is State.WAITING and status.attempt else ""
    left = Content("  ").append(words)
    more = joined(left, _muted(status.era or tries))
    quiet = status.state is not State.READY and not any(counts)
    right = Content("") if quiet else sparkline(counts)
    # Half a word says less than none.
    return spread(more if more.cell_length + right.cell_length < width else left, right, width)


def _muted(text: str) -> Content:
    return Content.styled(text, "$muted") if text else Content("")
