"""EventStore: the one owner of the events of this run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from mcp_tui.core.events import KINDS, Draft, Event
from mcp_tui.core.levels import Level
from mcp_tui.core.redact import Redactor
from mcp_tui.core.ring import Ring

CAPACITY = 20_000
"""Events held in memory for each level, and for the merged view."""


BUDGET, LEVEL_BUDGET = 10_000_000, 4_700_000
"""Bytes of events held in memory, about, for the merged view and for each level: few large ones, or many small."""

_FIXED = 200
"""Bytes that an event takes beside its texts."""


class Sink(Protocol):
    """Takes every event once, in order: the history, ``watch``, an export."""

    def put(self, event: Event) -> None:
        """Take one event. Called on the event loop; must not block for long."""
        ...

    @property
    def full(self) -> bool:
        """Whether producers should wait."""
        ...

    async def room(self) -> None:
        """Return once the sink is no longer full."""
        ...

    def close(self) -> None:
        """Finish with what it was given."""
        ...


class EventStore:
    """Numbers events, holds the newest of them and tells the front ends that there is something new.

    budgets: other ones than ``BUDGET`` and ``LEVEL_BUDGET``.
    redact: takes the secrets out of every event, for whatever reads, keeps, shows or prints it.

    Not thread-safe: everything happens on one event loop.
    """

    def __init__(
        self,
        *,
        capacity: int = CAPACITY,
        budgets: tuple[int, int] | None = None,
        clock: Callable[[], float] = time.time,
        sinks: Sequence[Sink] = (),
        redact: Redactor | None = None,
    ) -> None:
        self.redact = redact or Redactor()
        budget, level_budget = budgets or (BUDGET, LEVEL_BUDGET)
        self.merged: Ring[Event] = Ring(capacity, weigh=_weight, budget=budget)
        self.by_level: tuple[Ring[Event], ...] = tuple(
            Ring[Event](capacity, weigh=_weight, budget=level_budget) for _ in Level
        )
        self.by_server: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self._clock = clock
        self._sinks = list(sinks)
        self._wakers: list[Callable[[], None]] = []

    def append(self, draft: Draft) -> Event:
        """Give ``draft`` its number and time, and hand it to rings, sinks and subscribers."""
        level, kind, logger, data = draft.level, draft.kind, draft.logger, draft.data
        redact = self.redact
        masked = None if data is None else redact.json(data)
        # To look through a text that stands in clean data would double what this takes.
        clean = masked is data and _repeats(data, draft.text)
        event = Event(
            self.merged.end + 1,
            self._clock(),
            draft.server,
            level,
            kind if kind in KINDS else redact.text(kind),
            draft.text if clean else redact.text(draft.text),
            None if logger is None else redact.text(logger),
            draft.call,
            masked,
        )
        self.merged.append(event)
        self.by_level[level].append(event)
        self.by_server[draft.server] += 1
        if level >= Level.ERROR:
            self.errors[draft.server] += 1
        for sink in self._sinks:
            sink.put(event)
        for wake in self._wakers:
            wake()
        return event

    def get(self, seq: int) -> Event | None:
        """The event numbered ``seq``, or None once it has left memory (or before it exists)."""
        number = seq - 1
        return self.merged[number] if self.merged.first <= number < self.merged.end else None

    def count(self, level: Level) -> int:
        """How many events of ``level`` this run has seen, those no longer in memory included."""
        return self.by_level[level].end

    def add_sink(self, sink: Sink) -> None:
        """Hand every event from now on to ``sink`` as well."""
        self._sinks.append(sink)

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` after every event, from now until the returned function is called.

        ``wake`` runs once for each event, so it should do no more than note that there is something to do.
        """
        # A new list each time: whoever leaves while being woken takes no wake from the others.
        self._wakers = [*self._wakers, wake]
        return lambda: self._leave(wake)

    def _leave(self, wake: Callable[[], None]) -> None:
        wakers = self._wakers.copy()
        wakers.remove(wake)
        self._wakers = wakers

    @property
    def full(self) -> bool:
        """Whether a sink cannot keep up; whoever reads from a server then waits for ``room``."""
        return any(sink.full for sink in self._sinks)

    async def room(self) -> None:
        """Return once every sink takes events again."""
        for sink in self._sinks:
            if sink.full:
                await sink.room()


def _weight(event: Event) -> int:
    text, data = event.text, event.data
    return _FIXED + _size(text) + (0 if data is None or data is text else _size(data))


def _size(text: str) -> int:
    # Beyond ASCII a character takes two bytes or four, and the same once more as UTF-8, once it has been written.
    return len(text) if text.isascii() else 4 * len(text)


def _repeats(data: str | None, text: str) -> bool:
    """Whether ``text`` stands in ``data`` as it is: the string that it is, or the JSON. None that was cut does."""
    return data is not None and text.isascii() and (text is data or data.startswith(text, 1))
