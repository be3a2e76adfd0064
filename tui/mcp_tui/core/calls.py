"""The calls of this run: numbers, progress, outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import anyio
import msgspec

from mcp_tui.core.levels import Level
from mcp_tui.core.redact import Redactor
from mcp_tui.core.status import Call, CallState, Progress, Result

TOKEN_PREFIX = "mcp-tui-"  # noqa: S105 - a progress token is no secret

_LONGEST_NUMBER = 16
"""Digits from which on a token is none of ours; ``int`` refuses very long ones with an error."""


def token(number: int) -> str:
    """The progress token of a call; it comes back in each of its progress notifications."""
    return f"{TOKEN_PREFIX}{number}"


def outcome_level(state: CallState) -> Level:
    """The level of the event that says how a call ended."""
    if state is CallState.CANCELLED:
        return Level.NOTICE
    return Level.DEBUG if state is CallState.FINISHED else Level.ERROR


class _End:
    """The end of one call, for those who wait for it."""

    def __init__(self) -> None:
        self.reached = anyio.Event()
        self.call: Call | None = None


class CallBook:
    """Every call of this run. The connections write it, the front ends read it.

    ``changed`` is told of every change, ``ended`` of each call that has come to its end, once.
    """

    def __init__(
        self,
        changed: Callable[[], None],
        ended: Callable[[Call], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        redact: Redactor | None = None,
    ) -> None:
        self._redact = redact or Redactor()
        self._clock = clock
        self._changed = changed
        self._on_end = ended
        self._calls: dict[int, Call] = {}
        self._ends: dict[int, _End] = {}
        self._last = 0

    def open(self, server: str, tool: str, arguments: dict[str, Any]) -> int:
        """Enter a new call, running from now; its number."""
        self._last += 1
        call = Call(self._last, server, tool, arguments, CallState.RUNNING, self._clock())
        self._calls[call.number] = call
        self._ends[call.number] = _End()
        self._changed()
        return call.number

    def get(self, number: int) -> Call | None:
        """The call, or None when there is no such call (or it was dismissed)."""
        return self._calls.get(number)

    @property
    def all(self) -> tuple[Call, ...]:
        """The calls that were not dismissed, oldest first."""
        return tuple(self._calls.values())

    def call_of(self, server: str, progress_token: str | int | None) -> int | None:
        """The call a message belongs to, by its token, or because it is the only one in flight."""
        if progress_token is None:
            running = [call.number for call in self._calls.values() if self._runs_on(call, server)]
            return running[0] if len(running) == 1 else None
        prefix, _, text = str(progress_token).rpartition("-")
        known = f"{prefix}-" == TOKEN_PREFIX and text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
        call = self._calls.get(int(text)) if known else None
        return call.number if call is not None and call.server == server else None

    def progress(self, number: int, progress: Progress) -> None:
        """Note the newest progress of a call."""
        self._update(number, progress=self._redact.value(progress))

    def count_event(self, number: int) -> None:
        """Note that one more event belongs to a call."""
        if (call := self._calls.get(number)) is not None:
            self._update(number, events=call.events + 1)

    def cancelling(self, number: int) -> None:
        """Note that a call is asked to end, unless it has."""
        call = self._calls.get(number)
        if call is not None and not call.state.final:
            self._update(number, state=CallState.CANCELLING)

    def end(self, number: int, state: CallState, *, result: Result | None = None, error: str = "") -> None:
        """Give a call its outcome; the first one counts."""
        call = self._calls.get(number)
        if call is None or call.state.final:
            return
        result, error = self._redact.value(result), self._redact.text(error)
        self._update(number, state=state, result=result, error=error, ended=self._clock())
        end = self._ends[number]
        end.call = self._calls[number]
        self._on_end(end.call)
        end.reached.set()

    async def wait(self, number: int) -> Call:
        """The call, once it has come to its end; whoever waits gets it even where it is dismissed meanwhile."""
        end = self._ends[number]
        await end.reached.wait()
        return end.call or self._calls[number]

    def dismiss(self, number: int) -> None:
        """Forget a call that has ended."""
        call = self._calls.get(number)
        if call is not None and call.state.final:
            del self._calls[number], self._ends[number]
            self._changed()

    def _update(self, number: int, **changes: Any) -> None:
        if (call := self._calls.get(number)) is not None:
            self._calls[number] = msgspec.structs.replace(call, **changes)
            self._changed()

    @staticmethod
    def _runs_on(call: Call, server: str) -> bool:
        return call.server == server and not call.state.final
