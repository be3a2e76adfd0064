"""Answer: what the SDK gets of a message that is not ours alone, where the server sent it as no SDK would read it.

The SDK ends a call over one message that it cannot parse, and takes the answer to another request for its own.
Here a message is mended where it can be, replaced by an error where its request would else wait for ever, or kept
away. Source: JSON-RPC 2.0; MCP specification, basic, "Messages".
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

import msgspec
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR, REQUEST_TIMEOUT

from mcp_tui.core.awaited import Awaited
from mcp_tui.core.text import clean

MAX_ANSWER = 1024 * 1024 - 64
"""Bytes of one message on a stream that the SDK takes; it ends a whole SSE session over a longer one."""

FAILED_EXCHANGE = -32_070
"""The JSON-RPC error code of an exchange that the guard answered for; its ``data`` says whether it was sent."""

UNREADABLE = "unreadable message: "
"""How a line about a message begins that is no JSON object."""

_NOT_THEIRS = (CONNECTION_CLOSED, REQUEST_TIMEOUT, FAILED_EXCHANGE)
"""Error codes by which the SDK, and the guard, say that there was no answer; from a server they are an answer."""

_ID = re.compile(rb'"id"\s*:\s*([0-9]{1,18}|"[^"\\]{1,100}")')
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_JSON = (msgspec.MsgspecError, ValueError, RecursionError)


class Mended(msgspec.Struct, frozen=True):
    """What becomes of a message.

    passed: what the SDK gets: the message, mended or not, an error in its place, or None for nothing.
    remark: what there is to say about it, or nothing.
    """

    passed: bytes | None
    remark: str = ""


def failure(asked: bytes, text: str, *, sent: bool = True) -> bytes:
    """An error answer to the request whose id is ``asked``, as JSON text."""
    error = {"code": FAILED_EXCHANGE, "message": text, "data": {"sent": sent}}
    return msgspec.json.encode({"jsonrpc": "2.0", "id": msgspec.Raw(asked or b"null"), "error": error})


def mend(message: bytes, awaited: Awaited | None = None, *, longest: int = MAX_ANSWER) -> Mended:
    """Look at a message for the SDK; ``awaited``: the requests that it may answer, where they are known."""
    value, strict = _read(message)
    if value is None:
        return Mended(_unread(message, awaited), UNREADABLE + _excerpt(message))
    if "method" in value:
        return _said_unasked(message, value, strict)
    return _answer(message, value, strict, awaited, longest)


def _unread(message: bytes, awaited: Awaited | None) -> bytes | None:
    """The error in place of an answer that cannot be read, where it can be told whose it was."""
    found = _ID.search(message)
    method = message.find(b'"method"')
    # What names a method first is a notification, and an id in it one of its own.
    if found is None or 0 <= method < found.start():
        return None
    # The first id in the text may be one in the result.
    owner = found[1] if awaited is None else awaited.take(found[1].strip(b'"').decode()) or awaited.take(None)
    return failure(owner, "the answer cannot be read") if owner else None


def _said_unasked(message: bytes, value: dict[str, Any], strict: bool) -> Mended:
    """A request or a notification of the server."""
    named = isinstance(value["method"], str)
    if not named or not isinstance(value.get("params") or {}, dict):
        # A notification with odd parameters has been shown for what it is.
        return Mended(None, "" if named and "id" not in value else f"no message of MCP: {_excerpt(message)}")
    return Mended(message if strict and value.get("jsonrpc") == "2.0" else _dump({**value, "jsonrpc": "2.0"}))


def _answer(message: bytes, value: dict[str, Any], strict: bool, awaited: Awaited | None, longest: int) -> Mended:
    given = value.get("id")
    if given is None and "result" not in value and "error" not in value:
        return Mended(None, UNREADABLE + _excerpt(message))
    if awaited is None:
        owner = b"" if given is None else msgspec.json.encode(given)
    elif not (owner := awaited.take(given)):
        return Mended(None, f"an answer to no open request: {_excerpt(message)}")
    if "error" not in value and not isinstance(value.get("result"), dict):
        passed = failure(owner, "the answer cannot be read") if owner else None
        return Mended(passed, UNREADABLE + _excerpt(message))
    if len(message) > longest:
        text = f"the answer of {len(message):,} bytes is larger than {longest:,} bytes"
        return Mended(failure(owner, text), text)
    if strict and given is not None and value.get("jsonrpc") == "2.0" and _is_plain(value.get("error", _NO_ERROR)):
        return Mended(message)
    if "error" in value and not _is_error(value["error"]):
        value["error"] = {"code": INTERNAL_ERROR, "message": _excerpt(_dump(value["error"]))}
    elif "error" in value:
        value["error"]["code"] = INTERNAL_ERROR if value["error"]["code"] in _NOT_THEIRS else value["error"]["code"]
    return Mended(_dump({**value, "jsonrpc": "2.0", "id": json.loads(owner or b"null")}))


_NO_ERROR: dict[str, Any] = {"code": 0, "message": ""}


def _is_error(error: object) -> bool:
    fields = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
    return isinstance(fields.get("code"), int) and isinstance(fields.get("message"), str)


def _is_plain(error: dict[str, Any]) -> bool:
    """Whether an error can be passed as it is."""
    return _is_error(error) and error["code"] not in _NOT_THEIRS


def _read(message: bytes) -> tuple[dict[str, Any] | None, bool]:
    """The message and whether it is strict JSON; None where it is none, or no object."""
    try:
        value: Any = msgspec.json.decode(message)
        strict = True
    except _NOT_JSON:
        strict = False
        try:
            # NaN, lone surrogates, bytes that are no UTF-8: what can be read of them.
            value = json.loads(message.decode("utf-8", "replace"))
        except _NOT_JSON:
            value = None
    return (cast("dict[str, Any]", value) if isinstance(value, dict) else None), strict


def _dump(value: Any) -> bytes:
    """JSON that the SDK can read, a lone surrogate replaced. (It takes NaN, as json writes it.)"""
    return _SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)).encode()


def _excerpt(message: bytes) -> str:
    return clean(message.decode("utf-8", "replace"), 200)
