"""Feed: what log panes show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mcp_tui.core.status import ServerStatus
from mcp_tui.core.store import EventStore


class Feed(Protocol):
    """A store of events, and the servers that they are of. The hub is one; the wire, with its servers, another."""

    @property
    def store(self) -> EventStore:
        """The events."""
        ...

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        """The servers, in the order of the configuration."""
        ...

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` when a server has changed; returns the function that ends it."""
        ...
