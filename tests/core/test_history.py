"""The history: what is on disk after a run, however the run ended."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Any

import anyio
import pytest

from core.support import draft, event
from mcp_tui.core import history as histories
from mcp_tui.core.history import KEEP_DAYS, History
from mcp_tui.core.levels import Level
from mcp_tui.core.store import EventStore

BUSY_RUN = """
import asyncio, sys
from pathlib import Path
from mcp_tui.core.events import Draft
from mcp_tui.core.history import History
from mcp_tui.core.levels import Level
from mcp_tui.core.store import EventStore

async def main():
    history = History(Path(sys.argv[1]))
    history.start(print)
    store = EventStore(sinks=[history])
    while True:
        if history.tally().last > 1_000:
            print("busy", flush=True)
        for _ in range(50):
            store.append(Draft("items", Level.INFO, "message", "x" * 100))
        await asyncio.sleep(0.01)

asyncio.run(main())
"""
"""A run of 5,000 events a second that never ends by itself."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BATCH_SECONDS", 0.001)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@contextlib.asynccontextmanager
async def running(path: Path) -> AsyncGenerator[tuple[History, list[str]]]:
    """A history that has been started, and what it complained of; closed at the end."""
    history, errors = History(path), list[str]()
    history.start(errors.append)
    try:
        yield history, errors
    finally:
        await anyio.to_thread.run_sync(history.close)


@contextlib.contextmanager
def opened(path: Path) -> Generator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        yield connection


def rows(path: Path, query: str = "SELECT * FROM events ORDER BY run, seq") -> list[tuple[Any, ...]]:
    with opened(path) as connection:
        return connection.execute(query).fetchall()


def written(history: History) -> int:
    return history.tally().written.total()


def lost(history: History) -> int:
    return history.tally().lost.total()


async def until(condition: Callable[[], object]) -> None:
    """Let the writer's thread work until ``condition`` holds."""
    with anyio.fail_after(10):
        while not condition():
            await anyio.lowlevel.checkpoint()


def old_run(path: Path, days: float) -> int:
    """A run of so many days ago, with one event; its number."""
    with opened(path) as connection:
        run = connection.execute("INSERT INTO runs (started) VALUES (?)", (time.time() - days * 86_400,)).lastrowid
        values = (run, 1, 0.0, "items", 1, "message", None, None, "old", None)
        connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        connection.commit()
    return run or 0


async def test_every_event_is_on_disk_after_close(path: Path) -> None:
    full = event(1, time=1.5, level=Level.ALERT, kind="progress", logger="l", call=3, text="grüß", data='{"a":1}')
    async with running(path) as (history, errors):
        history.put(full)
        history.put(event(2))
    assert rows(path) == [
        (1, 1, 1.5, "items", 6, "progress", "l", 3, "grüß", '{"a":1}'),
        (1, 2, event().time, "items", 1, "message", None, None, "hello", None),
    ]
    assert (written(history), lost(history), errors) == (2, 0, [])


async def test_what_was_put_before_the_start_is_written_too(path: Path) -> None:
    history = History(path)
    history.put(event(1))
    history.start(lambda text: None)
    await until(lambda: written(history))
    history.put(event(2))
    await anyio.to_thread.run_sync(history.close)
    assert [row[1] for row in rows(path)] == [1, 2]


async def test_a_store_hands_its_events_on(path: Path) -> None:
    async with running(path) as (history, _):
        store = EventStore(capacity=10, sinks=[history])
        for number in range(1_000):
            store.append(draft(text=str(number)))
    assert [(row[1], row[8]) for row in rows(path)] == [(number + 1, str(number)) for number in range(1_000)]


async def test_nobody_else_can_read_it(path: Path) -> None:
    async with running(path) as (history, _):
        history.put(event(1))
        await until(lambda: written(history))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes) == {"history.db", "history.db-wal", "history.db-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_each_run_has_a_number_of_its_own(path: Path) -> None:
    for text in ("first", "second"):
        async with running(path) as (history, _):
            history.put(event(1, text=text))
    assert [(row[0], row[1], row[8]) for row in rows(path)] == [(1, 1, "first"), (2, 1, "second")]
    started = [row[0] for row in rows(path, "SELECT started FROM runs ORDER BY id")]
    assert started == sorted(started)
    assert time.time() - 60 < started[0] <= time.time()


async def test_two_runs_at_once_do_not_mix(path: Path) -> None:
    async with running(path) as (one, first_errors), running(path) as (two, second_errors):
        for seq in range(1, 200):
            one.put(event(seq, text="one"))
            two.put(event(seq, text="two"))
            await anyio.lowlevel.checkpoint()
    assert first_errors == second_errors == []
    texts = rows(path, "SELECT run, text, count(*), max(seq) FROM events GROUP BY run, text")
    assert sorted((text, count, last) for _, text, count, last in texts) == [("one", 199, 199), ("two", 199, 199)]
    assert len({run for run, *_ in texts}) == 2


async def test_runs_of_long_ago_are_removed_and_no_others(path: Path) -> None:
    async with running(path):
        pass
    old_run(path, KEEP_DAYS + 1)
    young = old_run(path, KEEP_DAYS - 1)
    async with running(path) as (history, _):
        history.put(event(1))
    assert [row[8] for row in rows(path)] == ["old", "hello"]
    assert [row[0] for row in rows(path, "SELECT id FROM runs ORDER BY id")] == [1, young, young + 1]


# A disk that fails


def a_folder_in_the_way(path: Path) -> None:
    path.mkdir(parents=True)


def a_file_in_the_way(path: Path) -> None:
    path.parent.write_text("")


def no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)


