"""Pulse: when the screen takes in what has happened."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

from mcp_tui.ui.feed import Feed

FRAME = 1 / 30
"""Seconds between two flushes while events keep coming."""


class Pulse:
    """Calls ``flush`` after the feed or its store has changed: at once when idle, else every ``period`` seconds.

    ``flush`` returns after how many seconds it wants to be called again even if nothing changes (elapsed
    times move), or None. With None and nothing new there is no timer at all: an idle screen never wakes.
    """

    def __init__(
        self, pump: MessagePump, feed: Feed, flush: Callable[[], float | None], *, period: float = FRAME
    ) -> None:
        self._pump = pump
        self._period = period
        self._feed = feed
        self._flush = flush
        self._dirty = False
        self._resting: Timer | None = None
        self._tick: Timer | None = None
        self._unsubscribe: tuple[Callable[[], None], ...] = ()
        self.flushes = 0

    @property
    def flushed(self) -> bool:
        """Whether everything that has happened is on the screen."""
        return not self._dirty

    @property
    def idle(self) -> bool:
        """Whether nothing is scheduled."""
        return not self._dirty and self._resting is None and self._tick is None

    def start(self) -> None:
        """Listen, and flush once."""
        self._unsubscribe = (self._feed.store.subscribe(self.wake), self._feed.subscribe(self.wake))
        self.wake()

    def stop(self) -> None:
        """Listen no more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = ()
        for timer in (self._resting, self._tick):
            if timer is not None:
                timer.stop()

    def wake(self) -> None:
        """Something has changed. Runs once for every event."""
        if self._dirty:
            return
        self._dirty = True
        if self._resting is None:
            self._pump.call_later(self._beat)

    def _beat(self) -> None:
        if self._tick is not None:
            self._tick.stop()
            self._tick = None
        self._dirty = False
        self.flushes += 1
        again = self._flush()
        self._resting = self._pump.set_timer(self._period, self._rested, name="pulse")
        if again is not None:
            self._tick = self._pump.set_timer(again, self._ticked, name="tick")

    def _rested(self) -> None:
        self._resting = None
        if self._dirty:
            self._beat()

    def _ticked(self) -> None:
        self._tick = None
        self.wake()
