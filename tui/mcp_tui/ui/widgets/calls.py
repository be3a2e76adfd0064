"""The calls of this run, at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call
from mcp_tui.ui.actions import bindings
from mcp_tui.ui.widgets.call_line import BUTTON, call_line, widest_name
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row


class CallsPanel(RowList):
    """A line for every call that has not been dismissed, the newest last. Hidden while there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("calls")]

    DEFAULT_CSS = """
    CallsPanel {
        height: auto;
        max-height: 8;
        display: none;
        &.-any { display: block; }
    }
    """

    class Opened(Message):
        """The user wants to see call ``number`` in full."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, hub: Hub, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hub = hub
        self._title = ""
        self._newest = 0

    def on_mount(self) -> None:
        """Show what is known already."""
        self.refresh_calls()

    @property
    def selected(self) -> int | None:
        """The number of the call under the cursor."""
        return int(self.key) if self.key is not None else None

    @property
    def has_running(self) -> bool:
        """Whether any call still runs: its elapsed time moves, so the panel wants to be refreshed."""
        return any(not call.state.final for call in self._hub.calls)

    def refresh_calls(self) -> None:
        """Show the calls as they stand now. A new one is seen, and has the cursor unless the user is there."""
        calls = self._hub.calls
        self.set_class(bool(calls), "-any")
        elsewhere = self.highlighted is None or not self.has_focus
        self.refresh_rows()
        if calls and calls[-1].number > self._newest:
            self._newest = calls[-1].number
            if elsewhere:
                self.highlighted = len(calls) - 1
            # The panel may grow with it: there is nothing to scroll before that.
            self.call_after_refresh(self.scroll_end, animate=False, immediate=True)
        self._retitle(calls)

    def select_newest(self) -> None:
        """Put the cursor on the newest call that runs, or else on the newest."""
        numbers = [call.number for call in self._hub.calls if not call.state.final]
        numbers = numbers or [call.number for call in self._hub.calls]
        if numbers:
            self.select_key(str(numbers[-1]))

    def build(self, width: int) -> Sequence[Row]:
        """The rows."""
        calls, now = self._hub.calls, self._hub.now()
        names = widest_name(calls, width)
        draw = partial(call_line, width=width, name_width=names, now=now)
        return [Row(str(call.number), partial(draw, call)) for call in calls]

    def _retitle(self, calls: tuple[Call, ...]) -> None:
        running = sum(not call.state.final for call in calls)
        counts = (f"{running} running", f"{len(calls) - running} ended")
        title = " · ".join(["Calls", *(part for part in counts if not part.startswith("0 "))])
        if title != self._title:
            self._title = title
            self.border_title = Content(title)

    def action_open_call(self) -> None:
        """Show the selected call in full."""
        if self.selected is not None:
            self.post_message(self.Opened(self.selected))

    def action_cancel_call(self) -> None:
        """Cancel the selected call, or take an ended one off the list."""
        call = next((call for call in self._hub.calls if call.number == self.selected), None)
        if call is None:
            return
        if call.state.final:
            self._hub.dismiss(call.number)
        else:
            self._hub.cancel(call.number)
        self.refresh_calls()

    def action_dismiss_ended(self) -> None:
        """Take every ended call off the list."""
        for call in self._hub.calls:
            if call.state.final:
                self._hub.dismiss(call.number)
        self.refresh_calls()

    async def _on_click(self, event: events.Click) -> None:
        await super()._on_click(event)
        offset = event.get_content_offset(self)
        if (
            self.row_under(event) is not None
            and offset is not None
            and offset.x >= self.scrollable_content_region.width - BUTTON
        ):
            self.action_cancel_call()

    @on(RowList.Chosen)
    def _row_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_open_call()

    @on(RowList.Moved)
    def _row_moved(self, event: RowList.Moved) -> None:
        event.stop()
