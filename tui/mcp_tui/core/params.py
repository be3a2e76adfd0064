"""Params: what a notification says, read as far as it can be read."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any, cast

import msgspec

from mcp_tui.core.text import clean

NOT_AS_EXPECTED = (msgspec.MsgspecError, UnicodeDecodeError)
"""What msgspec raises for bytes that are not the JSON that was asked for."""


class Params(msgspec.Struct):
    """Of a log message or of progress; what is not there is unset or None."""

    level: str | msgspec.UnsetType = msgspec.UNSET
    logger: str | None = None
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    progress_token: str | int | None = msgspec.field(default=None, name="progressToken")
    progress: float | msgspec.UnsetType = msgspec.UNSET
    total: float | None = None
    message: str | None = None


class _Data(msgspec.Struct):
    data: msgspec.Raw


_decode_params = msgspec.json.Decoder(Params).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_data = msgspec.json.Decoder(_Data).decode


def read(params: bytes) -> Params:
    """The ``params`` of a log message or of progress, as JSON text."""
    try:
        return _decode_params(params)
    except NOT_AS_EXPECTED:
        return _lenient(params)


def line_of(data: str) -> str:
    """The line a pane shows for JSON text: a string as itself, anything else as the JSON it is."""
    if data.startswith('"'):
        return clean(_decoded(data) if "\\" in data else data[1:-1])
    if "\\u" in data:
        with suppress(ValueError, RecursionError):
            return clean(json.dumps(json.loads(data), ensure_ascii=False))
    return clean(data)


def _decoded(data: str) -> str:
    """A string in JSON text as the string it is."""
    try:
        return _decode_text(data)
    except NOT_AS_EXPECTED:
        return str(json.loads(data))


def summary(kind: str, params: bytes) -> str:
    """The line a pane shows for a notification that mcp-tui has no reading of."""
    fields = _loads(params)
    for key in ("uri", "reason", "message"):
        if isinstance(value := fields.get(key), str):
            return f"{kind} {clean(value)}"
    shown = {key: value for key, value in fields.items() if key != "_meta"}
    return f"{kind} {clean(json.dumps(shown, ensure_ascii=False))}" if shown else kind


def _lenient(params: bytes) -> Params:
    """What can be read of params whose fields are not of the types that the specification gives them."""
    fields = _loads(params)
    token = fields.get("progressToken")
    return Params(
        level=str(fields["level"]) if "level" in fields else msgspec.UNSET,
        logger=str(fields["logger"]) if fields.get("logger") else None,
        data=_data(params, fields),
        progress_token=token if isinstance(token, str | int) else None,
        progress=number(fields.get("progress")) or 0.0,
        total=number(fields.get("total")),
        message=str(fields["message"]) if fields.get("message") else None,
    )


def _data(params: bytes, fields: dict[str, Any]) -> msgspec.Raw | msgspec.UnsetType:
    """The data of odd params, as the server wrote it where that can be had; params that are no object are data."""
    if "data" in fields:
        try:
            return _decode_data(params).data
        except NOT_AS_EXPECTED:
            return msgspec.Raw(json.dumps(fields["data"]).encode())
    return msgspec.UNSET if params.lstrip().startswith(b"{") else msgspec.Raw(params)


def number(value: object) -> float | None:
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
