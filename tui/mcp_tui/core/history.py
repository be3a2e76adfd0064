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
from pathlib import Path

from mcp_tui.core.events import Event

BATCH_SECONDS = 0.2
"""The longest an event waits to be written."""

BACKLOG = 50_000
"""Events waiting to be written at which the servers are slowed down."""

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
    written_by: how many of each server are on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        self.lost = 0
        self.problem = ""
        self.written_by: Counter[str] = Counter()
        self._on_error: Callable[[str], None] = lambda text: None
        self._waiting: list[Event] = []
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
        if len(self._waiting) == 1:
            self._wake.set()

    @property
    def full(self) -> bool:
        """Whether more events wait to be written than ``BACKLOG``."""
        return len(self._waiting) >= BACKLOG

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
            self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            connection = self._open()
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
            return
        try:
            run = self._new_run(connection)
            while not self._closing or self._waiting:
                self._wake.wait()
                self._wake.clear()
                self._write(connection, run)
                if not self._closing:
                    time.sleep(BATCH_SECONDS)
        except (sqlite3.Error, UnicodeError) as error:
            self._give_up(error)
        finally:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its journal files the mode of the database.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        connection.executescript(_SCHEMA)
        return connection

    def _new_run(self, connection: sqlite3.Connection) -> int:
        now = time.time()
        old = now - KEEP_DAYS * 86_400
        connection.execute("DELETE FROM events WHERE run IN (SELECT id FROM runs WHERE started < ?)", (old,))
        connection.execute("DELETE FROM runs WHERE started < ?", (old,))
        run = connection.execute("INSERT INTO runs (started) VALUES (?)", (now,)).lastrowid
        return run or 0

    def _write(self, connection: sqlite3.Connection, run: int) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        if not batch:
            return
        self._call(self._room.set)
        try:
            connection.execute("BEGIN")
            connection.executemany(_INSERT, [_row(run, event) for event in batch])
            connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeError):
            self.lost += len(batch)
            raise
        self.written += len(batch)
        self.written_by.update(event.server for event in batch)

    def _give_up(self, error: Exception) -> None:
        self._closing = True
        with self._lock:
            self.lost += len(self._waiting)
            self._waiting = []
        self._call(self._room.set)
        self.problem = f"the history is off: {self.path}: {error}"
        self._call(self._on_error, self.problem)

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


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
