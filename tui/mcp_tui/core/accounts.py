"""Accounts: where the events of each server have gone. Nothing is lost silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from mcp_tui.core.history import History
from mcp_tui.core.store import EventStore


class Account(msgspec.Struct, frozen=True):
    """The events of one server, in this run.

    received: all of them. held: those in memory, of which ``dropped`` have had to leave it as the oldest.
    written: those in the history so far, or None where none is kept.
    """

    server: str
    received: int
    held: int
    written: int | None

    @property
    def dropped(self) -> int:
        """Events that are no longer in memory."""
        return self.received - self.held


def accounts(store: EventStore, history: History | None, servers: Iterable[str]) -> tuple[Account, ...]:
    """An account for each of ``servers``, then for whoever else has events (mcp-tui itself)."""
    merged = store.merged
    held = Counter(event.server for event in merged.between(merged.first, merged.end))
    names = dict.fromkeys([*servers, *store.by_server])
    return tuple(
        Account(name, store.by_server[name], held[name], history.written_by[name] if history is not None else None)
        for name in names
    )
