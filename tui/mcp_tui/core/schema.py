"""The arguments that a JSON Schema names, and text to arguments."""

from __future__ import annotations

import json
from typing import Any, cast

import msgspec

from mcp_tui.core.field import Field, members
from mcp_tui.core.refs import plain
from mcp_tui.core.text import clean
from mcp_tui.errors import ExitCode, McpTuiError


class ArgumentError(McpTuiError):
    """One argument's text is not what its schema asks for."""

    exit_code = ExitCode.USAGE

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{clean(field, 200)}: {message}")
        self.field = field
        self.problem = message


def fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    """The arguments a tool's ``inputSchema`` names, required ones first, otherwise in its order."""
    return members(_whole(schema))


def parse(field: Field, text: str) -> Any:
    """The value that ``text`` means for ``field``; UNSET for an empty text where the argument is optional.

    Raises ArgumentError, with what is allowed.
    """
    if field.kind == "strings":
        return _strings(field, text)
    if not text and field.kind != "string":
        if field.required:
            raise ArgumentError(field.name, "a value is required")
        return msgspec.UNSET
    if field.kind == "string":
        return text if text or field.required else msgspec.UNSET
    return _PARSERS.get(field.kind, _json)(field, text)


def arguments(schema: dict[str, Any], pairs: dict[str, str]) -> dict[str, Any]:
    """Arguments from ``KEY=VALUE`` texts, each read as its schema says.

    ``KEY.SUB`` is a member of an object, unless the schema names that very key. A key the schema does not name is
    read as JSON where it is JSON, otherwise as a string. Raises ArgumentError.
    """
    whole = _whole(schema)
    parsed: dict[str, Any] = {}
    for name, text in pairs.items():
        (*way, last), field = _place(whole, name)
        value = _loose(text) if field is None else parse(field, text)
        if value is not msgspec.UNSET:
            _object_at(parsed, way)[last] = value
    return parsed


def _whole(schema: dict[str, Any]) -> Field:
    return Field("", "object", spec=plain(schema, schema), root=schema)


def _place(field: Field, name: str) -> tuple[tuple[str, ...], Field | None]:
    """The keys that lead to an argument, and what it is, where the schema names it."""
    known = {member.name: member for member in members(field)}
    head, dot, rest = name.partition(".")
    if name in known or not dot or head not in known or known[head].kind != "object":
        return (name,), known.get(name)
    way, found = _place(known[head], rest)
    return (head, *way), found


def _object_at(values: dict[str, Any], way: list[str]) -> dict[str, Any]:
    for name in way:
        inner: object = values.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ArgumentError(name, "it is given a value, and a value for a part of it")
        values = cast("dict[str, Any]", inner)
    return values


def show(value: Any) -> str:
    """The text that ``parse`` reads back as ``value``, for a default in a form."""
    if value is msgspec.UNSET or value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def loads(text: str) -> Any:
    """JSON text as a value. Raises ValueError also for NaN and Infinity, which Python's ``json`` lets pass."""
    return json.loads(text, parse_constant=_no_constant)


def require_json(arguments: dict[str, Any]) -> None:
    """Raise ArgumentError for what JSON has no way to say: NaN, infinity, half of a surrogate pair."""
    for name, value in arguments.items():
        try:
            json.dumps({name: value}, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError as error:
            raise ArgumentError(name, "the text is not valid Unicode and cannot be sent") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise ArgumentError(name, f"this cannot be sent as JSON: {error}") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} cannot be sent: JSON has no such number")


def _strings(field: Field, text: str) -> Any:
    stripped = text.strip()
    if stripped.startswith("["):
        try:
            value = msgspec.json.decode(stripped.encode("utf-8", "replace"), type=list[str])
        except msgspec.MsgspecError as error:
            raise ArgumentError(field.name, f"not a JSON array of strings: {error}") from error
        return value
    if not stripped:
        if field.required:
            raise ArgumentError(field.name, "a value is required (no items at all: [])")
        return msgspec.UNSET
    return text.removesuffix("\n").split("\n")


def _integer(field: Field, text: str) -> Any:
    try:
        return int(text.strip())
    except ValueError as error:
        raise ArgumentError(field.name, f"{text!r} is not a whole number") from error


def _number(field: Field, text: str) -> Any:
    try:
        value = float(text.strip())
    except ValueError as error:
        raise ArgumentError(field.name, f"{text!r} is not a number") from error
    if value != value or value in (float("inf"), float("-inf")):
        raise ArgumentError(field.name, f"{text!r} cannot be sent: JSON has no such number")
    return int(text) if text.strip().lstrip("+-").isdigit() else value


def _boolean(field: Field, text: str) -> Any:
    value = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower())
    if value is None:
        raise ArgumentError(field.name, f"{text!r} is neither true nor false")
    return value


def _enum(field: Field, text: str) -> Any:
    for choice in field.choices:
        if text in (choice, show(choice)):
            return choice
    allowed = ", ".join(show(choice) for choice in field.choices)
    raise ArgumentError(field.name, f"{text!r} is not one of: {allowed}")


def _json(field: Field, text: str) -> Any:
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        raise ArgumentError(field.name, f"not JSON: {error}") from error


def _loose(text: str) -> Any:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        return text


_PARSERS = {"integer": _integer, "number": _number, "boolean": _boolean, "enum": _enum}
