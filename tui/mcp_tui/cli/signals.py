"""Signals: the program ends in order at those that would leave the terminal raw, and when the terminal is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]
_TEXTUAL_THREADS = "textual-"


class Signals:
    """Minds the signals of this process from ``mind`` until ``leave``; use it in the main thread.

    at_once: called in the handler itself, whatever the event loop is doing; stop: called on the event loop. Both
    are given the signal's number.
    """

    def __init__(self, at_once: Callable[[int], None], stop: Callable[[int], None]) -> None:
        self._at_once = at_once
        self._stop = stop
        self._before: dict[int, Any] = {}
        self._excepthook = threading.excepthook

    def mind(self) -> None:
        """Take the signals over."""
        loop = asyncio.get_running_loop()

        def handle(number: int, _frame: FrameType | None) -> None:
            # Not left to the loop: a terminal that takes no more output holds it up for ever.
            self._at_once(number)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._stop, number)

        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, handle) for number in _ENDING}
            threading.excepthook = self._thread_ended

    def leave(self) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._before:
            threading.excepthook = self._excepthook
        self._before = {}

    def _thread_ended(self, ended: threading.ExceptHookArgs) -> None:
        """Where Textual can no longer read or write, the terminal is gone: send the signal that should say so."""
        if ended.thread is not None and ended.thread.name.startswith(_TEXTUAL_THREADS):
            os.kill(os.getpid(), getattr(signal, "SIGHUP", signal.SIGTERM))
        else:
            self._excepthook(ended)
