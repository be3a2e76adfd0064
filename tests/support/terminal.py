"""A program in a pseudo-terminal: what stands on its screen, what it wrote byte for byte, and how it left."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte


class Terminal:
    """The other end of a pseudo-terminal in which a program runs.

    Waiting has a limit only so that a test that hangs says where; no test should come near it.
    """

    def __init__(self, command: Sequence[str | Path], size: tuple[int, int], environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.master)
        self.output = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._open = True
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )
        # Held by the program alone, it ends with it: nothing that was written last is missed.
        os.close(slave)

    def send(self, keys: str) -> None:
        """Type. Let ``shows`` or ``gone`` have proved first that what must take the keys is there."""
        os.write(self.master, keys.encode())

    @property
    def rows(self) -> list[str]:
        """What stands on the screen now."""
        lines, columns = range(self._screen.lines), range(self._screen.columns)
        return ["".join(self._screen.buffer[line][column].data for column in columns) for line in lines]

    def shows(self, *words: str, seconds: float = 60) -> None:
        """Wait until all of ``words`` stand, in this order, in one row of the screen."""
        self._wait(lambda: self._stands(words), f"{words} to be on the screen", seconds)

    def gone(self, word: str, seconds: float = 60) -> None:
        """Wait until ``word`` stands nowhere on the screen."""
        self._wait(lambda: not self._stands((word,)), f"{word!r} to be gone", seconds)

    def until(self, holds: Callable[[], object], seconds: float = 60) -> None:
        """Read until something holds outside of the terminal."""
        self._wait(holds, "what the test waits for", seconds)

    def wait(self, seconds: float = 60) -> int:
        """Read to the end of what the program writes; its exit status."""
        ends = time.monotonic() + seconds
        while self._open and time.monotonic() < ends:
            self._read()
        assert not self._open, self._failure("the program to end")
        return self.process.wait(max(0.0, ends - time.monotonic()))

    @property
    def restored(self) -> bool:
        """Whether the terminal's modes are what they were, and the alternate screen was left."""
        left = self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        shown = self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")
        return termios.tcgetattr(self.master) == self.before and left and shown

    def vanish(self) -> None:
        """Be gone. The program has no controlling terminal, so that no signal tells it."""
        os.close(self.master)
        self._open, self.master = False, -1

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    def _wait(self, holds: Callable[[], object], what: str, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not holds():
            assert self._open, self._failure(what, "the program has ended")
            assert time.monotonic() < ends, self._failure(what)
            self._read()

    def _stands(self, words: Sequence[str]) -> bool:
        return any(_in_order(words, row) for row in self.rows)

    def _failure(self, what: str, why: str = "in vain") -> str:
        return "\n".join([f"waited for {what}: {why}", *self.rows])

    def _read(self) -> None:
        """Take what there is, after a moment at most."""
        if not select.select([self.master], [], [], 0.05)[0]:
            return
        taken = b""
        with suppress(OSError):  # Linux's way to say that nobody has the other end any longer; macOS reads nothing.
            taken = os.read(self.master, 65_536)
        self._open = bool(taken)
        self.output += taken
        self._stream.feed(taken)


def _in_order(words: Sequence[str], row: str) -> bool:
    for word in words:
        _, found, row = row.partition(word)
        if not found:
            return False
    return True


@contextmanager
def terminal(*command: str | Path, size: tuple[int, int] = (120, 40), **environment: str) -> Generator[Terminal]:
    """``command`` in a terminal of ``size`` columns and rows."""
    opened = Terminal(command, size, environment)
    try:
        yield opened
    finally:
        opened.close()
