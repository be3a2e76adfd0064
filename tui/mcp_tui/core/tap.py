"""The tap: every message of a server, once, raw and in wire order, before the SDK has it.

Log messages and progress are taken out here (the SDK spends 58 microseconds and a task on each, without any
back-pressure); everything else is noted and goes on to the SDK untouched. Over HTTP the tap sits in the guard,
on the bytes; over stdio it wraps the transport's read stream.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol, cast

import msgspec

from mcp_tui.core.answer import MAX_ANSWER, UNREADABLE, mend
from mcp_tui.core.awaited import Awaited
from mcp_tui.core.events import CONNECTION, MESSAGE, OWN_KINDS, PROGRESS, Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.params import NOT_AS_EXPECTED, Params, line_of, number, read, summary
from mcp_tui.core.status import Progress
from mcp_tui.core.text import clean
from mcp_tui.core.wire import Wire

current_call: ContextVar[int | None] = ContextVar("current_call", default=None)
"""The call in whose context a request is sent, and so its response stream read (streamable HTTP)."""

DEFAULT_ROUTING: Mapping[str, Level] = {
    PROGRESS: Level.DEBUG,
    "cancelled": Level.WARNING,
    "tools/list_changed": Level.NOTICE,
    "prompts/list_changed": Level.NOTICE,
    "resources/list_changed": Level.NOTICE,
    "resources/updated": Level.INFO,
    "subscriptions/acknowledged": Level.DEBUG,
}
"""The level of notifications that carry none; of any other, ``notice``."""

_PREFIX = "notifications/"


class Listener(Protocol):
    """Whoever the tap tells: the connection."""

    async def heard(self) -> None:
        """A chunk or message came in; returns once there is room for more."""
        ...

    def event(self, draft: Draft) -> None:
        """A notification became an event."""
        ...

    def progress(self, call: int, progress: Progress) -> None:
        """A call has got this far."""
        ...

    def call_of(self, token: str | int | None) -> int | None:
        """The call with this progress token; without a token, the only call in flight; else None."""
        ...


class _Frame(msgspec.Struct):
    method: str | msgspec.UnsetType = msgspec.UNSET
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    params: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Message(msgspec.Struct):
    """A log message as the specification has it, read in one go."""

    params: Params
    method: str = ""
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_LOG_MESSAGE = _PREFIX + MESSAGE
_LOG_MESSAGE_NAME = f'"{_LOG_MESSAGE}"'.encode()

_decode_message = msgspec.json.Decoder(_Message).decode
_decode_frame = msgspec.json.Decoder(_Frame).decode


class Tap:
    """Turns the notifications of one server into events.

    guesses: whether a message without a progress token belongs to the only call in flight (SSE and stdio, where
        nothing else tells; over streamable HTTP the response stream does).
    longest: bytes of an answer that the SDK takes over this transport. wire: records every message, while it is on.
    """

    def __init__(
        self,
        server: str,
        listener: Listener,
        routing: Mapping[str, Level],
        *,
        guesses: bool = False,
        longest: int = MAX_ANSWER,
        wire: Wire | None = None,
    ) -> None:
        self.server = server
        self.listener = listener
        self.guesses = guesses
        self.wire = wire or Wire()
        self._longest = longest
        self._routing = {**DEFAULT_ROUTING, **routing}

    def take(self, message: bytes, call: int | None = None) -> bool:
        """Note one JSON-RPC message; True when it is ours alone and the SDK need not see it.

        ``call`` is the call on whose response stream it came, where that is known.
        """
        if self.wire.on:
            self.wire.message(self.server, message, sent=False, call=call)
        if b'"method"' not in message:
            return False
        try:
            return self._take_message(message, call) or self._take(message, call)
        except (RecursionError, ValueError):
            # Nested too deep, or a number too long, for any reader: this costs one message, not the stream.
            self.unreadable(message.decode("utf-8", "replace"), call)
            return False

    def _take_message(self, message: bytes, call: int | None) -> bool:
        """Note a log message that is as it should be; nearly every message of a flood is one."""
        if _LOG_MESSAGE_NAME not in message:
            return False
        try:
            frame = _decode_message(message)
        except NOT_AS_EXPECTED:
            return False
        if frame.method != _LOG_MESSAGE or frame.id is not msgspec.UNSET:
            return False
        self._message(frame.params, call)
        return True

    def _take(self, message: bytes, call: int | None) -> bool:
        try:
            frame = _decode_frame(message)
        except NOT_AS_EXPECTED:
            return self._take_odd(message, call)
        asks = frame.id is not msgspec.UNSET and bytes(frame.id) != b"null"
        if asks or not isinstance(frame.method, str):
            return False
        params = b"{}" if frame.params is msgspec.UNSET else bytes(frame.params)
        return self.take_notification(frame.method, params, call)

    def take_notification(self, method: str, params: bytes, call: int | None = None) -> bool:
        """Note one notification, its ``params`` as JSON text; True when the SDK need not see it."""
        kind = method.removeprefix(_PREFIX)
        if kind in OWN_KINDS:
            # What only mcp-tui itself says is not to be said by a server.
            kind = method
        if kind not in (MESSAGE, PROGRESS):
            self._other(kind, params, call)
            return False
        if kind == MESSAGE:
            self._message(read(params), call)
        else:
            self._progress(read(params), params, call)
        return True

    def rest(self, message: bytes, call: int | None = None, awaited: Awaited | None = None) -> bytes | None:
        """What the SDK gets of a message that ``take`` left to it; ``awaited``: the requests it may answer."""
        mended = mend(message, awaited, longest=self._longest)
        noted = b'"method"' in message and mended.remark.startswith(UNREADABLE)
        if mended.remark and not noted:
            self.listener.event(Draft(self.server, Level.ERROR, CONNECTION, mended.remark, None, call))
        return mended.passed

    def unreadable(self, excerpt: str, call: int | None = None) -> None:
        """Note that the server sent something that is no JSON-RPC message."""
        text = f"{UNREADABLE}{clean(excerpt, 200)}"
        self.listener.event(Draft(self.server, Level.ERROR, CONNECTION, text, None, call))

    def _message(self, fields: Params, call: int | None) -> None:
        if call is None and self.guesses:
            call = self.listener.call_of(None)
        level = Level.parse(fields.level)
        data = None if fields.data is msgspec.UNSET else str(fields.data, "utf-8", "replace")
        text = "(no data)" if data is None else line_of(data)
        if level is None:
            named = "no level" if fields.level is msgspec.UNSET else f"level {clean(str(fields.level), 40)!r}"
            text, level = f"({named}) {text}", Level.NOTICE
        logger = clean(fields.logger, 120) if fields.logger else None
        self.listener.event(Draft(self.server, level, MESSAGE, text, logger, call, data))

    def _progress(self, fields: Params, params: bytes, call: int | None) -> None:
        owner = self.listener.call_of(fields.progress_token) if fields.progress_token is not None else None
        call = owner if owner is not None else call
        done = number(fields.progress) or 0.0
        progress = Progress(done, fields.total, clean(fields.message or ""))
        if call is not None and not math.isnan(done):
            self.listener.progress(call, progress)
        text = show_progress(progress)
        data = params.decode("utf-8", "replace")
        self.listener.event(Draft(self.server, self._routing[PROGRESS], PROGRESS, text, None, call, data))

    def _other(self, kind: str, params: bytes, call: int | None) -> None:
        """A notification that mcp-tui has no reading of; the SDK may have."""
        level = self._routing.get(kind, Level.NOTICE)
        data = params.decode("utf-8", "replace")
        name = clean(kind, 80) or "(no method)"
        self.listener.event(Draft(self.server, level, name, summary(name, params), None, call, data))

    def _take_odd(self, message: bytes, call: int | None) -> bool:
        """A message that is not strict JSON of the usual shape: read as far as it goes."""
        try:
            value = json.loads(message.decode("utf-8", "replace"))
        except ValueError:
            self.unreadable(message.decode("utf-8", "replace"), call)
            return False
        if not isinstance(value, dict):
            # A batch, say, which the protocol knew for one revision only (2025-03-26).
            self.unreadable(message.decode("utf-8", "replace"), call)
            return False
        if "id" in value:
            return False
        frame = cast("dict[str, Any]", value)
        method = frame.get("method")
        if not isinstance(method, str):
            return False
        return self.take_notification(method, json.dumps(frame.get("params", {})).encode(), call)


def show_progress(progress: Progress) -> str:
    """One line: ``3/5 · Reading`` or ``3 · Reading`` where the total is not known."""
    amount = _amount(progress.progress) + (f"/{_amount(progress.total)}" if progress.total is not None else "")
    return f"{amount} · {progress.message}" if progress.message else amount


def _amount(number: float) -> str:
    """A number without the digits of which nobody has any use."""
    return f"{number:.10g}" if number == int(number if math.isfinite(number) else 0) else f"{number:.3g}"
