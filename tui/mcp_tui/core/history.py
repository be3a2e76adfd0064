"""History: every event of every run, in SQLite, written by one thread in batches.

WAL, so that a killed process damages nothing and loses at most the last batch. A disk that fails costs the
history and nothing else: it is said once, and the dashboard goes on.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mcp_tui.core.events import Event

BATCH_SECONDS = 0.2
"""The longest an event waits to be written."""

BACKLOG, BACKLOG_SIZE = 30_000, 12_000_000
"""Events waiting to be written, and characters of their texts, at which the servers are slowed down.

From half of it on, the writer takes no rest.
"""

BUSY_SECONDS = 1.0
"""How long one try waits for another program that is writing."""

CLOSE_SECONDS = 1.5
"""How long the end of the program waits for what is left to be written."""

KEEP_DAYS = 30
"""Runs that started longer ago are removed."""

# A page holds several rows of a kilobyte; of SQLite's own 4 KiB, half would stay empty (of a file that exists, the
# size of its pages is what it is).
_SCHEMA = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    run INTEGER NOT NULL REFERENCES runs (id), seq INTEGER NOT NULL, time REAL NOT NULL, server TEXT NOT NULL,
    level INTEGER NOT NULL, kind TEXT NOT NULL, logger TEXT, call INTEGER, text TEXT NOT NULL, data TEXT,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;
"""
DATA_IS_TEXT, DATA_IS_QUOTED = "~", "="
"""What stands in the place of data that says what the text says, as it is or in quotes: half of the file, mostly.

Neither is JSON, so that no data can be taken for it.
"""

_ROWS = 90
"""Rows of one statement, in which Python's lock is let go once; every SQLite takes so many values."""

_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_ROWS = _INSERT + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (_ROWS - 1)


def default_path() -> Path:
    """Where the history is: in the user's state folder."""
    import platformdirs

    return platformdirs.user_state_path("mcp-tui") / "history.db"


class Tally(NamedTuple):
    """How many events of each server are on the disk, how many never will be; all others still wait for it.

    last: the number of the newest event on the disk, or 0. Events are written in order.
    """

    written: Counter[str]
    lost: Counter[str]
    last: int


class History:
    """A Sink that writes to ``path``. Use ``start`` on the event loop, ``close`` at the end.

    problem: why events are lost. delays: how often another program was writing instead.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self.delays = 0
        self._written: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._last = 0
        self._on_error: Callable[[str], None] = lambda text: None
        self._waiting: list[Event] = []
        self._size = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._pressed = threading.Event()
        self._closing = False
        self._room = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)

    def start(self, on_error: Callable[[str], None]) -> None:
        """Begin to write.

        ``on_error`` is called on the event loop, once, with a sentence, when the history can no longer be written.
        """
        self._on_error = on_error
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def put(self, event: Event) -> None:
        """Hand over one event."""
        with self._lock:
            if self._closing:
                self._lost[event.server] += 1
                return
            self._waiting.append(event)
            self._size += len(event.text) + len(event.data or "")
        if len(self._waiting) == 1:
            self._wake.set()
        elif 2 * len(self._waiting) >= BACKLOG or 2 * self._size >= BACKLOG_SIZE:
            self._pressed.set()

    def tally(self) -> Tally:
        """What has become of the events, as of one moment."""
        with self._lock:
            return Tally(self._written.copy(), self._lost.copy(), self._last)

    @property
    def full(self) -> bool:
        """Whether more waits to be written than ``BACKLOG`` or ``BACKLOG_SIZE`` allow."""
        return len(self._waiting) >= BACKLOG or self._size >= BACKLOG_SIZE

    async def room(self) -> None:
        """Return once the backlog has been taken over by the writer."""
        while self.full and not self._closing:
            self._room.clear()
            await self._room.wait()

    def close(self) -> None:
        """Write what is left and end the thread."""
        with self._lock:
            self._closing = True
        self._wake.set()
        self._pressed.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        # The boundary of the thread: were it to end without a word, the servers would wait for it for ever.
        try:
            with closing(self._open()) as connection:
                self._keep_writing(connection, self._new_run(connection))
        except Exception as error:  # noqa: BLE001
            self._give_up(error)

    def _keep_writing(self, connection: sqlite3.Connection, run: int) -> None:
        while not self._closing or self._waiting:
            self._wake.wait()
            self._wake.clear()
            if not self._write(connection, run):
                # Another program is writing; the batch is kept for the next try.
                self.delays += 1
                if self._closing:
                    raise TimeoutError("another program keeps it locked")
                self._wake.set()
            self._pressed.wait(BATCH_SECONDS)
            if not self._closing:
                self._pressed.clear()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its journal files the mode of the database.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.executescript(_SCHEMA)
        return connection

    def _new_run(self, connection: sqlite3.Connection) -> int:
        now = time.time()
        old = now - KEEP_DAYS * 86_400
        connection.execute("DELETE FROM events WHERE run IN (SELECT id FROM runs WHERE started < ?)", (old,))
        connection.execute("DELETE FROM runs WHERE started < ?", (old,))
        run = connection.execute("INSERT INTO runs (started) VALUES (?)", (now,)).lastrowid
        return run or 0

    def _write(self, connection: sqlite3.Connection, run: int) -> bool:
        """Write what waits; False where the file is locked. Other errors are raised."""
        with self._lock:
            batch, self._waiting = self._waiting, []
            size, self._size = self._size, 0
        try:
            connection.execute("BEGIN IMMEDIATE")
            _insert(connection, [_row(run, event) for event in batch])
            connection.execute("COMMIT")
        except Exception as error:
            if connection.in_transaction:
                connection.rollback()
            with self._lock:
                self._waiting = batch + self._waiting
                self._size += size
            if isinstance(error, sqlite3.OperationalError) and _is_busy(error):
                return False
            raise
        self._count(batch)
        self._call(self._room.set)
        return True

    def _count(self, batch: list[Event]) -> None:
        servers = Counter(event.server for event in batch)
        with self._lock:
            self._written += servers
            self._last = batch[-1].seq if batch else self._last

    def _give_up(self, error: Exception) -> None:
        self.problem = f"the history is off: {self.path}: {error}"
        with self._lock:
            self._closing = True
            self._lost.update(event.server for event in self._waiting)
            self._waiting = []
            self._size = 0
        self._call(self._room.set)
        self._call(self._on_error, self.problem)

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _insert(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    whole = len(rows) - len(rows) % _ROWS
    for start in range(0, whole, _ROWS):
        connection.execute(_INSERT_ROWS, list(chain.from_iterable(rows[start : start + _ROWS])))
    connection.executemany(_INSERT, rows[whole:])


def _row(run: int, event: Event) -> tuple[object, ...]:
    return (
        run,
        event.seq,
        event.time,
        event.server,
        int(event.level),
        event.kind,
        event.logger,
        event.call,
        event.text,
        _packed(event),
    )


def _packed(event: Event) -> str | None:
    text, data = event.text, event.data
    if data is None or data == text:
        return data and DATA_IS_TEXT
    return DATA_IS_QUOTED if len(data) == len(text) + 2 and data == f'"{text}"' else data


def unpacked(text: str, data: str | None) -> str | None:
    """An event's data, as it stands in a row with its text."""
    if data == DATA_IS_TEXT:
        return text
    return f'"{text}"' if data == DATA_IS_QUOTED else data
