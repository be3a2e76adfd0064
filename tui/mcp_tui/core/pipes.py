"""Pipes to and from a child process, read without blocking, and their bytes as lines of a bounded size."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import RawIOBase

import anyio

_CHUNK = 64 * 1024
_LARGEST_PIPE = 1024 * 1024


def pipe(readers: ExitStack, writers: ExitStack) -> tuple[RawIOBase, RawIOBase]:
    """The reading and the writing end of a pipe, each closed by its stack."""
    reading, writing = os.pipe()
    return (
        readers.enter_context(open(reading, "rb", buffering=0)),  # noqa: PTH123
        writers.enter_context(open(writing, "wb", buffering=0)),  # noqa: PTH123
    )


class Source:
    """What a child writes into a pipe, until the last writer closes it, or until ``end``.

    The child's own end is not enough: whatever it started may hold the pipe open for good.
    """

    def __init__(self, reading: RawIOBase) -> None:
        self._reading = reading
        self._left = math.inf
        self._waiting = anyio.CancelScope()

    async def read(self) -> bytes:
        """The next bytes; none at the end."""
        await anyio.lowlevel.checkpoint()
        while self._left > 0:
            chunk = self._reading.read(_CHUNK)
            if chunk is not None:
                self._left -= len(chunk)
                return chunk
            if self._left < math.inf:
                break
            with anyio.CancelScope() as self._waiting:
                await anyio.wait_readable(self._reading)
        return b""

    def end(self) -> None:
        """Read what is in the pipe now, and no more."""
        self._left = min(self._left, _LARGEST_PIPE)
        self._waiting.cancel()


async def write_all(writing: RawIOBase, data: bytes) -> None:
    """Write ``data`` into a pipe that does not block. Raises BrokenPipeError once nobody reads it."""
    rest = memoryview(data)
    while rest:
        written = writing.write(rest)
        if written is None:
            await anyio.wait_writable(writing)
        else:
            rest = rest[written:]


class Lines:
    """Bytes to lines, without their line feeds, never holding more than ``limit`` bytes and a chunk.

    too_long: gets the first ``limit`` bytes of a line that is longer, as soon as it is; the rest is left out, and
        the line comes out empty.
    """

    def __init__(self, limit: int, too_long: Callable[[bytes], None]) -> None:
        self._limit = limit
        self._too_long = too_long
        self._begun = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that ``chunk`` ends."""
        first, *others = chunk.split(b"\n")
        self._keep(first)
        if others:
            yield self.rest()
            for line in others[:-1]:
                if len(line) <= self._limit:
                    yield line
                else:
                    self._too_long(line[: self._limit])
            self._keep(others[-1])

    def rest(self) -> bytes:
        """What has come of the line that has not ended; the next byte begins another."""
        line = bytes(self._begun)
        self._begun = bytearray()
        self._skipping = False
        return line

    def _keep(self, part: bytes) -> None:
        if self._skipping:
            return
        self._begun += part
        if len(self._begun) > self._limit:
            self._too_long(bytes(self._begun[: self._limit]))
            self._begun = bytearray()
            self._skipping = True
