"""What a JSON Schema allows beyond a type, in words."""

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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
