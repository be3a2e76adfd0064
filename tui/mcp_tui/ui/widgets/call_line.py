"""How one call looks in one line."""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache

from textual.content import Content

from mcp_tui.core.status import Call, CallState, Progress, Result
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.lines import column, duration, joined, number, plural

GLYPHS = {
    CallState.RUNNING: "▸",
    CallState.CANCELLING: "…",
    CallState.FINISHED: "✔",
    CallState.FAILED: "✖",
    CallState.CANCELLED: "⊘",
    CallState.LOST: "?",
}
COLORS = {
    CallState.RUNNING: "$primary",
    CallState.CANCELLING: "$level-warning",
    CallState.FINISHED: "$success",
    CallState.FAILED: "$level-error",
    CallState.CANCELLED: "$muted",
    CallState.LOST: "$level-warning",
}
BUTTON = 3
"""Cells at the end of the line that cancel or dismiss the call when clicked."""
ROOMY = 100
"""In fewer cells than this a call says in words only what its signs do not."""
COMPACTED = 4_000
"""Characters of JSON that are read to show them in one line; longer ones are shown from their beginning."""


def elapsed(call: Call, now: float) -> str:
    """How long the call has taken by ``now``, or took."""
    return duration((now if call.ended is None else call.ended) - call.started)


def fraction(progress: Progress | None) -> float | None:
    """How much is done, from 0 to 1; None where the server does not know, or sent what cannot be."""
    if progress is None or not progress.total or progress.total < 0:
        return None
    done = progress.progress / progress.total
    return min(1.0, max(0.0, done)) if math.isfinite(done) else None


def bar(done: float | None, width: int, now: float) -> Content:
    """A progress bar; one that goes to and fro where it is not known how much is done."""
    if done is None:
        return _pulse(width, now)
    halves = round(done * width * 2)
    full, half = divmod(halves, 2)
    text = "━" * full + "╸" * half
    return Content.assemble((text, "$primary"), ("─" * (width - len(text)), "$border")).simplify()


def _pulse(width: int, now: float) -> Content:
    size = max(1, width // 4)
    way = max(1, width - size)
    step = int(now * 8) % (2 * way)
    start = step if step <= way else 2 * way - step
    rest = width - start - size
    return Content.assemble(("─" * start, "$border"), ("━" * size, "$primary"), ("─" * rest, "$border"))


def count(progress: Progress | None) -> str:
    """``3/5``, or how far it has got where the total is not known."""
    if progress is None:
        return ""
    done = number(progress.progress)
    return done if progress.total is None else f"{done}/{number(progress.total)}"


def said(progress: Progress | None) -> str:
    """The newest progress in words, and how far that is unless the words say so: ``3 of 5 items``, ``item 3/5``."""
    if progress is None:
        return ""
    message = clean(progress.message, 300)
    total = "" if progress.total is None else re.escape(number(progress.total))
    told = total and re.search(rf"\d\s*(?:/|of)\s*{total}\b", message)
    return " · ".join(filter(None, ("" if told else count(progress), message)))


def outcome(call: Call) -> str:
    """Where the call has got to, in words."""
    match call.state:
        case CallState.FAILED:
            reason = first_line(call.error) or summary(call.result)
            return f"failed: {reason}" if reason else "failed"
        case CallState.LOST:
            return "lost: the tool may have run"
        case state:
            return state.value


def first_line(text: str) -> str:
    """The first line of ``text`` that says something; of a long text, only the beginning is looked at."""
    return clean(next((line.strip() for line in text[:COMPACTED].splitlines() if line.strip()), ""), 200)


def summary(result: Result | None) -> str:
    """What a tool answered, in one line: JSON where it is JSON, otherwise the first line of the text."""
    if result is None:
        return ""
    found = compact(result.structured or "") or compact(result.text)
    return clean(found, 500) if found else first_line(result.text)


@lru_cache(maxsize=256)
def compact(text: str) -> str:
    """A JSON object or array in one line; empty for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return ""
    if len(text) > COMPACTED:
        return " ".join(text[:COMPACTED].split())
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return ""


def call_line(call: Call, *, width: int, name_width: int, now: float) -> Content:
    """The row of one call; ``name_width`` is shared by all rows, so that the columns stand."""
    room = width - BUTTON
    short = width < ROOMY
    bar_width = (8 if short else 12 if width < 150 else 20) if width >= 56 else 0
    if short and call.state is CallState.FINISHED:
        bar_width = 0  # what it answered says more than 100%
    parts = (
        _head(call, name_width),
        Content.styled(f"{elapsed(call, now):>7}", "$muted"),
        _progress(call, bar_width, now),
        _tail(call, short),
    )
    left = Content("  ").join([part for part in parts if part])
    return column(left, room).append(Content.styled(" ✕".rjust(BUTTON), "$muted"))


def name_of(call: Call) -> str:
    """The call as its row names it: ``items.process_items``."""
    return clean(f"{call.server}.{call.tool}", 200)


def _head(call: Call, name_width: int) -> Content:
    name = Content.assemble((f"#{call.number} ", "$muted"), (name_of(call), "bold"))
    return Content.assemble((GLYPHS[call.state], COLORS[call.state]), " ").append(column(name, name_width))


def _progress(call: Call, width: int, now: float) -> Content:
    """Bar and percentage; nothing for an ended call that never told, so that its outcome has the room."""
    done = fraction(call.progress)
    if not width or (done is None and call.state.final):
        return Content("")
    label = "" if done is None else f"{math.floor(done * 100)}%"
    return bar(done, width, now).append(Content.styled(f"{label:>5}", "$muted"))


def _tail(call: Call, short: bool) -> Content:
    words = Content.styled(outcome(call), COLORS[call.state])
    events = Content.styled(plural(call.events, "event"), "$muted") if call.events else Content("")
    if not call.state.final:
        told = said(call.progress)
        # The bar and the sign before the name say that it runs.
        return joined("" if short and told and call.state is CallState.RUNNING else words, told, events)
    shown = summary(call.result) if call.state is CallState.FINISHED else ""
    return joined(words, shown, events)


def widest_name(calls: tuple[Call, ...], width: int) -> int:
    """How wide the column of names is: as wide as it must, within a third of the line."""
    needed = max((Content(f"#{c.number} {name_of(c)}").cell_length for c in calls), default=0)
    return min(needed, max(14, width // 3))