@pytest.mark.parametrize("spoil", [a_folder_in_the_way, a_file_in_the_way, no_database])
async def test_a_history_that_cannot_be_opened_says_so_once_and_lets_the_rest_go_on(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(path)
    async with running(path) as (history, errors):
        await until(lambda: errors)
        for seq in range(1, 10):
            history.put(event(seq))
        assert not history.full
        with anyio.fail_after(5):
            await history.room()
    assert len(errors) == 1
    assert errors[0].startswith(f"the history is off: {path}: ")
    assert (written(history), lost(history)) == (0, 9)


async def test_a_history_that_can_no_longer_be_written_counts_what_it_lost(path: Path) -> None:
    async with running(path) as (history, errors):
        history.put(event(1))
        await until(lambda: written(history))
        with opened(path) as connection:
            connection.execute("DROP TABLE events")
        history.put(event(2))
        await until(lambda: errors)
    assert (written(history), lost(history)) == (1, 1)
    assert len(errors) == 1
    assert "no such table" in errors[0]


async def test_text_that_no_database_takes_does_not_end_in_silence(path: Path) -> None:
    async with running(path) as (history, errors):
        history.put(event(1, data="\ud800"))
        await until(lambda: errors)
    assert len(errors) == 1
    assert not history.full


async def test_another_program_that_writes_only_delays_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BUSY_SECONDS", 0.01)
    async with running(path) as (history, errors):
        history.put(event(1))
        await until(lambda: written(history))
        with opened(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            history.put(event(2))
            history.put(event(3))
            await until(lambda: history.delays > 3)
            connection.execute("COMMIT")
        await until(lambda: written(history) == 3)
    assert errors == []
    assert [row[1] for row in rows(path)] == [1, 2, 3]


async def test_a_fault_that_nobody_thought_of_is_said_and_stops_nobody(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(run: int, event: object) -> tuple[object, ...]:
        raise KeyError("a bug")

    monkeypatch.setattr(histories, "_row", fault)
    async with running(path) as (history, errors):
        history.put(event(1))
        await until(lambda: errors)
        assert not history.full
    assert "a bug" in errors[0]


# Back-pressure


async def test_it_is_full_at_its_backlog_and_has_room_once_that_is_taken_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "BACKLOG", 10)
    history = History(path)
    for seq in range(1, 10):
        history.put(event(seq))
    assert not history.full
    history.put(event(10))
    assert history.full
    history.start(lambda text: None)
    with anyio.fail_after(10):
        await history.room()
    assert not history.full
    await anyio.to_thread.run_sync(history.close)
    assert [row[1] for row in rows(path)] == list(range(1, 11))


async def test_whoever_waits_for_room_is_released_when_the_disk_fails(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "BACKLOG", 1)
    a_folder_in_the_way(path)
    history = History(path)
    history.put(event(1))
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(history.room)
            await anyio.wait_all_tasks_blocked()
            history.start(lambda text: None)
    assert (lost(history), history.full) == (1, False)
    await anyio.to_thread.run_sync(history.close)


async def test_waiting_for_room_ends_with_the_history(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BACKLOG", 1)
    async with running(path) as (history, _):
        history.put(event(1))
    with anyio.fail_after(5):
        await history.room()


# The end


async def test_what_comes_after_close_is_not_taken(path: Path) -> None:
    async with running(path) as (history, _):
        history.put(event(1))
    history.put(event(2))
    assert [row[1] for row in rows(path)] == [1]
    assert (written(history), lost(history)) == (1, 1)


def test_a_history_that_was_never_started_can_be_closed(path: Path) -> None:
    History(path).close()
    assert not path.exists()


async def test_closing_again_is_harmless(path: Path) -> None:
    async with running(path) as (history, _):
        history.put(event(1))
    history.close()
    assert len(rows(path)) == 1


async def kill_while_writing(path: Path) -> None:
    """Start a busy run and kill it in the middle, some batches in."""
    with anyio.fail_after(60):
        async with await anyio.open_process([sys.executable, "-c", BUSY_RUN, str(path)]) as run:
            assert run.stdout is not None
            assert (await run.stdout.receive()).startswith(b"busy")
            run.kill()
            await run.wait()
    assert run.returncode == -signal.SIGKILL


async def test_a_killed_run_damages_nothing_and_leaves_no_gaps(path: Path) -> None:
    await kill_while_writing(path)
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    seqs = [row[0] for row in rows(path, "SELECT seq FROM events WHERE run = 1 ORDER BY seq")]
    assert len(seqs) >= 1_000
    assert seqs == list(range(1, len(seqs) + 1))
    async with running(path) as (history, errors):
        history.put(event(1, text="after"))
    assert errors == []
    assert rows(path, "SELECT run, text FROM events WHERE run = 2") == [(2, "after")]
