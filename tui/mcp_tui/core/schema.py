"""JSON Schema to form fields, and text to arguments."""

from __future__ import annotations

import json
from typing import Any, Literal, cast

import msgspec

from mcp_tui.core.limits import limits
from mcp_tui.core.text import clean
from mcp_tui.errors import ExitCode, McpTuiError

Kind = Literal["string", "number", "integer", "boolean", "enum", "strings", "json"]


class ArgumentError(McpTuiError):
    """One argument's text is not what its schema asks for."""

    exit_code = ExitCode.USAGE

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{clean(field, 200)}: {message}")
        self.field = field
        self.problem = message


class Field(msgspec.Struct, frozen=True):
    """One argument of a tool, as a form shows it.

    kind: ``strings`` is an array of strings (a line each), ``json`` anything that a form has no widget for.
    choices: the values of an ``enum``, in the schema's order.
    default: the value the schema suggests, or UNSET.
    limits: what the schema allows beyond the kind, in words ("above 0, at most 3600"), or empty.
    """

    name: str
    kind: Kind
    required: bool = False
    title: str = ""
    description: str = ""
    choices: tuple[Any, ...] = ()
    default: Any = msgspec.UNSET
    limits: str = ""

    @property
    def safe_name(self) -> str:
        """The name as it may be shown; ``name`` itself is what the server is to be sent."""
        return clean(self.name, 200)

    @property
    def label(self) -> str:
        """What the form calls the field."""
        return self.title or self.safe_name


def fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    """The arguments a tool's ``inputSchema`` names, required ones first, otherwise in its order."""
    properties = _mapping(schema.get("properties"))
    required = {name for name in _sequence(schema.get("required")) if isinstance(name, str)}
    made = [_field(name, _mapping(spec), name in required) for name, spec in properties.items()]
    return tuple(sorted(made, key=lambda field: not field.required))


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
    return _PARSERS[field.kind](field, text)


def arguments(schema: dict[str, Any], pairs: dict[str, str]) -> dict[str, Any]:
    """Arguments from ``KEY=VALUE`` texts, each read as its schema says.

    A key the schema does not name is read as JSON where it is JSON, otherwise as a string. Raises ArgumentError.
    """
    known = {field.name: field for field in fields(schema)}
    parsed: dict[str, Any] = {}
    for name, text in pairs.items():
        field = known.get(name)
        value = _loose(text) if field is None else parse(field, text)
        if value is not msgspec.UNSET:
            parsed[name] = value
    return parsed


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


def _field(name: str, spec: dict[str, Any], required: bool) -> Field:
    kind, choices = _kind(spec)
    return Field(
        name=name,
        kind=kind,
        required=required,
        title=clean(str(spec.get("title") or "")),
        description=clean(str(spec.get("description") or "")),
        choices=choices,
        default=spec.get("default", msgspec.UNSET),
        limits=limits(_without_null(spec)),
    )


def _kind(spec: dict[str, Any]) -> tuple[Kind, tuple[Any, ...]]:
    spec = _without_null(spec)
    if isinstance(spec.get("enum"), list) and spec["enum"]:
        return "enum", tuple(spec["enum"])
    match spec.get("type"):
        case "string":
            return "string", ()
        case "number":
            return "number", ()
        case "integer":
            return "integer", ()
        case "boolean":
            return "boolean", ()
        case "array" if _mapping(spec.get("items")).get("type") == "string":
            return "strings", ()
        case _:
            return "json", ()


def _without_null(spec: dict[str, Any]) -> dict[str, Any]:
    """``spec``, or what is left of it once null is no longer an alternative."""
    for key in ("anyOf", "oneOf"):
        branches = [_mapping(branch) for branch in _sequence(spec.get(key))]
        rest = [branch for branch in branches if branch.get("type") != "null"]
        if len(rest) == 1:
            return rest[0]
    kinds = spec.get("type")
    if isinstance(kinds, list):
        named = [kind for kind in cast("list[Any]", kinds) if kind != "null"]
        if len(named) == 1:
            return {**spec, "type": named[0]}
    return spec


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


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


_PARSERS = {"integer": _integer, "number": _number, "boolean": _boolean, "enum": _enum, "json": _json}
