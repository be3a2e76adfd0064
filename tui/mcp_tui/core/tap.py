"""The tap: every message of a server, once, raw and in wire order, before the SDK has it.

Log messages and progress are taken out here (the SDK spends 58 microseconds and a task on each, without any
back-pressure); everything else is noted and goes on to the SDK untouched. Over HTTP the tap sits in the guard,
on the bytes; over stdio it wraps the transport's read stream.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Protocol, cast

import msgspec

from mcp_tui.core.answer import MAX_ANSWER, UNREADABLE, judge
from mcp_tui.core.awaited import Awaited
from mcp_tui.core.events import CALL, CONNECTION, MESSAGE, PROGRESS, RESULT, STDERR, Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.status import Progress
from mcp_tui.core.text import clean

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

_NOT_AS_EXPECTED = (msgspec.MsgspecError, UnicodeDecodeError)
"""What msgspec raises for bytes that are not the JSON that was asked for."""


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


class _Params(msgspec.Struct):
    level: str | msgspec.UnsetType = msgspec.UNSET
    logger: str | None = None
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    progress_token: str | int | None = msgspec.field(default=None, name="progressToken")
    progress: float | msgspec.UnsetType = msgspec.UNSET
    total: float | None = None
    message: str | None = None


class _Frame(msgspec.Struct):
    method: str | msgspec.UnsetType = msgspec.UNSET
    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    params: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Data(msgspec.Struct):
    data: msgspec.Raw


_decode_frame = msgspec.json.Decoder(_Frame).decode
_decode_params = msgspec.json.Decoder(_Params).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_data = msgspec.json.Decoder(_Data).decode


class Tap:
    """Turns the notifications of one server into events.

    guesses: whether a message without a progress token belongs to the only call in flight (SSE and stdio, where
        nothing else tells; over streamable HTTP the response stream does).
    longest: bytes of an answer that the SDK takes over this transport.
    """

    def __init__(
        self,
        server: str,
        listener: Listener,
        routing: Mapping[str, Level],
        *,
        guesses: bool = False,
        longest: int = MAX_ANSWER,
    ) -> None:
        self.server = server
        self.listener = listener
        self.guesses = guesses
        self._longest = longest
        self._routing = {**DEFAULT_ROUTING, **routing}

    def take(self, message: bytes, call: int | None = None) -> bool:
        """Note one JSON-RPC message; True when it is ours alone and the SDK need not see it.

        ``call`` is the call on whose response stream it came, where that is known.
        """
        if b'"method"' not in message:
            return False
        try:
            return self._take(message, call)
        except (RecursionError, ValueError):
            # Nested too deep, or a number too long, for any reader: this costs one message, not the stream.
            self.unreadable(message.decode("utf-8", "replace"), call)
            return False

    def _take(self, message: bytes, call: int | None) -> bool:
        try:
            frame = _decode_frame(message)
        except _NOT_AS_EXPECTED:
            return self._take_odd(message, call)
        asks = frame.id is not msgspec.UNSET and bytes(frame.id) != b"null"
        if asks or not isinstance(frame.method, str):
            return False
        params = b"{}" if frame.params is msgspec.UNSET else bytes(frame.params)
        return self.take_notification(frame.method, params, call)

    def take_notification(self, method: str, params: bytes, call: int | None = None) -> bool:
        """Note one notification, its ``params`` as JSON text; True when the SDK need not see it."""
        kind = method.removeprefix(_PREFIX)
        if kind in (CONNECTION, CALL, RESULT, STDERR):
            # What only mcp-tui itself says is not to be said by a server.
            kind = method
        if kind not in (MESSAGE, PROGRESS):
            self._other(kind, params, call)
            return False
        try:
            fields = _decode_params(params)
        except _NOT_AS_EXPECTED:
            fields = _lenient(params)
        if kind == MESSAGE:
            self._message(fields, call)
        else:
            self._progress(fields, params, call)
        return True

    def rest(self, message: bytes, call: int | None = None, awaited: Awaited | None = None) -> bytes | None:
        """What the SDK gets of a message that ``take`` left to it; ``awaited``: the requests it may answer."""
        verdict = judge(message, awaited, longest=self._longest)
        noted = b'"method"' in message and verdict.remark.startswith(UNREADABLE)
        if verdict.remark and not noted:
            self.listener.event(Draft(self.server, Level.ERROR, CONNECTION, verdict.remark, None, call))
        return verdict.passed

    def unreadable(self, excerpt: str, call: int | None = None) -> None:
        """Note that the server sent something that is no JSON-RPC message."""
        text = f"{UNREADABLE}{clean(excerpt, 200)}"
        self.listener.event(Draft(self.server, Level.ERROR, CONNECTION, text, None, call))

    def _message(self, fields: _Params, call: int | None) -> None:
        if call is None and self.guesses:
            call = self.listener.call_of(None)
        level = Level.parse(fields.level)
        raw = None if fields.data is msgspec.UNSET else bytes(fields.data)
        text = "(no data)" if raw is None else _text(raw)
        if level is None:
            named = "no level" if fields.level is msgspec.UNSET else f"level {clean(str(fields.level), 40)!r}"
            text, level = f"({named}) {text}", Level.NOTICE
        logger = clean(fields.logger, 120) if fields.logger else None
        data = None if raw is None else raw.decode("utf-8", "replace")
        self.listener.event(Draft(self.server, level, MESSAGE, text, logger, call, data))

    def _progress(self, fields: _Params, params: bytes, call: int | None) -> None:
        owner = self.listener.call_of(fields.progress_token) if fields.progress_token is not None else None
        call = owner if owner is not None else call
        done = _number(fields.progress) or 0.0
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
        self.listener.event(Draft(self.server, level, name, _summary(name, params), None, call, data))

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


def _text(raw: bytes) -> str:
    """The line a pane shows for JSON text: a string as itself, anything else as the JSON it is."""
    if raw.startswith(b'"'):
        try:
            return clean(_decode_text(raw))
        except _NOT_AS_EXPECTED:
            return clean(str(json.loads(raw.decode("utf-8", "replace"))))
    text = raw.decode("utf-8", "replace")
    if "\\u" in text:
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text), ensure_ascii=False)
    return clean(text)


def _summary(kind: str, params: bytes) -> str:
    fields = _loads(params)
    for key in ("uri", "reason", "message"):
        if isinstance(value := fields.get(key), str):
            return f"{kind} {clean(value)}"
    shown = {key: value for key, value in fields.items() if key != "_meta"}
    return f"{kind} {clean(json.dumps(shown, ensure_ascii=False))}" if shown else kind


def _lenient(params: bytes) -> _Params:
    """What can be read of params whose fields are not of the types that the specification gives them."""
    fields = _loads(params)
    token = fields.get("progressToken")
    return _Params(
        level=str(fields["level"]) if "level" in fields else msgspec.UNSET,
        logger=str(fields["logger"]) if fields.get("logger") else None,
        data=_data(params, fields),
        progress_token=token if isinstance(token, str | int) else None,
        progress=_number(fields.get("progress")) or 0.0,
        total=_number(fields.get("total")),
        message=str(fields["message"]) if fields.get("message") else None,
    )


def _data(params: bytes, fields: dict[str, Any]) -> msgspec.Raw | msgspec.UnsetType:
    """The data of odd params, as the server wrote it where that can be had; params that are no object are data."""
    if "data" in fields:
        try:
            return _decode_data(params).data
        except _NOT_AS_EXPECTED:
            return msgspec.Raw(json.dumps(fields["data"]).encode())
    return msgspec.UNSET if params.lstrip().startswith(b"{") else msgspec.Raw(params)


def _number(value: object) -> float | None:
    """A JSON number as a float, infinite where it is too large for one; None where it is no number."""
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _loads(params: bytes) -> dict[str, Any]:
    try:
        value = json.loads(params.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
