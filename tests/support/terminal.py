"""A program in a pseudo-terminal: what it writes, byte for byte, and how it leaves the terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Terminal:
    """The other end of a pseudo-terminal in which a program runs."""

    def __init__(self, command: Sequence[str | Path], size: tuple[int, int], environment: dict[str, str]) -> None:
        self.master, self._slave = pty.openpty()
        columns, rows = size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self._slave)
        self.output = b""
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env={"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def until(self, wanted: str, seconds: float = 30) -> None:
        """Read until the program has written ``wanted``, from now on."""
        seen = len(self.output)
        self._read_while(lambda: wanted.encode() not in self.output[seen:], seconds)
        assert wanted.encode() in self.output[seen:], f"{wanted!r} was not written"

    def until_holds(self, holds: Callable[[], object], seconds: float = 30) -> None:
        """Read until something holds outside of the terminal."""
        self._read_while(lambda: not holds(), seconds)
        assert holds(), "it never came to that"

    def wait(self, seconds: float = 10) -> int:
        """Read until the program has ended; its exit status."""
        self._read_while(lambda: self.process.poll() is None, seconds)
        self._read_while(lambda: False, 0)
        assert self.process.poll() is not None, "the program goes on"
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal's modes are what they were, and the alternate screen was left."""
        left = self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        shown = self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")
        return termios.tcgetattr(self._slave) == self.before and left and shown

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self._slave)

    def _read_while(self, going: Callable[[], bool], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while going() and time.monotonic() < ends:
            self._read(0.1)
        while self._read(0.05):
            """Take what is there already."""

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.output += os.read(self.master, 65_536)
        return True


@contextmanager
def terminal(*command: str | Path, size: tuple[int, int] = (120, 40), **environment: str) -> Generator[Terminal]:
    """``command`` in a terminal of ``size`` columns and rows."""
    opened = Terminal(command, size, environment)
    try:
        yield opened
    finally:
        opened.close()
