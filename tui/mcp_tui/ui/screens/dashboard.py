"""The dashboard: servers at the left, log panes in the middle, calls at the bottom.

The screens over it are imported when they are first opened: the first frame does not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.levels import Level
from mcp_tui.core.status import State
from mcp_tui.ui.actions import Scope, bindings, by_id, keys_of
from mcp_tui.ui.pulse import Pulse
from mcp_tui.ui.screens.call_actions import CallActions, no_longer
from mcp_tui.ui.screens.offer_actions import OfferActions
from mcp_tui.ui.screens.questions import QuestionActions
from mcp_tui.ui.widgets.calls import CallsPanel
from mcp_tui.ui.widgets.key_bar import KeyBar
from mcp_tui.ui.widgets.level_bar import Entry, LevelBar
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.panes import Panes
from mcp_tui.ui.widgets.servers import Sidebar
from mcp_tui.ui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from mcp_tui.ui.screens.form import CallForm

WIDE, TALL = 100, 30
"""From this size on there is room for all panes at once, and (columns) for the servers."""
ROOMY = 120
"""From this width on the servers may have more than they need."""
SMALLEST = (60, 15)
"""Nothing useful fits into less."""

NO_CALLS = "No calls yet: t calls a tool"
OURSELVES = "mcp-tui"
"""The server that the hub's own events are from."""
TOAST_SECONDS = 8.0

RUNNING_TICK = 0.2
SLOW_TICK = 1.0


@runtime_checkable
class _Live(Protocol):
    """A screen over the dashboard that shows what may change."""

    def refresh_status(self) -> None:
        """Show how things stand now."""
        ...


