"""The archive: what is found in the history of this run and of earlier ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from core.support import event
from mcp_tui.core.archive import Archive, Wanted
from mcp_tui.core.events import Event
from mcp_tui.core.history import History
from mcp_tui.core.levels import Level
from mcp_tui.errors import McpTuiError

EVENTS = [
    event(1, server="items", level=Level.DEBUG, text="Starting 100% of it", time=100.0),
    event(2, server="metrics", level=Level.ERROR, text="cannot read a_b", logger="disk.Reader", call=7, time=200.0),
    event(3, server="items", level=Level.INFO, text="Straße gesperrt", kind="stderr", data='{"a":1}', time=300.0),
]
DATA = ['"hello"', "hello", '"', '""', '"hell\\u006f"', '"hello" ', '"Hello"', "null", "0"]
"""Data of events whose text is ``hello``, as JSON or as something near it."""


async def write(path: Path, *events: Event) -> None:
    """One run."""
    history = History(path)
    history.start(pytest.fail)
    for each in events:
        history.put(each)
    await anyio.to_thread.run_sync(history.close)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    found = tmp_path / "history.db"
    await write(found, *EVENTS)
    await write(found, event(1, server="items", text="a second run", time=400.0))
    return found


@pytest.fixture
def archive(path: Path) -> Generator[Archive]:
    with Archive(path) as opened:
        yield opened


def texts(archive: Archive, wanted: Wanted) -> list[str]:
    return [kept.event.text for kept in archive.find(wanted)]


async def test_everything_comes_back_as_it_was_oldest_first(archive: Archive) -> None:
    found = list(archive.find(Wanted()))
    assert [kept.event for kept in found[:3]] == EVENTS
    assert [(kept.run, kept.event.seq) for kept in found] == [(1, 1), (1, 2), (1, 3), (2, 1)]


async def test_data_that_says_what_the_text_says_is_kept_once_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await write(path, *(event(number, text="hello", data=data) for number, data in enumerate(DATA, 1)))
    with Archive(path) as archive:
        assert [kept.event.data for kept in archive.find(Wanted())] == DATA
    with closing(sqlite3.connect(path)) as raw:
        assert [row[0] for row in raw.execute("SELECT data FROM events LIMIT 2")] == ["=", "~"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(servers=("metrics",)), [2]),
        (Wanted(servers=("metrics", "items"), level=Level.INFO), [2, 3, 4]),
        (Wanted(level=Level.ERROR), [2]),
        (Wanted(since=300.0), [3, 4]),
        (Wanted(newest=2), [3, 4]),
        (Wanted(newest=1, servers=("metrics",)), [2]),
        (Wanted(text="START"), [1]),
        (Wanted(text="tar"), [1]),
        (Wanted(text="0%"), [1]),
        (Wanted(text="a%b"), []),
        (Wanted(text="a_b"), [2]),
        (Wanted(text="n_t"), []),
        (Wanted(text="\\"), []),
        (Wanted(text="reader"), [2]),
        (Wanted(text="STDERR"), [3]),
        (Wanted(text="STRASSE"), []),
        (Wanted(text="straße GES"), [3]),
        (Wanted(text="' OR 1=1 --"), []),
    ],
    ids=str,
)
async def test_what_is_wanted_is_found(archive: Archive, wanted: Wanted, found: list[int]) -> None:
    everything = texts(archive, Wanted())
    assert texts(archive, wanted) == [everything[number - 1] for number in found]


async def test_it_can_be_read_while_it_is_written(path: Path) -> None:
    with sqlite3.connect(path) as writer, Archive(path) as archive:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE events SET text = 'changed'")
        assert "changed" not in texts(archive, Wanted())
        writer.rollback()
    writer.close()


def test_a_history_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(McpTuiError, match="there is no history yet"):
        Archive(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_history_is_said(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"not a database " * 100)
    with Archive(path) as archive, pytest.raises(McpTuiError, match="cannot be read") as caught:
        list(archive.find(Wanted()))
    assert "Move it away" in caught.value.hint
