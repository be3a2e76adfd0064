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
from pathlib import Path

from mcp_tui.core.events import Event

BATCH_SECONDS = 0.2
"""The longest an event waits to be written."""

BACKLOG, BACKLOG_SIZE = 50_000, 64_000_000
"""Events waiting to be written, and characters of their data, at which the servers are slowed down."""

BUSY_SECONDS = 1.0
"""How long one try waits for another program that is writing."""

CLOSE_SECONDS = 1.5
"""How long the end of the program waits for what is left to be written."""

KEEP_DAYS = 30
"""Runs that started longer ago are removed."""

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    run INTEGER NOT NULL REFERENCES runs (id), seq INTEGER NOT NULL, time REAL NOT NULL, server TEXT NOT NULL,
    level INTEGER NOT NULL, kind TEXT NOT NULL, logger TEXT, call INTEGER, text TEXT NOT NULL, data TEXT,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;
"""
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def default_path() -> Path:
    """Where the history is: in the user's state folder."""
    import platformdirs

    return platformdirs.user_state_path("mcp-tui") / "history.db"


class History:
    """A Sink that writes to ``path``. Use ``start`` on the event loop, ``close`` at the end.

    written, lost: how many events are on the disk, and how many never will be; problem: why.
    written_by: how many of each server are on the disk. delays: how often another program was writing instead.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        self.lost = 0
        self.problem = ""
        self.written_by: Counter[str] = Counter()
        self.delays = 0
        self._on_error: Callable[[str], None] = lambda text: None
        self._waiting: list[Event] = []
        self._size = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
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
        if self._closing:
            self.lost += 1
            return
        with self._lock:
            self._waiting.append(event)
            self._size += len(event.data or "")
        if len(self._waiting) == 1:
            self._wake.set()

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
        self._closing = True
        self._wake.set()
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
            if not self._closing:
                time.sleep(BATCH_SECONDS)

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
            connection.executemany(_INSERT, [_row(run, event) for event in batch])
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
        self._call(self._room.set)
        self.written += len(batch)
        self.written_by.update(event.server for event in batch)
        return True

    def _give_up(self, error: Exception) -> None:
        self._closing = True
        with self._lock:
            self.lost += len(self._waiting)
            self._waiting = []
            self._size = 0
        self._call(self._room.set)
        self.problem = f"the history is off: {self.path}: {error}"
        self._call(self._on_error, self.problem)

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


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
        event.data,
    )
