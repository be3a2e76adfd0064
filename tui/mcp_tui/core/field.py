"""Field: one value that a JSON Schema asks for, as a form shows it. Its parts are made when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from mcp_tui.core.limits import limits, placeholder
from mcp_tui.core.refs import Spec, mapping, merge, plain, sequence, without_null
from mcp_tui.core.text import clean

Kind = Literal[
    "string", "number", "integer", "boolean", "enum", "strings", "object", "list", "map", "choice", "json"
]

GROUPS: tuple[Kind, ...] = ("object", "list", "map", "choice")
"""The kinds that are made of other fields."""

_SCALARS: tuple[Kind, ...] = ("string", "number", "integer", "boolean")
_MOST_VARIANTS = 100
_NAME = 200


class Field(msgspec.Struct, frozen=True):
    """One value of a form.

    kind: ``strings`` is an array of strings (a line each), ``object`` has members, ``list`` and ``map`` have items,
    ``choice`` is one of several variants, ``json`` is anything that a form has no widget for.
    choices: the values of an ``enum``, in the schema's order; labels: what the schema calls them, or "".
    default: the value the schema suggests, or UNSET.
    limits: what the schema allows beyond the kind, in words ("above 0, at most 3600"), or empty.
    placeholder: what a value may look like.
    spec: its schema, without references; root: the schema that references lead into.
    """

    name: str
    kind: Kind
    required: bool = False
    title: str = ""
    description: str = ""
    choices: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    default: Any = msgspec.UNSET
    limits: str = ""
    placeholder: str = ""
    spec: Spec = {}
    root: Spec = {}

    @property
    def safe_name(self) -> str:
        """The name as it may be shown; ``name`` itself is what the server is to be sent."""
        return clean(self.name, _NAME)

    @property
    def label(self) -> str:
        """What the form calls the field."""
        return self.title or self.safe_name


def field_of(spec: Any, root: Spec, name: str = "", *, required: bool = True) -> Field:
    """The field for one schema; ``root`` is what its references lead into."""
    given = plain(spec, root)
    made, nullable = without_null(given)
    made = plain(made, root)
    if nullable and required:
        made = {"anyOf": [_without_words(made), {"type": "null"}]}
    kind, choices, labels = _kind(made)
    return Field(
        name=name,
        kind=kind,
        required=required,
        title=clean(str(given.get("title") or made.get("title") or "")),
        description=clean(str(given.get("description") or made.get("description") or "")),
        choices=choices,
        labels=labels,
        default=given.get("default", made.get("default", msgspec.UNSET)),
        limits=limits(made),
        placeholder=placeholder(made),
        spec=made,
        root=root,
    )


def members(field: Field) -> tuple[Field, ...]:
    """The values of an ``object``, required ones first, otherwise in the schema's order."""
    properties = mapping(field.spec.get("properties"))
    required = {name for name in sequence(field.spec.get("required")) if isinstance(name, str)}
    made = [field_of(spec, field.root, name, required=name in required) for name, spec in properties.items()]
    return tuple(sorted(made, key=lambda member: not member.required))


def item(field: Field) -> Field:
    """What each item of a ``list``, or each value of a ``map``, is."""
    return field_of(field.spec["items" if field.kind == "list" else "additionalProperties"], field.root)


def variants(field: Field) -> tuple[Field, ...]:
    """What a ``choice`` is between, each with a title."""
    made = [field_of(spec, field.root, required=True) for spec in _variant_specs(field)]
    _, branches = _alternatives(field.spec)
    names = [_variant_title(branch, each) for branch, each in zip(branches, made, strict=True)]
    return tuple(msgspec.structs.replace(each, title=name) for each, name in zip(made, names, strict=True))


def _alternatives(spec: Spec) -> tuple[str, list[Any]]:
    """The keyword that leaves a choice, and what it is between."""
    for key in ("oneOf", "anyOf"):
        if branches := sequence(spec.get(key)):
            return key, branches[:_MOST_VARIANTS]
    return "type", [{"type": kind} for kind in sequence(spec.get("type"))]


def _variant_specs(field: Field) -> Iterable[Spec]:
    """Each variant together with what they all have in common; only JSON where they cannot be put together."""
    key, branches = _alternatives(field.spec)
    around = {name: value for name, value in _without_words(field.spec).items() if name != key}
    for branch in branches:
        yield merge(around, plain(branch, field.root)) or {}


def _variant_title(branch: Any, variant: Field) -> str:
    """What to call a variant: its title, what it refers to, the constants it needs, what it requires, its kind."""
    if variant.title:
        return variant.title
    constants = [each.choices[0] for each in _constants(variant)]
    if constants:
        return clean(", ".join(map(_words, constants)), _NAME)
    if isinstance(ref := mapping(branch).get("$ref"), str) and (name := ref.rpartition("/")[2]):
        return clean(name, _NAME)
    if variant.kind == "enum":
        return clean(" or ".join(map(_words, variant.choices)), _NAME)
    required = [name for name in sequence(mapping(branch).get("required")) if isinstance(name, str)]
    return clean(f"with {', '.join(required)}", _NAME) if required else variant.kind


def _constants(variant: Field) -> list[Field]:
    if variant.kind != "object":
        return []
    return [each for each in members(variant) if each.kind == "enum" and len(each.choices) == 1 and each.required]


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _without_words(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key not in ("title", "description", "default")}


def _kind(spec: Spec) -> tuple[Kind, tuple[Any, ...], tuple[str, ...]]:
    if "$ref" in spec or "allOf" in spec:
        return "json", (), ()
    if choices := sequence(spec.get("enum")):
        names = sequence(spec.get("enumNames"))
        return (
            "enum",
            tuple(choices),
            tuple(clean(str(name)) for name in names) if len(names) == len(choices) else (),
        )
    if "const" in spec:
        return "enum", (spec["const"],), ()
    _, branches = _alternatives(spec)
    if len(branches) > 1:
        constants = [mapping(branch) for branch in branches]
        if all("const" in branch for branch in constants):
            titles = tuple(clean(str(branch.get("title") or "")) for branch in constants)
            return "enum", tuple(branch["const"] for branch in constants), titles
        return "choice", (), ()
    return _kind_of_type(spec), (None,) if spec.get("type") == "null" else (), ()


def _kind_of_type(spec: Spec) -> Kind:
    match spec.get("type", "object" if mapping(spec.get("properties")) else None):
        case "string" | "number" | "integer" | "boolean" as scalar:
            return _SCALARS[_SCALARS.index(scalar)]
        case "null":
            return "enum"
        case "array" if isinstance(spec.get("items"), dict) and not spec.get("prefixItems"):
            return "strings" if _is_text(mapping(spec["items"])) else "list"
        case "object" if mapping(spec.get("properties")):
            return "object"
        case "object" if isinstance(spec.get("additionalProperties"), dict):
            return "map"
        case _:
            return "json"


def _is_text(items: Spec) -> bool:
    """Whether nothing but text is asked for, so that a line each will do."""
    return items.get("type") == "string" and not {"enum", "const", "oneOf", "anyOf", "allOf", "$ref"} & items.keys()
