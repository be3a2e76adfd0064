"""Catalog: the lists of one server, fetched when there is a session and each time they have changed."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any, Protocol

import anyio
import mcp_types as types
import msgspec
from mcp.client import Client
from mcp.shared.exceptions import MCPError

from mcp_tui.core.content import reason_of
from mcp_tui.core.events import CHANGES
from mcp_tui.core.levels import Level
from mcp_tui.core.listing import KINDS, PROMPTS, RESOURCES, TEMPLATES, TOOLS, Kind, fetch
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean

RELIST_PAUSE = 0.5
"""Seconds between two listings, however often the server says that its lists changed."""

NAMED = 10
"""Entries that a line about a change names, of those that were added, removed and changed each."""

_CHANGED_BY = {
    "tools/list_changed": (TOOLS,),
    "prompts/list_changed": (PROMPTS,),
    "resources/list_changed": (RESOURCES, TEMPLATES),
}


class Owner(Protocol):
    """The connection, as far as the catalog asks and tells."""

    status: ServerStatus

    def note(self, text: str) -> None:
        """Something about this server that a person should be able to read."""
        ...

    def update(self, **changes: Any) -> None:
        """Change the server's status."""
        ...

    def log(self, level: Level, text: str, kind: str) -> None:
        """Enter something that was observed of this server."""
        ...


class Catalog:
    """Keeps the lists in the server's status up to date, and says what they have changed by.

    latency: seconds that the quickest list took, a round trip; None before there is one.
    """

    def __init__(self, client: Client, owner: Owner) -> None:
        self.latency: float | None = None
        self._client = client
        self._owner = owner
        self._stale: set[Kind] = set()
        self._changed = anyio.Event()

    async def fetch_all(self) -> None:
        """Fetch every list that the server declares; one that it no longer declares is empty."""
        for kind in KINDS:
            if kind.name in self._owner.status.listed and kind not in self._declared:
                self._take(kind, ())
        async with anyio.create_task_group() as tasks:
            for kind in self._declared:
                tasks.start_soon(self.fetch, kind)

    async def fetch(self, kind: Kind) -> None:
        """Fetch one list; a malformed entry is left out, and named."""
        started = time.perf_counter()
        try:
            listing = await fetch(self._client.session, kind)
        except MCPError as error:
            # Who has resources often has no templates, which no capability tells apart.
            if not (kind is TEMPLATES and error.code == types.METHOD_NOT_FOUND):
                self._owner.note(f"Its {kind.noun}s cannot be listed: {reason_of(error)}")
            return
        self.latency = min(self.latency or math.inf, time.perf_counter() - started)
        for problem in listing.problems:
            self._owner.note(problem)
        self._take(kind, listing.entries)

    def changed(self, notification: str) -> None:
        """The server said that lists have changed, in the words of the protocol, e.g. ``tools/list_changed``."""
        self._fetch_soon(_CHANGED_BY[notification])

    def missed(self) -> None:
        """The server may have said so unheard."""
        self._fetch_soon(self._declared)

    async def keep(self) -> None:
        """Fetch lists again each time they have changed."""
        while True:
            await self._changed.wait()
            self._changed = anyio.Event()
            stale, self._stale = self._stale, set()
            for kind in KINDS:
                if kind in stale:
                    await self.fetch(kind)
            # A server may say so with every breath, and each time it is asked for its list.
            await anyio.sleep(RELIST_PAUSE)

    def _fetch_soon(self, kinds: Iterable[Kind]) -> None:
        self._stale.update(kinds)
        self._changed.set()

    @property
    def _declared(self) -> list[Kind]:
        declares = self._owner.status.capabilities
        has = {
            TOOLS: declares.tools,
            PROMPTS: declares.prompts,
            RESOURCES: declares.resources,
            TEMPLATES: declares.resources,
        }
        return [kind for kind in KINDS if has[kind]]

    def _take(self, kind: Kind, entries: tuple[msgspec.Struct, ...]) -> None:
        """Enter a list in the status; the first one is no change."""
        known = self._owner.status
        self._owner.update(**{kind.name: entries, "listed": known.listed | {kind.name}})
        # As they stand in the status, before and after, without secrets.
        text = difference(kind, getattr(known, kind.name), getattr(self._owner.status, kind.name))
        if text and kind.name in known.listed:
            self._owner.log(Level.NOTICE, f"{kind.noun}s: {text}", CHANGES)


def difference(kind: Kind, before: Iterable[msgspec.Struct], after: Iterable[msgspec.Struct]) -> str:
    """What a list has changed by, e.g. ``added a, b; removed c; changed d``; empty where it has not."""
    old, new = ({getattr(entry, kind.identity): entry for entry in entries} for entries in (before, after))
    groups = {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in new if name in old and new[name] != old[name]],
    }
    return "; ".join(f"{word} {_named(names)}" for word, names in groups.items() if names)


def _named(names: list[str]) -> str:
    more = [f"{len(names) - NAMED:,} more"] if len(names) > NAMED else []
    return ", ".join([*(clean(name, 80) for name in names[:NAMED]), *more])
