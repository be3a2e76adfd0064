"""Which variant of a choice a value is, as far as its form can tell."""

from __future__ import annotations

import json
from typing import Any, cast

from mcp_tui.core.field import Field, item, members, variants

_STEPS = 2_000
"""Parts looked at for one value; a schema can be made so that there is no end to them."""

_NESTED = 50

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "strings": list,
}


def shows(field: Field, value: Any) -> bool:
    """Whether the form of ``field`` has a place for ``value``; otherwise it can only be shown as JSON."""
    match field.kind:
        case "object" | "map":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list)
        case "choice":
            return variant_of(variants(field), value) is not None
        case _:
            return True


def variant_of(choices: tuple[Field, ...], value: Any) -> int | None:
    """The number of the variant that ``value`` fits best, or None."""
    return _Fitting().best(choices, value, 0)[0]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; 1 and true are two things."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class _Fitting:
    """One search, of a bounded number of steps."""

    def __init__(self) -> None:
        self._left = _STEPS

    def best(self, choices: tuple[Field, ...], value: Any, depth: int) -> tuple[int | None, int | None]:
        """The number of the best variant, and how well it fits."""
        fits = [
            (fit, -number)
            for number, each in enumerate(choices)
            if (fit := self._fit(each, value, depth)) is not None
        ]
        if not fits:
            return None, None
        fit, number = max(fits)
        return -number, fit

    def _fit(self, field: Field, value: Any, depth: int) -> int | None:
        """How well ``value`` fits: the more of it is known the better; None where it does not at all."""
        self._left -= 1
        if self._left < 0 or depth > _NESTED:
            return None
        match field.kind:
            case "json":
                return 0
            case "enum":
                return 1 if any(same(choice, value) for choice in field.choices) else None
            case "choice":
                return self.best(variants(field), value, depth + 1)[1]
            case "object" | "map":
                return (
                    self._fit_object(field, cast("dict[str, Any]", value), depth)
                    if isinstance(value, dict)
                    else None
                )
            case "list":
                return (
                    self._fit_all(item(field), cast("list[Any]", value), depth) if isinstance(value, list) else None
                )
            case kind:
                return self._fit_scalar(kind, value)

    def _fit_scalar(self, kind: str, value: Any) -> int | None:
        if isinstance(value, bool) and kind != "boolean":
            return None
        return 2 if isinstance(value, _TYPES[kind]) else None

    def _fit_all(self, field: Field, values: list[Any], depth: int) -> int | None:
        fits = [self._fit(field, value, depth + 1) for value in values]
        known = [fit for fit in fits if fit is not None]
        return 1 + sum(known) if len(known) == len(fits) else None

    def _fit_object(self, field: Field, value: dict[str, Any], depth: int) -> int | None:
        if field.kind == "map":
            return self._fit_all(item(field), list(value.values()), depth)
        parts = members(field)
        if field.spec.get("additionalProperties") is False and value.keys() - {part.name for part in parts}:
            return None
        fits = [self._fit(part, value[part.name], depth + 1) for part in parts if part.name in value]
        known = [1 + fit for fit in fits if fit is not None]
        missing = sum(part.required and part.name not in value for part in parts)
        return 1 + sum(known) - 10 * missing if len(known) == len(fits) else None
