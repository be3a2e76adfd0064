"""One event as one row of a pane: which columns there is room for, and their styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mcp_tui.core.events import CALL, CONNECTION, MESSAGE, RESULT, Event
from mcp_tui.core.levels import Level
from mcp_tui.core.wire import TOLD

WIDE = 64
"""From this many cells on, a row has room for milliseconds, long server names and the logger."""
NARROW = 46
"""With fewer cells than this the hour is left out."""
LONGEST_SERVER, LONGEST_SHORT_SERVER = 14, 6
"""Cells that a server's name takes at most, in a wide and in any other row."""
MILLISECONDS, SECONDS, MINUTES = 12, 8, 5
"""Cells of ``09:30:00.123``, ``09:30:00`` and ``30:00``."""

SERVER_COLORS = 6
"""How many colours the servers share."""

_PLAIN_KINDS = {MESSAGE, CALL, CONNECTION, RESULT, *TOLD}


class Columns(NamedTuple):
    """What a row shows beside its text.

    time: cells for the time of day, which say how much of it is shown.
    letter: whether the level's letter stands in the row.
    server: cells for the server's name, 0 to leave it out.
    tag: whether the logger or the kind does.
    """

    width: int
    time: int
    letter: bool
    server: int
    tag: bool = True


class Look(NamedTuple):
    """The styles of a row, each complete with its background.

    levels: one for each level's text; letters: one for each level's letter; servers: the names' colours.
    """

    base: Style
    muted: Style
    levels: tuple[Style, ...]
    letters: tuple[Style, ...]
    servers: tuple[Style, ...]
    match: Style
    current: Style


class Marks(NamedTuple):
    """What stands out in one row.

    needle: the text searched for; found: whether this row is the search's current match.
    selected: the characters of the row that the mouse selected, as start and end (-1: to the end of the row).
    """

    cursor: bool = False
    needle: str = ""
    found: bool = False
    selected: tuple[int, int] | None = None


PLAIN = Marks()

Piece = tuple[str, Style]


def columns(width: int, letter: bool, servers: Sequence[str]) -> Columns:
    """The columns there is room for; ``servers`` are those whose events are shown.

    Where room is short it is the message's, and one server alone needs no name.
    """
    longest = max(map(cell_len, servers), default=0)
    if width >= WIDE:
        return Columns(width, MILLISECONDS, letter, min(longest, LONGEST_SERVER))
    server = min(longest, LONGEST_SHORT_SERVER) if len(servers) > 1 else 0
    return Columns(width, SECONDS if width >= NARROW else MINUTES, letter, server, tag=False)


def clock(seconds: float, cells: int = SECONDS) -> str:
    """Local time of day, e.g. ``09:30:00.123``, as much of it as there are cells for."""
    whole = int(seconds)
    time = _time_of_day(whole)
    if cells == MILLISECONDS:
        return f"{time}.{int((seconds - whole) * 1000):03d}"
    return time[-cells:]


def color_slot(server: str, servers: Sequence[str]) -> int:
    """Which of the colours is this server's: by its place in the configuration, otherwise by its name."""
    place = servers.index(server) if server in servers else crc32(server.encode("utf-8", "replace"))
    return place % SERVER_COLORS


def tag(event: Event) -> str:
    """What the event is, where its text does not say so: its logger, or a kind other than a message."""
    if event.logger and event.logger != event.server:
        return event.logger
    return "" if event.kind in _PLAIN_KINDS or event.text.startswith(event.kind) else event.kind


def row_text(event: Event, shown: Columns) -> str:
    """The whole row as text, not cut to its width."""
    prefix = "".join(text for text, _ in _prefix(event, shown, _NO_LOOK, 0))
    return f" {prefix}{_body(event)}"


