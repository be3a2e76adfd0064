"""Functions in processes of their own: what one measures, no other has warmed up or filled."""

from __future__ import annotations

import fcntl
import os
import pickle
import pty
import struct
import subprocess
import sys
import termios
import threading
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

SIZE = (120, 40)
"""Columns and rows of the terminal."""

_SECONDS = 600
_ENTRY = "import sys; from benchmarks.isolated import answer; answer(int(sys.argv[1]), sys.argv[2])"


def isolated(function: Callable[Given, Found], *args: Given.args, **options: Given.kwargs) -> Found:
    """What ``function``, of the top level of a module, returns in a fresh interpreter."""
    return _run(subprocess.DEVNULL, function, args, options)


def in_terminal(function: Callable[Given, Found], *args: Given.args, **options: Given.kwargs) -> Found:
    """The same in a terminal of ``SIZE``, all of whose output is read as it comes."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *reversed(SIZE), 0, 0))
    screen = threading.Thread(target=_read_all, args=(master,))
    screen.start()
    try:
        return _run(slave, function, args, options)
    finally:
        # The last writer has gone; this ends the reader.
        os.close(slave)
        screen.join()
        os.close(master)


def _read_all(master: int) -> None:
    with suppress(OSError):
        while os.read(master, 65_536):
            """A terminal shows it."""


def _run(terminal: int, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    reading, writing = os.pipe()
    with TemporaryDirectory() as state, closing(os.fdopen(reading, "rb")) as answers:
        given = pickle.dumps((function, args, options)).hex()
        child = subprocess.Popen(
            [sys.executable, "-c", _ENTRY, str(writing), given],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal if terminal >= 0 else None,
            pass_fds=[writing],
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(sys.path),
                "XDG_STATE_HOME": state,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            },
        )
        os.close(writing)
        overdue = threading.Timer(_SECONDS, child.kill)
        overdue.start()
        try:
            answer = answers.read()
        finally:
            overdue.cancel()
            child.kill()
            status = child.wait()
    if not answer:
        raise RuntimeError(f"{function.__qualname__} ended with {status} and no answer")
    found, problem = pickle.loads(answer)
    if problem:
        raise RuntimeError(problem)
    return found


def answer(writing: int, given: str) -> None:
    """Run what the parent asked for, and tell it."""
    function, args, options = pickle.loads(bytes.fromhex(given))
    try:
        told = (function(*args, **options), "")
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        told = (None, traceback.format_exc())
    with os.fdopen(writing, "wb") as answers:
        answers.write(pickle.dumps(told))
