"""Shared: what the connections of one hub have in common."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mcp_tui.core.calls import CallBook
from mcp_tui.core.inbox import Inbox
from mcp_tui.core.store import EventStore
from mcp_tui.core.wire import Wire


class Shared(msgspec.Struct, frozen=True):
    """Where every connection enters what it hears.

    changed: tells the front ends that a server's status is another.
    """

    store: EventStore
    book: CallBook
    inbox: Inbox
    wire: Wire
    changed: Callable[[], None]
