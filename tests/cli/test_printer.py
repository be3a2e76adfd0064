"""The printer: what it is given stands in the output, in order, and waits for whoever reads it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from typing import BinaryIO

import anyio
import pytest

from core.support import event
from mcp_tui.cli.printer import BACKLOG, Printer

ALL = range(1, 2 * BACKLOG + 1)


@contextmanager
def printing() -> Generator[tuple[Printer, BinaryIO]]:
    """A printer that has been given a lot, and the other end of the pipe into which it prints."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as output, os.fdopen(writing, "w") as stdout, redirect_stdout(stdout):
        printer = Printer(as_json=True)
        for seq in ALL:
            printer.put(event(seq))
        yield printer, output


async def test_a_reader_that_does_not_read_makes_it_full_and_one_that_does_gets_all() -> None:
    lines: list[bytes] = []
    with printing() as (printer, output), anyio.fail_after(30):
        assert printer.full
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(printer.room)
            await anyio.wait_all_tasks_blocked()
            lines += await anyio.to_thread.run_sync(lambda: [output.readline() for _ in ALL])
        assert not printer.full
        await printer.drain()
        printer.close()
    assert [line[: line.index(b",")] for line in lines] == [b'{"seq":%d' % seq for seq in ALL]


async def test_draining_ends_with_a_reader_that_leaves() -> None:
    with printing() as (printer, output), anyio.fail_after(30):
        output.close()
        await printer.drain()
        assert printer.gone.is_set()
        with pytest.raises(BrokenPipeError):
            printer.close()


async def test_nothing_is_waited_for_where_nothing_was_printed() -> None:
    printer = Printer(as_json=True)
    with anyio.fail_after(5):
        await printer.drain()
    printer.close()
