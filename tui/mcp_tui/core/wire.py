"""Wire: the JSON-RPC messages of every server, both ways, as events of a log of their own.

Off until somebody looks, and then costs nothing. Source: JSON-RPC 2.0; MCP specification, basic, "Messages".
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from mcp_tui.core.events import Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.redact import Redactor
from mcp_tui.core.store import EventStore
from mcp_tui.core.text import clean

REQUEST, RESPONSE, NOTIFICATION, UNREADABLE, HTTP = "request", "response", "notification", "unreadable", "http"
RECORDING = "recording"
"""The kinds of its events; the last one is that of where it begins and ends to record."""

TOLD = frozenset({REQUEST, RESPONSE, NOTIFICATION, HTTP, RECORDING})
"""Those that an event's text tells by itself: by its arrow, by what stands beside the method."""

MAX_OPEN = 10_000
"""Requests whose answers are waited for; of more, the oldest are forgotten."""

_SHOWN = 2_000


class _Head(msgspec.Struct):
    method: str | None = None
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    params: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_decode = msgspec.json.Decoder(_Head).decode


class Wire:
    """Records while it is ``on``. store: what it has recorded, or None where it never was on.

    since: seconds since the epoch from which on it has recorded, but for pauses, which its log shows.
    messages: how many it has seen; beside them the log has the HTTP exchanges. ``now`` is the clock of its events.
    An event's text begins with an arrow, ``→`` for what mcp-tui sent; its data is the whole message. That of an
    answer says how long it took.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        redact: Redactor | None = None,
    ) -> None:
        self.on = False
        self.store: EventStore | None = None
        self.since: float | None = None
        self.messages = 0
        self._now = now
        self._clock = clock
        self._redact = redact
        self._open: dict[tuple[str, bool, bytes], tuple[str, float]] = {}

    def switch(self, on: bool) -> None:
        """Begin to record, or end it; what was recorded stays, and shows where there is a gap."""
        if on == self.on:
            return
        self.on = on
        self._open.clear()
        text = "recording begins" if on else "recording ends"
        marker = self._log().append(Draft("mcp-tui", Level.NOTICE, RECORDING, text))
        self.since = self.since or marker.time

    def record(self) -> EventStore:
        """Record from now on, at the latest; the store."""
        self.switch(on=True)
        return self._log()

    def message(self, server: str, message: bytes, *, sent: bool, call: int | None = None) -> None:
        """Record one message."""
        self.messages += 1
        try:
            head = _decode(message)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            head = None
        arrow = "→" if sent else "←"
        if head is None or (head.method is None and head.id is msgspec.UNSET):
            self._enter(server, Level.ERROR, UNREADABLE, f"{arrow} {_excerpt(message)}", call, message)
        elif head.method is None:
            self._answer(server, head, message, sent, call)
        else:
            kind = NOTIFICATION if head.id is msgspec.UNSET else REQUEST
            if isinstance(head.id, msgspec.Raw):
                self._await((server, sent, bytes(head.id)), head.method)
            text = f"{arrow} {head.method}{_number(head)} {_rest(head.params)}".rstrip()
            self._enter(server, Level.DEBUG if kind is NOTIFICATION else Level.INFO, kind, text, call, message)

    def exchange(self, server: str, text: str, *, failed: bool, call: int | None = None) -> None:
        """Record what happened on the level of HTTP: method, status, headers without secrets."""
        self._enter(server, Level.WARNING if failed else Level.DEBUG, HTTP, text, call, b"")

    def _log(self) -> EventStore:
        if self.store is None:
            self.store = EventStore(clock=self._now, redact=self._redact)
        return self.store

    def _answer(self, server: str, head: _Head, message: bytes, sent: bool, call: int | None) -> None:
        given = bytes(head.id) if isinstance(head.id, msgspec.Raw) else b""
        method, asked = self._open.pop((server, not sent, given), ("", None))
        took = "" if asked is None else f" {(self._clock() - asked) * 1000:,.1f} ms"
        refused = head.error is not msgspec.UNSET
        rest = _rest(head.error if refused else head.result)
        said = f"{method or 'answer'}{_number(head)}{took}"
        text = f"{'→' if sent else '←'} {said}{' error' if refused else ''} {rest}".rstrip()
        self._enter(server, Level.ERROR if refused else Level.INFO, RESPONSE, text, call, message)

    def _await(self, key: tuple[str, bool, bytes], method: str) -> None:
        self._open[key] = (clean(method, 80), self._clock())
        if len(self._open) > MAX_OPEN:
            del self._open[next(iter(self._open))]

    def _enter(self, server: str, level: Level, kind: str, text: str, call: int | None, message: bytes) -> None:
        if self.store is not None:
            data = message.decode("utf-8", "replace") or None
            self.store.append(Draft(server, level, kind, clean(text), None, call, data))


def _number(head: _Head) -> str:
    return f" {_excerpt(bytes(head.id))}" if isinstance(head.id, msgspec.Raw) else ""


def _rest(raw: msgspec.Raw | msgspec.UnsetType) -> str:
    return "" if raw is msgspec.UNSET else _excerpt(bytes(raw))


def _excerpt(message: bytes) -> str:
    return message[:_SHOWN].decode("utf-8", "replace")
