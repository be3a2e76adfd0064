"""Values to the text of a form field and back, without a value ever changing on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from mcp_tui.core.field import Field
from mcp_tui.core.fitting import same
from mcp_tui.core.schema import ArgumentError, loads, parse, show
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.json_text import editable

UNSET = msgspec.UNSET


def prepared(field: Field, value: Any) -> tuple[Field, str]:
    """The field to edit ``value`` with, and its text.

    That is the field itself where its text would mean ``value`` again and is safe to show. Any other value (a
    default of the wrong type, a text with line ends or control characters) is edited as JSON.
    """
    if value is UNSET:
        return field, ""
    text = _text(field, value)
    # Nothing is what an empty editor means, and never a value.
    if text and _means(field, text, value):
        return field, text
    return msgspec.structs.replace(field, kind="json"), editable(value)


def choice_index(field: Field, value: Any) -> int | None:
    """Which of an enum's choices ``value`` is."""
    return next((index for index, choice in enumerate(field.choices) if same(choice, value)), None)


def read_object(text: str) -> dict[str, Any]:
    """All arguments from JSON text. Raises ArgumentError."""
    try:
        value = loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ArgumentError("arguments", f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ArgumentError("arguments", "not a JSON object: the arguments stand between { and }")
    return cast("dict[str, Any]", value)


def starting_value(field: Field, initial: Mapping[str, Any] | None) -> Any:
    """What a field starts with: what ``initial`` says, or the default where there are no initial arguments.

    A default of null says that the argument may be left out, and so it is. What can only be one thing is that.
    """
    if initial is not None:
        return initial.get(field.name, UNSET)
    if field.required and field.kind == "enum" and len(field.choices) == 1:
        return field.choices[0]
    return UNSET if field.default is None else field.default


def _text(field: Field, value: Any) -> str | None:
    """A text that may mean ``value``, or None where only JSON will do."""
    if field.kind == "json":
        return editable(value)
    if field.kind == "strings" and isinstance(value, list):
        lines = "\n".join(map(str, cast("list[Any]", value)))
        return lines if _safe(lines.replace("\n", " ")) else None
    text = show(value)
    return text if _safe(text) else None


def _safe(text: str) -> bool:
    return clean(text, len(text) + 1) == text


def _means(field: Field, text: str, value: Any) -> bool:
    try:
        return same(parse(field, text), value)
    except (ArgumentError, TypeError):
        return False
