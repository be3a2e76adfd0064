"""Every key of the dashboard, in one table.

Bindings, footer, help and palette are all made from ``ACTIONS``; a key that is not here does not exist. The
``id`` is what a user's keymap names.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from textual.binding import Binding

from mcp_tui.core.levels import Level

Scope = Literal[
    "app", "dashboard", "pane", "servers", "calls", "form", "question", "offer", "wire", "copy", "caution", "dialog"
]

SCOPE_TITLES: dict[Scope, str] = {
    "app": "Everywhere",
    "dashboard": "Dashboard",
    "pane": "Log panes",
    "servers": "Servers and tools",
    "calls": "Calls",
    "form": "Tool form",
    "question": "Questions from servers",
    "offer": "Prompts and resources",
    "wire": "The wire",
    "copy": "Copy a call",
    "caution": "Before a destructive call",
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
    Action("offers.prompts", "dashboard", "p", "prompts", "Get a prompt"),
    Action("offers.resources", "dashboard", "R", "resources", "Read a resource"),
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
    Action("inbox.open", "dashboard", "i", "inbox", "Questions from servers: the oldest first"),
    Action("dashboard.servers", "dashboard", "S", "servers", "Show or hide the servers"),
    Action("dashboard.accounts", "dashboard", "a", "accounts", "Accounts: where the events have gone"),
    Action("wire.open", "dashboard", "w", "wire", "The wire: every message, recorded from then on"),
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
    Action(
        "calls.copy_as",
        "calls",
        "Y",
        "screen.copy_call",
        "Copy the call as command, curl or Python",
        show=True,
        short="Copy as",
    ),
    Action(
        "calls.edit", "calls", "m", "screen.edit_call", "Edit the arguments and send again", show=True, short="Edit"
    ),
    Action(
        "calls.again", "calls", "M", "screen.send_again", "Send the call again as it was", show=True, short="Again"
    ),
    Action("form.run", "form", "ctrl+r,ctrl+enter", "run", "Run", show=True),
    Action("form.json", "form", "ctrl+j", "raw_json", "Arguments as JSON"),
    Action("form.afresh", "form", "ctrl+o", "afresh", "The schema's defaults again"),
    Action("form.anyway", "form", "ctrl+s", "anyway", "Send although the schema does not allow it"),
    Action("form.close", "form", "escape", "close", "Back", show=True),
    Action("question.answer", "question", "ctrl+r,ctrl+enter", "answer", "Answer", show=True),
    Action("question.open_url", "question", "ctrl+o", "open_url", "Open the page in the browser, and accept"),
    Action("question.json", "question", "ctrl+j", "raw_json", "Answer as JSON"),
    Action("question.copy", "question", "ctrl+y", "copy_url", "Copy the URL"),
    Action("question.decline", "question", "ctrl+n", "decline", "Decline", show=True),
    Action("question.next", "question", "ctrl+g", "next", "The next question", show=True, short="Next"),
    Action(
        "question.later", "question", "escape", "later", "Later: keep it in the inbox", show=True, short="Later"
    ),
    Action("offer.again", "offer", "r", "again", "Ask again", show=True, short="Again"),
    Action("offer.save", "offer", "s", "save", "Save to a file", show=True, short="Save"),
    Action("offer.subscribe", "offer", "u", "subscribe", "Subscribe or not", show=True, short="(Un)subscribe"),
    Action("wire.switch", "wire", "p", "switch_wire", "Pause or resume recording", show=True, short="Pause/resume"),
    Action("wire.keep", "wire", "w", "keep", "Back; recording goes on", show=True, short="Back"),
    Action("wire.close", "wire", "q", "close", "Back; recording ends", short="End"),
    Action("wire.latency", "wire", "l", "latency", "Round trips: p50, p95, p99", show=True, short="Round trips"),
    Action("wire.call", "wire", "t", "call_tool", "Call a tool while it is recorded", show=True, short="Call"),
    Action(
        "copy.command", "copy", "1", "copy_as('command')", "Copy as mcp-tui call", show=True, short="mcp-tui call"
    ),
    Action("copy.curl", "copy", "2", "copy_as('curl')", "Copy as curl", show=True, short="curl"),
    Action("copy.python", "copy", "3", "copy_as('python')", "Copy as Python", show=True, short="Python"),
    Action("caution.confirm", "caution", "Y", "confirm", "Call the tool all the same", show=True, short="Call it"),
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
