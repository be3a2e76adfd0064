"""Every key of the dashboard, in one table.

Bindings, footer, help and palette are all made from ``ACTIONS``; a key that is not here does not exist. The
``id`` is what a user's keymap names.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from textual.binding import Binding

from mcp_tui.core.levels import Level

Scope = Literal["app", "dashboard", "pane", "servers", "calls", "form", "dialog"]

SCOPE_TITLES: dict[Scope, str] = {
    "app": "Everywhere",
    "dashboard": "Dashboard",
    "pane": "Log panes",
    "servers": "Servers and tools",
    "calls": "Calls",
    "form": "Tool form",
    "dialog": "Dialogs",
}


class Action(NamedTuple):
    """One thing a user can do, and the key that does it.

    scope: where the key works; ``dashboard`` and ``pane`` keys work anywhere on the dashboard.
    show: whether the footer has room for it; short: what it says there, if not the description.
    palette: whether the command palette offers it (movement keys are of no use there).
    priority: whether the key works in dialogs and in fields, too.
    """

    id: str
    scope: Scope
    key: str
    action: str
    description: str
    show: bool = False
    palette: bool = True
    short: str = ""
    priority: bool = False

    @property
    def keys(self) -> list[str]:
        """The keys as people write them."""
        return [_KEYS.get(key, key) for key in self.key.split(",")]

    @property
    def binding(self) -> Binding:
        """The Textual binding."""
        said = self.short or self.description
        return Binding(self.key, self.action, said, show=self.show, id=self.id, priority=self.priority)


_KEYS = {
    "question_mark": "?",
    "slash": "/",
    "ampersand": "&",
    "escape": "esc",
    "pageup": "page up",
    "pagedown": "page down",
    "down": "↓",
    "up": "↑",
}

_INTERRUPT = "Quit, when pressed twice; copy, where text is selected"

ACTIONS: tuple[Action, ...] = (
    Action("app.quit", "app", "q", "app.quit", "Quit", show=True),
    Action("app.interrupt", "app", "ctrl+c", "app.interrupt", _INTERRUPT, palette=False, priority=True),
    Action("app.help", "app", "question_mark,f1", "app.help", "Help", show=True),
    Action("app.palette", "app", "ctrl+p", "app.command_palette", "Palette", show=True, palette=False),
    Action("app.theme", "app", "ctrl+t", "app.toggle_theme", "Dark or light theme"),
    Action("call.new", "dashboard", "t", "call_tool", "Call a tool", show=True, short="Call"),
    Action("pane.search", "pane", "slash", "search", "Search", show=True),
    Action("pane.search_next", "pane", "n", "search_next", "Next match", palette=False),
    Action("pane.search_previous", "pane", "N", "search_previous", "Previous match", palette=False),
    Action("pane.filter_text", "pane", "ampersand", "filter_text", "Only events with a text"),
    Action("pane.filter_server", "pane", "s", "filter_server", "Only the selected server's events"),
    Action("pane.filter_call", "pane", "o", "filter_call", "Only the selected call's events"),
    Action("pane.clear", "pane", "escape", "clear", "Clear search and filters, leave the zoom"),
    Action("pane.follow", "pane", "f", "follow", "Follow", show=True),
    Action("pane.hold", "pane", "space", "hold", "Hold or release"),
    Action("pane.open", "pane", "enter", "open", "Open the event", show=True, short="Open"),
    Action("pane.copy", "pane", "y", "copy", "Copy the event"),
    Action("pane.next_error", "pane", "e", "next_error", "Next error"),
    Action("pane.previous_error", "pane", "E", "previous_error", "Previous error"),
    Action("pane.down", "pane", "j,down", "cursor(1)", "Down", palette=False),
    Action("pane.up", "pane", "k,up", "cursor(-1)", "Up", palette=False),
    Action("pane.page_down", "pane", "pagedown,ctrl+d", "page(1)", "Page down", palette=False),
    Action("pane.page_up", "pane", "pageup,ctrl+u", "page(-1)", "Page up", palette=False),
    Action("pane.top", "pane", "g,home", "top", "First event", palette=False),
    Action("pane.end", "pane", "G,end", "end", "Last event, and follow", palette=False),
    Action("pane.zoom", "pane", "z", "zoom", "Zoom", show=True),
    *(
        Action(
            f"level.{level.label}",
            "dashboard",
            str(level + 1),
            f"level({int(level)})",
            f"Level {level.label}",
        )
        for level in Level
    ),
    Action("level.all", "dashboard", "0", "all_levels", "All levels in one pane", show=True, short="All"),
    Action("dashboard.next", "dashboard", "tab", "app.focus_next", "Next pane", palette=False),
    Action("dashboard.previous", "dashboard", "shift+tab", "app.focus_previous", "Previous pane", palette=False),
    Action("dashboard.servers", "dashboard", "S", "servers", "Show or hide the servers"),
    Action("dashboard.accounts", "dashboard", "a", "accounts", "Accounts: where the events have gone"),
    Action("server.reconnect", "dashboard", "r", "reconnect", "Reconnect the selected server", short="Reconnect"),
    Action(
        "server.trust", "dashboard", "T", "trust", "Trust the commands of ./config.toml", show=True, short="Trust"
    ),
    Action(
        "server.details",
        "servers",
        "enter",
        "select",
        "Details of a server, or call a tool",
        show=True,
        short="Open",
    ),
    Action("calls.focus", "dashboard", "c", "calls", "Go to the calls"),
    Action("calls.open", "calls", "enter", "open_call", "Result of the call", show=True, short="Result"),
    Action(
        "calls.cancel", "calls", "x", "cancel_call", "Cancel or dismiss the call", show=True, short="Cancel/dismiss"
    ),
    Action(
        "calls.clear", "calls", "X", "dismiss_ended", "Dismiss all ended calls", show=True, short="Dismiss ended"
    ),
    Action("form.run", "form", "ctrl+r,ctrl+enter", "run", "Run", show=True),
    Action("form.json", "form", "ctrl+j", "raw_json", "Arguments as JSON"),
    Action("form.afresh", "form", "ctrl+o", "afresh", "The schema's defaults again"),
    Action("form.close", "form", "escape", "close", "Back", show=True),
    Action("dialog.close", "dialog", "escape,q", "close", "Close", show=True),
    Action("dialog.copy", "dialog", "y", "copy", "Copy", show=True),
)


def bindings(*scopes: Scope) -> list[Binding]:
    """The bindings of the given scopes, in the order of the table."""
    return [action.binding for action in ACTIONS if action.scope in scopes]


def keys_of(name: str) -> list[str]:
    """The keys of one action as people write them."""
    return next(action.keys for action in ACTIONS if action.id == name)


def by_id(*ids: str, show: bool | None = None) -> list[Binding]:
    """The bindings with the given ids, for a widget that takes part in a few actions only.

    show: whether the footer shows them there, if that differs from the table.
    """
    table = {action.id: action if show is None else action._replace(show=show) for action in ACTIONS}
    return [table[name].binding for name in ids]
