"""What a JSON Schema allows beyond a type, in words."""

from __future__ import annotations

import json
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

_LOOKS = {
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:30:00Z",
    "time": "09:30:00Z",
    "email": "name@example.com",
    "uri": "https://example.com/",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}


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


def placeholder(spec: dict[str, Any]) -> str:
    """What a value may look like: the schema's own example, or one of its format; empty where there is none."""
    examples = spec.get("examples")
    for example in examples[:1] if isinstance(examples, list) else ():  # pyright: ignore[reportUnknownVariableType]
        return clean(example if isinstance(example, str) else json.dumps(example), 80)
    form = spec.get("format")
    return _LOOKS.get(form, "") if isinstance(form, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
