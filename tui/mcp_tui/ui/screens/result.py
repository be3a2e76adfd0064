"""ResultScreen: one call in full, while it runs and after."""

from __future__ import annotations

import json
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, CallState, Result
from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.call_actions import CallActions
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.call_line import COLORS, GLYPHS, elapsed, name_of, outcome, said
from mcp_tui.ui.widgets.json_text import LARGE, block, highlighted, json_content, same
from mcp_tui.ui.widgets.lines import plural
from mcp_tui.ui.widgets.sections import Fact, Facts, Section

LOST = "The connection ended before the answer came. The tool may have run; look before you run it again."


class ResultScreen(ReadingScreen, CallActions):
    """Call ``number`` of the hub: outcome, arguments, result, and the answer word for word."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("calls.copy_as", "calls.edit", "calls.again")]

    def __init__(self, hub: Hub, number: int) -> None:
        super().__init__()
        self.hub = hub
        self._call = next((call for call in hub.calls if call.number == number), None)
        self.number = number

    @property
    def chosen_call(self) -> int | None:
        """This one."""
        return self.number

    @property
    def heading(self) -> str:
        """The call's number and name."""
        return f"#{self.number} {name_of(self._call)}" if self._call else f"#{self.number}"

    def page(self) -> ComposeResult:
        """The outcome first, what the server sent word for word last."""
        yield Facts(id="facts")
        yield Section("Error", id="error", classes="-bad")
        yield Section("Problem with the result", id="problem", classes="-odd")
        yield Section("Result", id="text")
        yield Section("Structured content", id="structured")
        yield Section("Arguments", id="arguments")
        yield Section("As the server sent it", id="raw")

    def on_mount(self) -> None:
        """Show the call."""
        self._show()

    def refresh_status(self) -> None:
        """Show the call as it stands now. Costs nothing once the call has ended."""
        call = next((call for call in self.hub.calls if call.number == self.number), self._call)
        if call != self._call or (call is not None and not call.state.final):
            self._call = call
            self._show()

    def _show(self) -> None:
        call = self._call
        if call is None:
            self.query_one("#error", Section).show("This call has been dismissed.")
            return
        self.query_one(Facts).show(facts(call, self.hub.now()))
        shown = json.dumps(call.arguments, indent=2, ensure_ascii=False) if call.arguments else "no arguments"
        self.query_one("#arguments", Section).show(highlighted(block(shown)) if call.arguments else shown)
        self.query_one("#error", Section).show(error_of(call))
        if call.result is not None:
            self._show_result(call.result)

    def _show_result(self, result: Result) -> None:
        text = self.query_one("#text", Section)
        text.set_class(result.is_error, "-bad")
        text.retitle("What the tool answered" if result.is_error else "Result")
        # Servers say structured content again as text, for older clients; once is enough for a reader.
        again = bool(result.structured) and same(result.text, result.structured or "")
        text.show("" if again else block(result.text) or Content.styled("no text", "$muted"))
        self.query_one("#problem", Section).show(clean(result.problem))
        self._show_json(("#structured", result.structured or ""), ("#raw", result.raw))

    def _show_json(self, *parts: tuple[str, str]) -> None:
        """Show JSON texts in their sections; large ones in a frame each, so that no key waits for all of them."""
        (section, text), *rest = parts
        self.query_one(section, Section).show(json_content(text))
        if rest and len(text) > LARGE:
            self.call_after_refresh(self._show_json, *rest)
        elif rest:
            self._show_json(*rest)

    def copied(self) -> tuple[str, str]:
        """The result as JSON, or what there is instead of it."""
        call = self._call
        if call is None:
            return "", ""
        if call.result is not None:
            return call.result.raw or call.result.text, "the result"
        if call.error:
            return call.error, "the error"
        return json.dumps(call.arguments, ensure_ascii=False), "the arguments"


def facts(call: Call, now: float) -> list[Fact]:
    """What stands above the texts."""
    words = outcome(call) if call.state is CallState.LOST else call.state.value
    return [
        ("outcome", Content.styled(f"{GLYPHS[call.state]} {words}", f"bold {COLORS[call.state]}")),
        ("elapsed", elapsed(call, now)),
        ("progress", said(call.progress)),
        ("events", plural(call.events, "event") if call.events else ""),
    ]


def error_of(call: Call) -> str:
    """Why there is no good result, if there is none; nothing where the answer itself says so."""
    if call.result is not None and _says(call.result.text, call.error):
        return ""
    if call.state is CallState.LOST:
        return "\n".join(filter(None, (clean(call.error), LOST)))
    return clean(call.error)


def _says(text: str, error: str) -> bool:
    """Whether ``error`` is ``text`` in one line, or its beginning."""
    return clean(text, 500) == error or clean(text) == error
