"""Event: one line of the log, and its NDJSON form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from mcp_tui.core.levels import Level

MESSAGE = "message"
PROGRESS = "progress"
CONNECTION = "connection"
CALL = "call"
RESULT = "result"
CHANGES = "changes"
QUESTION = "question"
STDERR = "stderr"
OWN_KINDS = frozenset({CONNECTION, CALL, RESULT, CHANGES, QUESTION, STDERR})
"""The kinds of what mcp-tui itself says; no server can make them up."""
KINDS = frozenset({MESSAGE, PROGRESS, *OWN_KINDS})
"""The kinds whose names are ours."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """What a server sent, or what mcp-tui itself observed, as one line.

    seq: position in this run, from 1, without gaps.
    time: seconds since the epoch, UTC, when it arrived here.
    kind: ``message``, ``progress``, another notification method without its ``notifications/`` prefix, or one
        of our own: ``connection``, ``call``, ``result``, ``changes`` (of a list), ``question``, ``stderr``.
    text: one cleaned line.
    call: the number of the call it belongs to, or None where that is not known.
    data: the JSON text the server sent, untouched and untrusted, or None.
    """

    seq: int
    time: float
    server: str
    level: Level
    kind: str
    text: str
    logger: str | None = None
    call: int | None = None
    data: str | None = None


class Draft(msgspec.Struct, frozen=True, gc=False):
    """An Event that the store has not numbered and dated yet."""

    server: str
    level: Level
    kind: str
    text: str
    logger: str | None = None
    call: int | None = None
    data: str | None = None


def iso_time(seconds: float) -> str:
    """``seconds`` since the epoch as RFC 3339 with microseconds, e.g. ``2026-11-20T09:30:00.123456Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_json(event: Event, *, run: int | None = None) -> bytes:
    """The event as one line of NDJSON, without its line end (the export format); of the history, with its run."""
    return msgspec.json.encode(
        ({} if run is None else {"run": run})
        | {
            "seq": event.seq,
            "time": iso_time(event.time),
            "server": event.server,
            "level": event.level.label,
            "kind": event.kind,
            "logger": event.logger,
            "call": event.call,
            "text": event.text,
            "data": _raw(event.data),
        }
    )


def _raw(data: str | None) -> Any:
    """JSON text to embed as it stands, or as a string where it is not JSON after all."""
    if data is None:
        return None
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return data.encode("utf-8", "replace").decode("utf-8")
    raw = data.encode()
    # One line: a line end between two tokens is no part of the value.
    return msgspec.Raw(msgspec.json.format(raw, indent=-1) if b"\n" in raw or b"\r" in raw else raw)
