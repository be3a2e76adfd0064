"""Checks a value under a JSON Schema in bounded time, whatever a server has made of either.

The check runs in a process of its own (``judge``), so that neither the event loop nor another thread ever waits for
it. One that has answered is kept for the next check: a start takes a tenth of a second, a check a thousandth.
"""

from __future__ import annotations

import atexit
import json
import marshal
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any, cast

import anyio
import anyio.to_thread
import msgspec

from mcp_tui.core.verdict import Verdict

WAIT_SECONDS = 10.0
"""The longest wait for a verdict once its turn has come. A judge ends itself long before, unless it is starved."""

_TOO_LONG = Verdict(unchecked="its schema takes too long to check")
_AT_ONCE = 8
_KEPT = 2


class _Judge:
    """One process of ``judge``. It takes one question at a time."""

    def __init__(self) -> None:
        # -P: the folder it starts in may be anybody's, and is no place to import from.
        command = [sys.executable, "-P", "-m", "mcp_tui.core.judge"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._questions = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, schema: Any, value: Any) -> Verdict:
        """Its verdict. Blocks, no longer than until it is killed."""
        try:
            # json and pickle hold on to the interpreter for up to a tenth of a second where there are megabytes.
            question = marshal.dumps([schema, value])
        except ValueError as error:
            return Verdict(unchecked=f"it cannot be checked: {error}")
        answer = self._exchange(len(question).to_bytes(8) + question)
        if answer.endswith(b"\n"):
            return msgspec.convert(json.loads(answer), Verdict)
        ended = self._process.wait()
        return _TOO_LONG if ended == -signal.SIGPROF else Verdict(unchecked=f"its check broke off ({ended})")

    def _exchange(self, question: bytes) -> bytes:
        """The answer, a whole line unless the process has ended instead."""
        try:
            self._questions.write(question)
            self._questions.flush()
        except BrokenPipeError:
            return b""
        return self._answers.readline()

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        # What it has not read goes with it.
        with suppress(BrokenPipeError):
            self._questions.close()


_idle: list[_Judge] = []
_turns = anyio.CapacityLimiter(_AT_ONCE)


async def check(schema: Any, value: Any) -> Verdict:
    """Check ``value``, a JSON value, under ``schema``.

    Takes no longer than ``WAIT_SECONDS`` once its turn has come; what cannot be checked is a verdict, too.
    """
    async with _turns:
        try:
            judge = _take()
        except OSError as error:
            return Verdict(unchecked=f"no process can be started to check it ({error.strerror})")
        verdict = _TOO_LONG
        with anyio.move_on_after(WAIT_SECONDS):
            verdict = await _ask(judge, schema, value)
        await _put_back(judge)
        return verdict


def _take() -> _Judge:
    while _idle:
        if (judge := _idle.pop()).alive:
            return judge
        judge.end()
    return _Judge()


async def _ask(judge: _Judge, schema: Any, value: Any) -> Verdict:
    try:
        return await anyio.to_thread.run_sync(judge.ask, schema, value, abandon_on_cancel=True)
    except BaseException:
        await _end(judge)
        raise


async def _put_back(judge: _Judge) -> None:
    wanted = len(_idle) < _KEPT or _turns.statistics().tasks_waiting
    if judge.alive and wanted:
        _idle.append(judge)
    else:
        await _end(judge)


async def _end(judge: _Judge) -> None:
    # The kernel may need a while to take its memory back.
    with anyio.CancelScope(shield=True):
        await anyio.to_thread.run_sync(judge.end)


@atexit.register
def _end_all() -> None:
    while _idle:
        _idle.pop().end()
