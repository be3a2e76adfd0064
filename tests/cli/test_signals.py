"""Signals: what must happen at once does, and the rest on the event loop."""

import asyncio
import os
import signal
import threading
from collections.abc import Generator

import pytest

from mcp_tui.cli.signals import Signals


@pytest.fixture
def before() -> Generator[None]:
    """See that the signals and the hook are given back."""
    found = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), threading.excepthook
    yield
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), threading.excepthook) == found


async def test_a_signal_is_told_at_once_though_the_loop_does_not_turn(before: None) -> None:
    at_once: list[int] = []
    stopped: asyncio.Queue[int] = asyncio.Queue()
    signals = Signals(at_once.append, stopped.put_nowait)
    signals.mind()
    try:
        signal.raise_signal(signal.SIGTERM)
        assert at_once == [signal.SIGTERM]
        assert stopped.empty()
        async with asyncio.timeout(60):
            assert await stopped.get() == signal.SIGTERM
    finally:
        signals.leave()


async def test_the_end_of_a_thread_of_the_terminal_is_a_hangup(
    before: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    others: list[str] = []

    def note(ended: threading.ExceptHookArgs) -> None:
        others.append(ended.thread.name if ended.thread is not None else "")

    def kill(process: int, number: int) -> None:
        sent.append(number)

    monkeypatch.setattr(os, "kill", kill)
    monkeypatch.setattr(threading, "excepthook", note)
    signals = Signals(sent.append, sent.append)
    signals.mind()
    try:
        for name in ("textual-output", "another"):
            thread = threading.Thread(target=lambda: 1 / 0, name=name)
            thread.start()
            thread.join()
    finally:
        signals.leave()
        monkeypatch.undo()
    assert (sent, others) == ([signal.SIGHUP], ["another"])
