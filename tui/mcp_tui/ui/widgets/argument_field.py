"""ArgumentField: one argument of a prompt, or variable of a template: a text, with suggestions of the server."""

from __future__ import annotations

from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from mcp_tui.core.offers import Completion
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.suggestions import Suggestions


class Argument(NamedTuple):
    """What is to be filled in. The name is as the server sent it, label and description are cleaned."""

    name: str
    label: str
    description: str = ""
    required: bool = False


class ArgumentField(Vertical):
    """Label, description, input, suggestions and what is wrong."""

    DEFAULT_CSS = """
    ArgumentField {
        height: auto;
        margin: 0 0 1 0;
        & > .description { color: $muted; }
        & > .problem { color: $level-error; display: none; }
        & > .problem.-shown { display: block; }
        & > .problem.-mild { color: $muted; }
        & > Input { border: none; border-left: outer $border; background: $panel; padding: 0 1; height: 1; }
        & > Input:focus {
            border: none;
            border-left: outer $primary;
            background: $block-cursor-background;
            background-tint: transparent;
        }
        &.-invalid > Input { border-left: outer $level-error; }
    }
    """

    class Typed(Message):
        """The value of ``field`` has changed, or is about to: it has got the focus."""

        def __init__(self, field: ArgumentField, *, changed: bool) -> None:
            super().__init__()
            self.field = field
            self.changed = changed

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.argument = argument
        self._input = Input()
        self._suggestions = Suggestions()
        self._taken: str | None = None

    def compose(self) -> ComposeResult:
        """One below the other; the suggestions lie over what follows."""
        star = ("*", "bold $level-warning") if self.argument.required else ""
        yield Static(Content.assemble((self.argument.label, "bold"), star), classes="label", markup=False)
        if self.argument.description:
            yield Static(block(self.argument.description, 2000), classes="description", markup=False)
        yield self._input
        yield self._suggestions
        yield Static("", classes="problem", markup=False)

    @property
    def value(self) -> str:
        """What has been typed."""
        return self._input.value

    @property
    def wants_suggestions(self) -> bool:
        """Whether the user is at it, and has not just taken a suggestion."""
        return self._input.has_focus and self.value != self._taken

    def focus_input(self) -> None:
        """Begin to type here."""
        self._input.focus()

    def complain(self, problem: str) -> None:
        """Say what is wrong with the value; nothing, for an empty text."""
        self.set_class(bool(problem), "-invalid")
        self._say(f"✖ {problem}" if problem else "")

    def _say(self, text: str, *, mild: bool = False) -> None:
        said = self.query_one(".problem", Static)
        said.update(Content(clean(text)))
        said.set_class(bool(text), "-shown").set_class(mild, "-mild")

    # Suggestions

    def suggest(self, completion: Completion) -> None:
        """Show what the server suggests."""
        self._suggestions.offer(completion, self.value)

    def no_suggestions(self, why: str) -> None:
        """Say why there are none."""
        self._suggestions.hide()
        self._say(f"no suggestions: {why}", mild=True)

    @property
    def suggesting(self) -> bool:
        """Whether suggestions are in sight."""
        return self._suggestions.display

    def hide_suggestions(self) -> None:
        """No longer."""
        self._suggestions.hide()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")
        self.post_message(self.Typed(self, changed=True))

    def on_descendant_focus(self) -> None:
        """What may stand here is of interest now."""
        self.post_message(self.Typed(self, changed=False))

    def on_descendant_blur(self) -> None:
        """And now no more."""
        self._suggestions.hide()

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the suggestions, although the cursor is in the input."""
        steps = {"down": 1, "up": -1}
        if event.key in steps and self.suggesting:
            self._suggestions.action_cursor(steps[event.key])
            event.stop()
            event.prevent_default()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter takes the suggestion that the arrows have gone to; else it is the form's."""
        if (value := self._suggestions.chosen) is not None:
            event.stop()
            self._take(value)

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self._take(event.key)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()

    def _take(self, value: str) -> None:
        self._taken = value
        self._input.value = value
        self._input.cursor_position = len(value)
        self._suggestions.hide()
