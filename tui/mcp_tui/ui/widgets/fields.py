"""FieldRow: one argument of a tool as a form shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, cast

from rich.text import Text
from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, Static, TextArea

from mcp_tui.core.field import Field
from mcp_tui.core.schema import ArgumentError, parse
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.editing import UNSET, choice_index, prepared
from mcp_tui.ui.widgets.value_row import ValueRow, label

NOT_SENT = "not sent"
EMPTY_TEXT = "a value is required (ctrl+j: an empty text can be sent as JSON)"


class YesNo(Checkbox):
    """A checkbox that can be read without its colour."""

    def __init__(self, value: bool) -> None:
        super().__init__(_yes_no(value), value)

    @property
    def _button(self) -> Content:
        return Content("[x]" if self.value else "[ ]")

    @on(Checkbox.Changed)
    def _say(self) -> None:
        self.label = Content(_yes_no(self.value))


class Lines(TextArea):
    """A text of several lines. As in an Input, typing replaces what it starts with."""

    def __init__(self, text: str) -> None:
        super().__init__(text, tab_behavior="focus", highlight_cursor_line=False)
        self._met = False

    def on_focus(self, event: events.Focus) -> None:
        """Select what the user has not seen yet."""
        if not self._met and not event.from_app_focus:
            self._met = True
            self.select_all()


class FieldRow(ValueRow):
    """Label, description, editor and error of one argument.

    value: what the editor starts with, or UNSET.
    """

    DEFAULT_CSS = """
    FieldRow {
        & > Input, & > TextArea, & > Checkbox, & > Select > SelectCurrent {
            border: none;
            border-left: outer $border;
            background: $panel;
            padding: 0 1;
        }
        & > Input { height: 1; &.-invalid { border-left: outer $level-error; } }
        & > TextArea { height: auto; min-height: 3; max-height: 8; }
        & > Checkbox { width: 100%; }
        & > Select > SelectCurrent { height: 1; & Static#label { color: $muted; } }
        & > Select > SelectCurrent.-has-value Static#label { color: $foreground; }
        & .input--placeholder { color: $muted; }
        & > Input:focus, & > TextArea:focus, & > Checkbox:focus, & > Select:focus > SelectCurrent {
            border: none;
            border-left: outer $primary;
            background: $block-cursor-background;
            background-tint: transparent;
        }
        &.-invalid > Input, &.-invalid > TextArea, &.-invalid > Select > SelectCurrent {
            border-left: outer $level-error;
        }
    }
    """

    def __init__(self, field: Field, value: Any = UNSET) -> None:
        super().__init__(field)
        self._value = value
        self._chosen = _choices(field, value)
        self._as, self._starts_with = (field, "") if self._chosen else prepared(field, value)

    @cached_property
    def editor(self) -> Widget:
        """What the value is edited with, made when it is first asked for."""
        return _editor(self._as, self._starts_with, self._value)

    @property
    def guessed_height(self) -> int:
        """The lines it will take once it is filled, if none of them is too long."""
        several = self._as.kind in ("strings", "json")
        return 1 + bool(self.field.description) + (3 if several else 1)

    def parts(self) -> Iterable[Widget]:
        """Label, description, editor."""
        yield Static(label(self._as), markup=False)
        if self.field.description:
            yield Static(self.field.description, classes="description", markup=False)
        yield self.editor

    @property
    def entry(self) -> Widget:
        """The editor."""
        return self.editor

    @property
    def _touched(self) -> bool:
        """Whether there is an editor, and so perhaps another value than at first."""
        return "editor" in self.__dict__

    @property
    def blank(self) -> bool:
        """Whether nothing has been entered."""
        if not self._chosen:
            return not self._text
        return self._choice is UNSET

    @property
    def _text(self) -> str:
        if not self._touched:
            return self._starts_with
        editor = self.editor
        if isinstance(editor, Input):
            return editor.value
        return editor.text if isinstance(editor, TextArea) else ""

    @property
    def _choice(self) -> Any:
        """What has been chosen, of a field that offers choices."""
        if not self._touched:
            return False if self._value is UNSET and _checked(self.field, self._value) else self._value
        editor = self.editor
        if isinstance(editor, Checkbox):
            return editor.value
        index = cast("Select[int]", editor).selection
        return UNSET if index is None else _choices_of(self.field)[index]

    def value(self) -> Any:
        """What the argument is to be, or UNSET. Raises ArgumentError."""
        if self.blank and self.field.required and self.field.kind != "strings":
            raise ArgumentError(self.field.name, EMPTY_TEXT if self._as.kind == "string" else "a value is required")
        return self._choice if self._chosen else parse(self._as, self._text)

    def read(self, bad: list[ValueRow], *, blanks: bool = False) -> Any:
        """The value, or UNSET."""
        if blanks and self.blank:
            return UNSET
        try:
            value = self.value()
        except ArgumentError as error:
            self.show_error(clean(error.problem))
            bad.append(self)
            return UNSET
        self.show_error("")
        return value

    @property
    def edited(self) -> bool:
        """Whether it has been given another value than it had at first."""
        if not self._touched:
            return False
        if not self._chosen:
            return self._text != self._starts_with
        return self._choice is not self._value and not (self._value is UNSET and self._choice is False)

    def on_descendant_focus(self) -> None:
        """The label is seen together with the editor."""
        self.call_after_refresh(self.scroll_visible, animate=False)


def _choices_of(field: Field) -> tuple[Any, ...]:
    return field.choices if field.kind == "enum" else (True, False)


def _choices(field: Field, value: Any) -> bool:
    """Whether ``value`` can be shown by a widget that offers choices."""
    if field.kind == "boolean":
        return value is UNSET or isinstance(value, bool)
    return field.kind == "enum" and (value is UNSET or choice_index(field, value) is not None)


def _checked(field: Field, value: Any) -> bool:
    """Whether a checkbox will do: where the argument is always sent."""
    return field.kind == "boolean" and (field.required or isinstance(value, bool))


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _editor(field: Field, text: str, value: Any) -> Widget:
    match field.kind:
        case "boolean" if _checked(field, value):
            return YesNo(value is True)
        case "boolean":
            return _select(("yes", "no"), UNSET, optional=True)
        case "enum":
            names = field.labels or ("",) * len(field.choices)
            labels = tuple(map(_choice_label, field.choices, names))
            index = UNSET if value is UNSET else choice_index(field, value)
            return _select(labels, index, optional=not field.required)
        case "strings" | "json":
            return Lines(text)
        case "number" | "integer":
            # No validator: the error at the field says more, and nothing is refused while it is being typed.
            restrict = r"[-+]?\d*" if field.kind == "integer" else r"[-+]?[\d.eE+-]*"
            return Input(text, restrict=restrict, placeholder=field.placeholder)
        case _:
            return Input(text, placeholder=field.placeholder)


def _choice_label(choice: Any, name: str) -> str:
    said = clean(choice if isinstance(choice, str) and choice else json.dumps(choice, ensure_ascii=False))
    return f"{name} ({said})" if name and name != said else said


def _select(labels: tuple[str, ...], index: Any, *, optional: bool) -> Select[int]:
    options = [(Text(label), number) for number, label in enumerate(labels)]
    prompt = NOT_SENT if optional else "choose one"
    return Select(options, prompt=prompt, value=index if isinstance(index, int) else Select.NULL)
