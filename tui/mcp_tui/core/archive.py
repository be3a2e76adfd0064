"""Archive: the history as it is read, the events of this run and of earlier ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mcp_tui.core.events import Event
from mcp_tui.core.history import unpacked
from mcp_tui.core.levels import Level
from mcp_tui.errors import McpTuiError

_SELECT = "SELECT run, seq, time, server, level, kind, text, logger, call, data FROM events WHERE"


class Wanted(msgspec.Struct, frozen=True):
    """What to find. An empty field lets everything pass.

    level: the least severe. since: seconds since the epoch. text: a part of an event's text, logger or kind, in any
    case. newest: no more than so many, the newest ones.
    """

    servers: tuple[str, ...] = ()
    level: Level = Level.DEBUG
    since: float = 0.0
    text: str = ""
    newest: int | None = None


class Kept(msgspec.Struct, frozen=True):
    """An event, and the number of the run that saw it."""

    run: int
    event: Event


class Archive:
    """Reads the history at ``path``, also while it is written. Close it at the end.

    Raises McpTuiError where there is no history, or none that can be read; so does every question.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            hint = "The dashboard and watch keep one, unless they are told --no-history."
            raise McpTuiError(f"{path}: there is no history yet", hint=hint)
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._connection.create_function("folded", 1, _folded, deterministic=True)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def find(self, wanted: Wanted) -> Iterator[Kept]:
        """What ``wanted`` asks for, oldest first."""
        conditions, values = _conditions(wanted)
        # In the order of the table itself: nothing is sorted, and a page of the newest stops when it is full.
        if wanted.newest is None:
            return self._kept(f"{_SELECT} {conditions} ORDER BY run, seq", values)
        page = self._kept(f"{_SELECT} {conditions} ORDER BY run DESC, seq DESC LIMIT ?", [*values, wanted.newest])
        return reversed(list(page))

    def _kept(self, query: str, values: list[str | float]) -> Iterator[Kept]:
        try:
            for run, seq, time, server, level, *rest in self._connection.execute(query, values):
                kind, text, logger, call, data = rest
                yield Kept(
                    run, Event(seq, time, server, Level(level), kind, text, logger, call, unpacked(text, data))
                )
        except (sqlite3.Error, ValueError) as error:
            hint = "Move it away; a new one is begun."
            raise McpTuiError(f"{self._path}: the history cannot be read: {error}", hint=hint) from error


def _conditions(wanted: Wanted) -> tuple[str, list[str | float]]:
    conditions = ["time >= ?", "level >= ?"]
    values: list[str | float] = [wanted.since, int(wanted.level)]
    if wanted.servers:
        conditions.append(f"server IN ({', '.join('?' * len(wanted.servers))})")
        values += wanted.servers
    if wanted.text.isascii() and wanted.text:
        pattern = "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in wanted.text)
        conditions.append("(text {0} OR logger {0} OR kind {0})".format("LIKE ? ESCAPE '\\'"))
        values += [f"%{pattern}%"] * 3
    elif wanted.text:
        # SQLite knows the case of no other letters.
        conditions.append("instr(folded(text || char(0) || ifnull(logger, '') || char(0) || kind), ?)")
        values.append(wanted.text.casefold())
    return " AND ".join(conditions), values


def _folded(text: str) -> str:
    return text.casefold()
