"""Fitting text into the cells of one line, and numbers into few characters."""

from __future__ import annotations

import math

from textual.content import Content


def fit(content: Content | str, width: int) -> Content:
    """``content`` in at most ``width`` cells; what is cut ends in an ellipsis."""
    content = content if isinstance(content, Content) else Content(content)
    if content.cell_length <= width:
        return content
    return content.truncate(width, ellipsis=True) if width > 0 else Content("")


def column(content: Content | str, width: int) -> Content:
    """``content`` in exactly ``width`` cells, at the left."""
    content = fit(content, width)
    return content.pad_right(max(0, width - content.cell_length))


def spread(left: Content, right: Content, width: int) -> Content:
    """``left`` and ``right`` at the two ends of a line; the left one gives way, until there is room for it only."""
    if not right or right.cell_length + 1 >= width:
        return fit(left, width)
    return Content("").join([column(left, width - right.cell_length - 1), Content(" "), right])


def joined(*parts: Content | str) -> Content:
    """The parts that are not empty, with a dot between them."""
    return Content(" · ").join([part for part in parts if part])


def number(value: float) -> str:
    """A number as people write it: no trailing zeros, thousands apart."""
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}"


def duration(seconds: float) -> str:
    """``240 ms``, ``4.2 s``, ``1m 02s``, ``2h 05m``."""
    seconds = max(0.0, seconds)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest:02}s"
    return f"{minutes // 60}h {minutes % 60:02}m"


def latency(seconds: float | None) -> str:
    """A round trip: ``12 ms``, ``1.3 s``; empty where it is not known."""
    if seconds is None:
        return ""
    if seconds < 0.001:
        return "<1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def plural(count: int, noun: str) -> str:
    """``1 call``, ``2 calls``, ``1,200 calls``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
