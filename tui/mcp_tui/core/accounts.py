"""Accounts: where the events of each server have gone. Nothing is lost silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

import msgspec

from mcp_tui.core.events import Event
from mcp_tui.core.history import History, Tally
from mcp_tui.core.ring import Ring
from mcp_tui.core.store import EventStore
from mcp_tui.core.view import EVERYTHING, Filter, View

_SERVER = attrgetter("server")


class Account(msgspec.Struct, frozen=True):
    """The events of one server in this run.

    ``received == shown + hidden + dropped``: those in memory that pass the filter of the panes, those in memory
    that it keeps out, those that have had to leave memory. Where a history is kept, also
    ``received == written + waiting + lost``: on the disk, on the way there, never to be there.
    """

    server: str
    received: int
    shown: int
    hidden: int
    dropped: int
    written: int = 0
    waiting: int = 0
    lost: int = 0


class Accounts(msgspec.Struct, frozen=True):
    """The accounts of all servers, as of one moment.

    kept: whether there is a history; problem: why it loses events.
    gone: events dropped from memory that are not in the history either, or not yet.
    """

    servers: tuple[Account, ...]
    gone: int
    kept: bool
    problem: str

    @property
    def total(self) -> Account:
        """The sum of all."""
        sums = (sum(getattr(account, name) for account in self.servers) for name in Account.__struct_fields__[1:])
        return Account("all", *sums)


class AccountBook:
    """Counts, each time it is asked; ``shown`` is the filter of the panes.

    Counting takes a millisecond or two for each ring of events that is full, so not every frame should ask.
    """

    def __init__(self, store: EventStore, history: History | None, shown: Filter) -> None:
        self._store = store
        self._history = history
        self._held = _Memory(store, EVERYTHING)
        self._shown = _Memory(store, shown) if shown else self._held

    def accounts(self, servers: Iterable[str] = ()) -> Accounts:
        """An account for each of ``servers``, then for whoever else has events (mcp-tui itself)."""
        history = self._history
        tally = history.tally() if history is not None else None
        held = self._held.count()
        shown = held if self._shown is self._held else self._shown.count()
        names = dict.fromkeys([*servers, *self._store.by_server])
        return Accounts(
            tuple(self._account(name, held[name], shown[name], tally) for name in names),
            self._held.missing(tally.last if tally is not None else 0),
            history is not None,
            history.problem if history is not None else "",
        )

    def _account(self, name: str, held: int, shown: int, tally: Tally | None) -> Account:
        received = self._store.by_server[name]
        memory = (shown, held - shown, received - held)
        if tally is None:
            return Account(name, received, *memory)
        written, lost = tally.written[name], tally.lost[name]
        return Account(name, received, *memory, written, received - written - lost, lost)


class _Memory:
    """The events in memory that pass a filter: in the ring of all, in that of its level, or both."""

    def __init__(self, store: EventStore, shown: Filter) -> None:
        self._all = View(store.merged, shown)
        self._levels = tuple(View(ring, shown) for ring in store.by_level)

    def count(self) -> Counter[str]:
        """How many there are, for each server."""
        self._all.advance()
        rows, oldest = self._all.rows, _oldest(self._all.source)
        counts = Counter(map(_SERVER, rows.between(self._all.row_of(oldest), rows.end)))
        for view in self._levels:
            view.advance()
            # Up to where those of all levels begin, which have been counted.
            start, stop = view.row_of(_oldest(view.source)), view.row_of(oldest)
            counts.update(map(_SERVER, view.rows.between(start, stop)))
        return counts

    def missing(self, last: int) -> int:
        """How many events that came after event ``last`` are not there; where nothing is filtered."""
        dropped = self._all.source.first
        held = sum(max(0, view.row_of(dropped + 1) - view.row_of(last + 1)) for view in self._levels)
        return max(0, dropped - last) - held


def _oldest(ring: Ring[Event]) -> int:
    """The number of the oldest event in the ring, where there is one."""
    return ring[ring.first].seq if len(ring) else 0
