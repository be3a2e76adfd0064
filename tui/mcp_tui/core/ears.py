"""Ears: what the tap hears of one server, entered where it belongs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

import anyio

from mcp_tui.core.answer import MAX_ANSWER
from mcp_tui.core.calls import CallBook
from mcp_tui.core.events import Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.sse import MAX_EVENT
from mcp_tui.core.status import Progress
from mcp_tui.core.store import EventStore
from mcp_tui.core.tap import Listener, Tap
from mcp_tui.core.wire import Wire
from mcp_tui.settings import ServerSettings

_TOLD = frozenset({"tools/list_changed", "prompts/list_changed", "resources/list_changed", "resources/updated"})
"""The notifications after which there is something to be done."""


class Hearer(Protocol):
    """The session, as far as it cares for what is heard."""

    def alive(self, call: int) -> None:
        """A sign of life of a call."""
        ...

    def told(self, notification: str, params: str) -> None:
        """The server said that a list or a resource changed."""
        ...


class Ears:
    """The Listener of one server's tap.

    session: the session there is, if any.
    """

    def __init__(self, server: str, store: EventStore, book: CallBook) -> None:
        self.session: Hearer | None = None
        self._server = server
        self._store = store
        self._book = book
        self._heard_at = 0.0

    def quiet_for(self) -> float:
        """Seconds since anything was last heard; nothing is while the store takes no more, which is our doing."""
        return 0.0 if self._store.full else time.monotonic() - self._heard_at

    async def heard(self) -> None:
        """Note that the server lives; wait where the store cannot keep up, which slows the server down."""
        self._heard_at = time.monotonic()
        if self._store.full:
            await self._store.room()
        else:
            await anyio.lowlevel.checkpoint()

    def event(self, draft: Draft) -> None:
        """Enter an event of this server."""
        self._store.append(draft)
        if draft.call is not None:
            self._book.count_event(draft.call)
            if self.session is not None:
                self.session.alive(draft.call)
        if draft.kind in _TOLD and self.session is not None:
            self.session.told(draft.kind, draft.data or "")

    def progress(self, call: int, progress: Progress) -> None:
        """Note how far a call has got."""
        self._book.progress(call, progress)

    def call_of(self, token: str | int | None) -> int | None:
        """The call with this progress token, or the only one in flight."""
        return self._book.call_of(self._server, token)


def tap_for(settings: ServerSettings, ears: Listener, routing: Mapping[str, Level], wire: Wire) -> Tap:
    """The tap of a server, by its transport."""
    guesses = settings.transport != "streamable-http"
    longest = MAX_ANSWER if settings.transport == "sse" else MAX_EVENT
    return Tap(settings.name, ears, routing, guesses=guesses, longest=longest, wire=wire)
