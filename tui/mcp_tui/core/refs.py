"""JSON Schemas made plain: local references followed, ``allOf`` merged, null set aside."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote

Spec = dict[str, Any]
"""A JSON Schema, or a part of one, as it was sent."""

_FOLLOWED = 32
"""References followed from one place, and parts of ``allOf`` merged into it; beyond, it is left as it is."""

_ADDED = ("properties", "$defs", "definitions")
_ABOUT = ("title", "description", "default", "examples", "$comment", "$schema", "$id")


def plain(spec: Any, root: Spec) -> Spec:
    """``spec`` without ``$ref`` and ``allOf`` where that can be; what cannot be resolved stands there still.

    A reference leads to a place in ``root``, and never anywhere else.
    """
    made = mapping(spec)
    for _ in range(_FOLLOWED):
        if "$ref" in made:
            target = _target(made["$ref"], root)
            rest = {key: value for key, value in made.items() if key != "$ref"}
            merged = None if target is None else merge(target, rest)
        elif parts := sequence(made.get("allOf")):
            # One after the other: all at once, parts that refer to each other would double with each step.
            rest = {key: value for key, value in made.items() if key != "allOf"}
            part = _without_ref(mapping(parts[0]), root)
            new = {key: value for key, value in part.items() if not (key in _ABOUT and key in rest)}
            merged = merge({**rest, "allOf": parts[1:]} if parts[1:] else rest, new)
        else:
            return made
        if merged is None:
            return made
        made = merged
    return made


def merge(one: Spec, other: Spec) -> Spec | None:
    """A schema that asks what both ask, or None where that takes more than putting them together.

    What ``other`` says in words goes before what ``one`` says.
    """
    made = dict(one)
    for key, value in other.items():
        if key not in made or key in _ABOUT or made[key] == value:
            made[key] = value
        elif key == "required":
            made[key] = [
                *sequence(made[key]),
                *(name for name in sequence(value) if name not in sequence(made[key])),
            ]
        elif key in _ADDED:
            if (both := _merged_values(mapping(made[key]), mapping(value))) is None:
                return None
            made[key] = both
        elif key == "allOf":
            made[key] = [*sequence(made[key]), *sequence(value)]
        else:
            return None
    return made


def without_null(spec: Spec) -> tuple[Spec, bool]:
    """``spec`` once null is no longer an alternative, and whether it was."""
    for key in ("anyOf", "oneOf"):
        branches = [mapping(branch) for branch in sequence(spec.get(key))]
        rest = [branch for branch in branches if branch.get("type") != "null"]
        if len(rest) < len(branches) and rest:
            around = {name: value for name, value in spec.items() if name != key}
            made = merge(rest[0], around) if len(rest) == 1 else {**around, key: rest}
            return (spec, False) if made is None else (made, True)
    kinds = spec.get("type")
    named = [kind for kind in sequence(kinds) if kind != "null"]
    if named and len(named) < len(sequence(kinds)):
        return {**spec, "type": named[0] if len(named) == 1 else named}, True
    return (spec, True) if spec.get("nullable") is True else (spec, False)


def mapping(value: Any) -> Spec:
    """``value`` where it is an object, otherwise an empty one."""
    return cast("Spec", value) if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """``value`` where it is an array, otherwise an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _merged_values(one: Spec, other: Spec) -> Spec | None:
    both = {name: merge(mapping(one[name]), mapping(other[name])) for name in one.keys() & other.keys()}
    return None if None in both.values() else {**one, **other, **both}


def _without_ref(part: Spec, root: Spec) -> Spec:
    target = _target(part["$ref"], root) if len(part) == 1 and "$ref" in part else None
    return part if target is None else target


def _target(ref: Any, root: Spec) -> Spec | None:
    """What a JSON Pointer from the root leads to. Source: RFC 6901."""
    if not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
        return None
    found: Any = root
    for step in ref.split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdecimal() and int(name) < len(sequence(found)):
            found = sequence(found)[int(name)]
        elif name in mapping(found):
            found = mapping(found)[name]
        else:
            return None
    return mapping(found) if isinstance(found, dict) else None