def row(event: Event, shown: Columns, look: Look, slot: int, marks: Marks = PLAIN) -> Strip:
    """The event as a row exactly ``shown.width`` cells wide."""
    level = look.levels[event.level]
    pieces: list[Piece] = [("▌" if marks.cursor else " ", look.muted)]
    pieces += _prefix(event, shown, look, slot)
    label = tag(event) if shown.tag else ""
    if label:
        pieces += _highlight(f"{label} ", look.muted, look, marks)
    pieces += _highlight(event.text, level, look, marks)
    segments = _fit(pieces, shown.width, look.base)
    if marks.selected is not None:
        segments = _select(segments, *marks.selected)
    return Strip(segments, shown.width)


def fit(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with an ellipsis where it had to be cut."""
    if len(text) <= width and (text.isascii() or cell_len(text) <= width):
        return text
    if width < 1:
        return ""
    return set_cell_size(text[:width], width - 1).rstrip() + "…"


@lru_cache(maxsize=4096)
def _time_of_day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")


def _body(event: Event) -> str:
    label = tag(event)
    return f"{label} {event.text}" if label else event.text


def _prefix(event: Event, shown: Columns, look: Look, slot: int) -> list[Piece]:
    """Everything left of the tag and the text."""
    pieces: list[Piece] = [(clock(event.time, shown.time) + " ", look.muted)]
    if shown.letter:
        pieces += [(event.level.letter, look.letters[event.level]), (" ", look.base)]
    if shown.server:
        pieces.append((_name(event.server, shown.server), look.servers[slot]))
    if event.call is not None:
        pieces.append((f"#{event.call} ", look.muted))
    return pieces


@lru_cache(maxsize=256)
def _name(server: str, cells: int) -> str:
    """The server's name in so many cells, and a space."""
    name = fit(server, cells)
    return name + " " * (cells + 1 - cell_len(name))


def _highlight(text: str, style: Style, look: Look, marks: Marks) -> Iterable[Piece]:
    if not marks.needle:
        return ((text, style),)
    found = look.current if marks.found else look.match
    parts = _splitter(marks.needle).split(text)
    return ((part, found if index % 2 else style) for index, part in enumerate(parts) if part)


@lru_cache(maxsize=8)
def _splitter(needle: str) -> re.Pattern[str]:
    return re.compile(f"({re.escape(needle)})", re.IGNORECASE)


def _fit(pieces: Iterable[Piece], width: int, base: Style) -> list[Segment]:
    """The pieces as segments that fill ``width`` exactly, cut with an ellipsis where they are longer."""
    segments: list[Segment] = []
    room = width
    for text, style in pieces:
        cells = len(text) if text.isascii() else cell_len(text)
        if cells > room:
            return _cut(segments, text, style, room)
        segments.append(Segment(text, style))
        room -= cells
    if room:
        segments.append(Segment(" " * room, base))
    return segments


def _cut(segments: list[Segment], text: str, style: Style, room: int) -> list[Segment]:
    """The segments and the beginning of ``text``, ending in an ellipsis even without room for it."""
    if room:
        return [*segments, Segment(set_cell_size(fit(text, room), room), style)]
    if not segments:
        return []
    last = segments[-1]
    return [*segments[:-1], Segment(set_cell_size(last.text, last.cell_length - 1) + "…", last.style)]


def _select(segments: list[Segment], start: int, end: int) -> list[Segment]:
    """The segments with the characters from ``start`` to ``end`` reversed."""
    reverse = Style(reverse=True)
    result: list[Segment] = []
    position = 0
    for text, style, _ in segments:
        low = min(max(start - position, 0), len(text))
        high = len(text) if end < 0 else min(max(end - position, low), len(text))
        position += len(text)
        for part, chosen in ((text[:low], False), (text[low:high], True), (text[high:], False)):
            if part:
                result.append(Segment(part, (style or reverse) + reverse if chosen else style))
    return result


_NONE = Style.null()
_NO_LOOK = Look(_NONE, _NONE, (_NONE,) * len(Level), (_NONE,) * len(Level), (_NONE,) * SERVER_COLORS, _NONE, _NONE)
