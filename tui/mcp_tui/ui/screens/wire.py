"""WireScreen: the messages between mcp-tui and the servers, both ways, as they go over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from mcp_tui.core.events import Event
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.store import EventStore
from mcp_tui.core.text import clean
from mcp_tui.core.wire import Wire
from mcp_tui.ui.actions import Scope, bindings, keys_of
from mcp_tui.ui.pulse import Pulse
from mcp_tui.ui.rows import clock
from mcp_tui.ui.screens.event import EventScreen, facts
from mcp_tui.ui.screens.pane_actions import PaneActions
from mcp_tui.ui.widgets.json_text import json_content
from mcp_tui.ui.widgets.key_bar import KeyBar
from mcp_tui.ui.widgets.lines import fit, joined, plural
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.panes import Panes
from mcp_tui.ui.widgets.sections import Facts, Section

NOTED = 200
"""Characters of a message's line that stand above the message itself."""

ENDED = "The wire is no longer recorded; what was stays"


class WireFeed:
    """What the panes show: the store of the wire, and the hub's servers."""

    def __init__(self, hub: Hub, store: EventStore) -> None:
        self.store = store
        self._hub = hub

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        """The hub's."""
        return self._hub.servers

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """To the hub's servers."""
        return self._hub.subscribe(wake)


class WireScreen(PaneActions):
    """Records from when it is first opened. Left with ``w`` it goes on, left with ``esc`` or ``q`` it ends.

    store: the wire's. call_tool: opens the choice of a tool over this screen.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("wire"),
        # All levels have one pane here, so there is nothing to zoom.
        *(binding for binding in bindings("pane") if binding.id != "pane.zoom"),
    ]
    DEFAULT_CSS = """
    WireScreen #head { height: 2; background: $panel; padding: 0 1; }
    """

    def __init__(self, hub: Hub, store: EventStore, call_tool: Callable[[], None]) -> None:
        super().__init__()
        self.hub = hub
        self._call_tool = call_tool
        self._feed = WireFeed(hub, store)
        self.pulse = Pulse(self, self._feed, self._flush)

    def compose(self) -> ComposeResult:
        """How things stand, the messages, the keys."""
        yield Static(id="head", markup=False)
        panes = Panes(self._feed)
        panes.narrow = True
        panes[None].border_title = Content("the wire")
        yield panes
        yield KeyBar(self.hub)

    def on_mount(self) -> None:
        """Ready."""
        self.panes.active.focus()
        self.pulse.start()

    def on_unmount(self) -> None:
        """Leave nothing behind in the hub."""
        self.pulse.stop()

    def on_resize(self) -> None:
        """The two lines at the top have as much room as there is."""
        self._say_how_it_stands()

    def _flush(self) -> None:
        self.panes.sync()
        self._say_how_it_stands()

    def _say_how_it_stands(self) -> None:
        room = self.size.width - 2
        lines = [fit(state(self.hub.wire), room), fit(ways_out(self.hub.wire.on), room)]
        self.query_one("#head", Static).update(Content("\n").join(lines))

    @property
    def scope(self) -> Scope:
        """For the help."""
        return "wire"

    @property
    def chosen_server(self) -> str | None:
        """That of the message under the cursor."""
        current = self.panes.active.reader.current
        return current and current.server

    @on(LogPane.Opened)
    def _message_opened(self, message: LogPane.Opened) -> None:
        self.open_event(message.event)

    def open_event(self, event: Event) -> None:
        """One message in full."""
        self.host.push_screen(MessageScreen(event))

    def action_switch_wire(self) -> None:
        """Pause, or go on."""
        self.hub.wire.switch(not self.hub.wire.on)
        self._say_how_it_stands()

    def action_latency(self) -> None:
        """How long the round trips have taken."""
        from mcp_tui.ui.screens.latency import LatencyScreen

        self.host.push_screen(LatencyScreen(self.hub))

    def action_call_tool(self) -> None:
        """Choose a tool and call it, with the wire recorded."""
        self._call_tool()

    def action_keep(self) -> None:
        """Back; what is recorded goes on being recorded."""
        self.dismiss(None)

    def action_close(self) -> None:
        """Back, and record no more."""
        if self.hub.wire.on:
            self.hub.wire.switch(on=False)
            self.host.notify(ENDED, timeout=3)
        self.dismiss(None)

    def action_clear(self) -> None:
        """End search and filters; where there are none, go back."""
        if self.panes.filter or self.panes.active.matches is not None:
            super().action_clear()
        else:
            self.action_close()


class MessageScreen(EventScreen):
    """One message in full, as JSON that can be read and copied."""

    @property
    def heading(self) -> str:
        """What it is."""
        return f"{self.event.kind} {self.event.seq:,}"

    def page(self) -> ComposeResult:
        """When and where, what was noted of it, the message itself."""
        yield Facts(facts(self.event))
        yield Section("Noted", Content(clean(self.event.text, NOTED)))
        if self.event.data is not None:
            yield Section("The message", json_content(self.event.data))

    def copied(self) -> tuple[str, str]:
        """The message, as it went over the wire but for secrets."""
        return self.event.data or self.event.text, "the message"


def state(wire: Wire) -> Content:
    """Whether it records, how much it has, and what it cannot have."""
    since = "" if wire.since is None else f"since {clock(wire.since)}, nothing from before"
    sign = ("● recording", "bold $level-error") if wire.on else ("‖ paused", "bold $level-warning")
    return joined(Content.styled(*sign), plural(wire.messages, "message"), Content.styled(since, "$muted"))


def ways_out(on: bool) -> Content:
    """What becomes of the recording when the screen is left."""
    pause, keep = keys_of("wire.switch")[0], keys_of("wire.keep")[0]
    if on:
        said = f"{keep} back, recording goes on · esc back, recording ends · {pause} pauses"
    else:
        said = f"{pause} records again · {keep} or esc back"
    return Content.styled(said, "$muted")
