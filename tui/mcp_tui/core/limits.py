"""What a JSON Schema allows beyond a type: in words, and as a check of arguments before they are sent."""

from __future__ import annotations

from typing import Any

from mcp_tui.core.text import clean

_PHRASES = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "above {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "below {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
)


def limits(spec: dict[str, Any]) -> str:
    """The limits of one argument, e.g. ``above 0, at most 3600``; empty where the schema sets none."""
    found = [phrase.format(f"{spec[key]:,}") for key, phrase in _PHRASES if _is_number(spec.get(key))]
    if isinstance(form := spec.get("format"), str):
        found.append(f"a {clean(form, 40)}")
    if isinstance(pattern := spec.get("pattern"), str):
        found.append(f"matching {clean(pattern, 80)}")
    if isinstance(items := spec.get("items"), dict) and (each := limits(items)):  # pyright: ignore[reportUnknownArgumentType]
        found.append(f"each {each}")
    return ", ".join(found)


def problems(schema: dict[str, Any], arguments: dict[str, Any]) -> dict[str, str]:
    """What is wrong with ``arguments``, by the argument ("" for all of them together); empty when they are right.

    Source: JSON Schema 2020-12. A remote ``$ref`` is never fetched; a schema that cannot be used finds nothing
    wrong, since the server has the last word anyway.
    """
    from jsonschema import Draft202012Validator
    from referencing import Registry

    found: dict[str, str] = {}
    validator: Any = Draft202012Validator(schema, registry=Registry())
    try:
        errors = list(validator.iter_errors(arguments))
    # Schemas come from servers, and each way in which one is broken has an exception of its own.
    except Exception:  # noqa: BLE001
        return {}
    for error in errors:
        missing = _missing(error)
        field = str(error.path[0]) if error.path else missing
        found.setdefault(field, "a value is required" if missing else clean(error.message, 200))
    return found


def _missing(error: Any) -> str:
    """The argument that is missing, where that is what an error of all of them together says."""
    if error.path or error.validator != "required":
        return ""
    return next((name for name in error.validator_value if name not in error.instance), "")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