class DashboardScreen(OfferActions, QuestionActions, CallActions):
    """Owns the pulse and hands what has happened to the widgets; what the user does goes to the hub."""

    # Textual declares these two in a way that allows no annotation here.
    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (SMALLEST[0], "-narrow"), (WIDE, "-wide"), (ROOMY, "-roomy")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (SMALLEST[1], "-low"), (TALL, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dashboard", "pane"),
        *by_id("calls.cancel", "calls.clear", show=False),
    ]

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self.hub = hub
        self.pulse = Pulse(self, hub, self._flush)
        self._told = 0, 0
        """How many events of mcp-tui itself, and of all, had been there when it was last told."""
        self._reconnecting: str | None = None
        self._last_arguments: dict[tuple[str, str], dict[str, Any]] = {}

    def compose(self) -> ComposeResult:
        """Title, servers, levels, panes, calls, keys."""
        yield Static(id="too-small", markup=False)
        yield TitleBar(self.hub)
        yield LevelBar()
        with Horizontal(id="body"):
            yield Sidebar(self.hub)
            yield Panes(self.hub)
        yield CallsPanel(self.hub)
        yield KeyBar(self.hub)

    def on_mount(self) -> None:
        """Ready."""
        self._fit()
        self.panes.active.focus()
        self.pulse.start()

    def on_unmount(self) -> None:
        """Leave nothing behind in the hub."""
        self.pulse.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Another size, perhaps another arrangement."""
        self._fit()

    def _fit(self) -> None:
        width, height = self.size
        self.panes.fit(width < WIDE or height < TALL)
        columns, rows = SMALLEST
        text = f"mcp-tui needs {columns} columns and {rows} rows.\nThis terminal has {width} and {height}."
        self.query_one("#too-small", Static).update(Content(text))

    # What has happened.

    def _flush(self) -> float | None:
        """Show it. Returns when to look again although nothing may have happened."""
        title, sidebar, calls = (
            self.query_one(TitleBar),
            self.query_one(Sidebar),
            self.query_one(CallsPanel),
        )
        title.sync()
        self.query_one(KeyBar).sync()
        self._tell()
        self.tell_questions()
        self.panes.sync()
        self._show_levels()
        if sidebar.display:
            sidebar.refresh_status()
        calls.refresh_calls()
        self.refresh_top()
        if calls.has_running:
            return RUNNING_TICK
        waiting = any(server.state is State.WAITING for server in self.hub.servers)
        return SLOW_TICK if waiting or title.speed.moving else None

    def refresh_top(self) -> None:
        """Show it on the screen above this one; one that is just opening will look for itself."""
        top = self.host.screen
        if top.is_mounted and isinstance(top, _Live):
            top.refresh_status()

    def _tell(self) -> None:
        """What mcp-tui has to say of itself and should be read now, whatever is on the screen."""
        store = self.hub.store
        count = store.by_server[OURSELVES]
        if count != self._told[0]:
            for event in store.merged.between(self._told[1], store.merged.end):
                if event.server == OURSELVES and event.level >= Level.WARNING:
                    severity = "warning" if event.level is Level.WARNING else "error"
                    self.notify(event.text, severity=severity, timeout=TOAST_SECONDS, markup=False)
        self._told = count, store.merged.end

    def _show_levels(self) -> None:
        store, panes = self.hub.store, self.panes
        levels = [Entry(level, store.count(level), panes.unseen(level)) for level in Level]
        new = sum(entry.new for entry in levels)
        current = panes.pane.level
        self.query_one(LevelBar).show((Entry(None, store.merged.end, new), *levels), current)

    @on(Panes.Moved)
    @on(LogPane.Changed)
    def _pane_moved(self) -> None:
        self._show_levels()

    # What the user does.

    @property
    def chosen_server(self) -> str | None:
        """The selected server."""
        return self.query_one(Sidebar).selected

    @property
    def chosen_call(self) -> int | None:
        """The selected call."""
        return self.query_one(CallsPanel).selected

    @property
    def scope(self) -> Scope:
        """Where the focus is, for the help."""
        focused = self.focused
        if focused is None:
            return "pane"
        if any(isinstance(node, Sidebar) for node in focused.ancestors_with_self):
            return "servers"
        return "calls" if isinstance(focused, CallsPanel) else "pane"

    @on(LevelBar.Chosen)
    def _level_chosen(self, message: LevelBar.Chosen) -> None:
        self.panes.go(message.level)

    @on(LogPane.Opened)
    def _event_opened(self, message: LogPane.Opened) -> None:
        self.open_event(message.event)

    @on(Sidebar.ServerOpened)
    def _server_opened(self, message: Sidebar.ServerOpened) -> None:
        from mcp_tui.ui.screens.server import ServerScreen

        self.host.push_screen(ServerScreen(self.hub, message.server))

    @on(Sidebar.ToolChosen)
    def _tool_chosen(self, message: Sidebar.ToolChosen) -> None:
        self.fill_form((message.server, message.tool))

    @on(CallsPanel.Opened)
    def _call_opened(self, message: CallsPanel.Opened) -> None:
        from mcp_tui.ui.screens.result import ResultScreen

        self.host.push_screen(ResultScreen(self.hub, message.number))

    def action_call_tool(self) -> None:
        """Choose a tool, then fill in its form."""
        from mcp_tui.ui.screens.tools import ToolPicker

        self.host.push_screen(ToolPicker(self.hub, self.chosen_server), self.fill_form)

    def fill_form(self, chosen: tuple[str, str] | None) -> None:
        """Ask for the arguments of one tool of one server, and call it."""
        from mcp_tui.ui.screens.form import CallForm

        if chosen is None:
            return
        tool = self.tool(*chosen)
        if tool is None:
            self.say(no_longer(*chosen))
        else:
            form = CallForm(self.hub, chosen[0], tool, initial=self._last_arguments.get(chosen))
            self.host.push_screen(form, lambda number: self._called(form, chosen))

    def _called(self, form: CallForm, tool: tuple[str, str]) -> None:
        """What was sent is what the form starts with the next time."""
        if form.arguments is not None:
            self._last_arguments[tool] = form.arguments

    def action_reconnect(self) -> None:
        """Connect to the selected server anew, whatever its state."""
        server = self.chosen_server
        if server is None:
            return
        running = sum(call.server == server and not call.state.final for call in self.hub.calls)
        if running and self._reconnecting != server:
            # Asked once: the next press means it.
            self._reconnecting = server
            self.say(f"{running} running on {server} would be lost: r again reconnects")
            return
        self._reconnecting = None
        self.hub.reconnect(server)
        self.say(f"Reconnecting to {server}")

    def action_trust(self) -> None:
        """Show the commands that wait for the user's word."""
        from mcp_tui.ui.screens.trust import TrustScreen

        if self.hub.untrusted:
            self.host.push_screen(TrustScreen(self.hub))
        else:
            self.say("No command waits for your trust")

    def action_calls(self) -> None:
        """Go to the calls: to the newest that runs, or else to the newest."""
        calls = self.query_one(CallsPanel)
        if calls.display:
            calls.select_newest()
            calls.focus()
        else:
            self.say(NO_CALLS)

    def action_cancel_call(self) -> None:
        """The panel's own, where it has the focus; what it would do should be seen first."""
        self.say(f"{keys_of('calls.focus')[0]} goes to the calls" if self.hub.calls else NO_CALLS)

    action_dismiss_ended = action_cancel_call

    def action_accounts(self) -> None:
        """Where the events of each server have gone."""
        from mcp_tui.ui.screens.accounts import AccountsScreen

        self.host.push_screen(AccountsScreen(self.hub, self.panes.filter))

    def action_wire(self) -> None:
        """The messages between mcp-tui and the servers, recorded from now on."""
        from mcp_tui.ui.screens.wire import WireScreen

        screen = WireScreen(self.hub, self.hub.wire.record(), self.action_call_tool)
        self.host.push_screen(screen, lambda _: self.pulse.wake())

    def action_servers(self) -> None:
        """Show or hide the servers, whatever the size of the screen."""
        sidebar = self.query_one(Sidebar)
        shown = sidebar.display
        self.set_class(shown, "-no-servers")
        self.set_class(not shown, "-servers")
        if shown and sidebar.has_focus_within:
            self.panes.active.focus()
        self.pulse.wake()
