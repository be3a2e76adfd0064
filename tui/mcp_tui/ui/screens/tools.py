"""ToolPicker: all tools of all servers, found by typing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import ServerStatus, State, Tool
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.widgets.call_line import first_line
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.lines import column, fit, plural
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row

Choice = tuple[str, str]
"""A server and the name of one of its tools."""


@dataclass(frozen=True)
class Found:
    """One tool and where it is from. There may be ten thousand, so what a search asks is made once."""

    server: str
    tool: Tool

    @property
    def key(self) -> str:
        """What names it."""
        return f"{self.server}\n{self.tool.name}"

    @cached_property
    def haystack(self) -> str:
        """Where the words of a search must stand."""
        tool = self.tool
        return f"{self.server}\n{tool.name}\n{tool.title}\n{tool.description}".casefold()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its name and its title, plain."""
        return tuple(_plain(name) for name in (self.tool.name, self.tool.title) if name)


class ToolMatches(RowList):
    """The tools that contain every word that was typed."""

    can_focus = False
    activate_on_click = True

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Found] = ()
        self._why_none = ""
        self.found: Sequence[Found] = ()

    def offer(self, tools: Sequence[Found], why_none: str) -> None:
        """These are the tools from now on, and why there are none."""
        self._all, self._why_none = tools, why_none

    def filter(self, text: str) -> None:
        """Show the tools that contain every word of ``text``."""
        self.found = matching(self._all, text)
        self.refresh_rows()
        self.highlighted = 0 if self.found else None

    @property
    def mark(self) -> str:
        """The keys are the list's although the focus is not."""
        return "▌"

    @property
    def chosen(self) -> Found | None:
        """The tool under the cursor."""
        return self.found[self.highlighted] if self.found and self.highlighted is not None else None

    def build(self, width: int) -> Sequence[Row]:
        """One line each: server, tool, description."""
        servers = max(map(cell_len, {found.server for found in self.found}), default=0)
        names = max((cell_len(found.tool.label) for found in self.found), default=0)
        draw = partial(_line, width=width, server_width=min(servers, width // 5), name_width=min(names, width // 3))
        return [Row(found.key, partial(draw, found)) for found in self.found]

    def empty(self) -> str:
        """Why there is nothing to choose."""
        return "no tool contains all of these words" if self._all else self._why_none


class ToolPicker(ModalScreen[Choice | None]):
    """Asks which tool to call; the tools of ``server`` come first."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("form.close")]

    DEFAULT_CSS = """
    ToolPicker {
        align: center middle;
        & #dialog {
            width: 100%;
            max-width: 100;
            height: 80%;
            min-height: 18;
            max-height: 32;
            margin: 0 2;
            background: $surface;
            border: round $primary;
            border-title-color: $primary;
            border-title-style: bold;
            border-subtitle-color: $muted;
        }
        & Input { margin: 0 1; border: none; height: 1; background: $panel; padding: 0 1; }
        & Input:focus { border: none; background: $panel; background-tint: transparent; }
        & ToolMatches {
            height: 1fr;
            margin: 1 0 0 0;
            border: none;
            background: $surface;
            padding: 0 1;
            & > .row-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        }
        & #about { height: 6; border-top: solid $border; padding: 0 2; scrollbar-size-vertical: 1; }
        & #description { height: auto; }
    }
    """

    def __init__(self, hub: Hub, server: str | None = None) -> None:
        super().__init__()
        self._hub = hub
        self._server = server
        self._matches = ToolMatches()
        self._known: Sequence[object] = ()

    def compose(self) -> ComposeResult:
        """What to look for, what was found, what the tool under the cursor does."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Call a tool"
            dialog.border_subtitle = "enter choose · esc back"
            yield Input()
            yield self._matches
            with VerticalScroll(id="about", can_focus=False):
                yield Static("", id="description", markup=False)

    def on_mount(self) -> None:
        """Show every tool."""
        self.refresh_status()

    def refresh_status(self) -> None:
        """Show the tools that there are now."""
        servers = sorted(self._hub.servers, key=lambda status: status.name != self._server)
        known = [(status.name, status.state, status.reason, status.tools) for status in servers]
        if known == self._known:
            return
        self._known = known
        tools = all_tools(servers)
        self._matches.offer(tools, why_no_tools(servers))
        box = self.query_one(Input)
        box.placeholder = f"type to search {plural(len(tools), 'tool')}"
        self._matches.filter(box.value)
        self._describe()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._matches.filter(event.value)
        self._describe()

    @on(RowList.Moved)
    def _describe(self) -> None:
        found = self._matches.chosen
        self.query_one("#description", Static).update(description(found) if found else Content(""))

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _choose(self) -> None:
        if found := self._matches.chosen:
            self.dismiss((found.server, found.tool.name))

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list, although the cursor is in the input."""
        moves = {"down": (self._matches.action_cursor, 1), "up": (self._matches.action_cursor, -1)}
        moves |= {"pagedown": (self._matches.action_page, 1), "pageup": (self._matches.action_page, -1)}
        if event.key in moves:
            move, step = moves[event.key]
            move(step)
            event.stop()

    def action_close(self) -> None:
        """Back, with nothing chosen."""
        self.dismiss(None)


def all_tools(servers: Sequence[ServerStatus]) -> list[Found]:
    """The tools of every ready server, each once."""
    found = {
        (status.name, tool.name): Found(status.name, tool)
        for status in servers
        if status.state is State.READY
        for tool in status.tools
    }
    return list(found.values())


def matching(tools: Sequence[Found], text: str) -> list[Found]:
    """Those of ``tools`` that contain every word of ``text``, in any case; the best first, else in their order."""
    words = text.casefold().split()
    found = [found for found in tools if all(word in found.haystack for word in words)]
    return sorted(found, key=_rank([_plain(word) for word in words])) if words else found


def why_no_tools(servers: Sequence[ServerStatus]) -> str:
    """Why there is nothing to call."""
    if not servers:
        return "no servers configured"
    missing = [f"{status.name}: {_why(status)}" for status in servers]
    return "\n".join(["no tools to call", *missing])


def description(found: Found) -> Content:
    """All there is to say of a tool."""
    tool = found.tool
    head = Content.assemble((tool.label, "bold"), (f"  {found.server} · {tool.safe_name}", "$muted"))
    said = block(tool.description) or "The server does not say what it does."
    return Content("\n").join([head, Content(said)])


def _why(status: ServerStatus) -> str:
    if status.state is State.READY:
        return "it has no tools"
    return ", ".join(filter(None, (status.state.value, status.reason)))


def _rank(words: Sequence[str]) -> Callable[[Found], tuple[int, int]]:
    """The lower the better: how well the name or the title is what was typed, then how well its words are."""
    typed = " ".join(words)

    def rank(found: Found) -> tuple[int, int]:
        whole = _closeness(found.names, typed)
        return whole, whole if len(words) == 1 else sum(_closeness(found.names, word) for word in words)

    return rank


def _closeness(names: Sequence[str], typed: str) -> int:
    """0 for a whole name, 1 for its beginning, 2 for that of a word of it, 3 for a part, 4 for none of these."""
    return min(_close(name, typed) for name in names)


def _close(name: str, typed: str) -> int:
    if typed not in name:
        return 4
    if name.startswith(typed):
        return 0 if name == typed else 1
    return 2 if f" {typed}" in name else 3


_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")


def _plain(name: str) -> str:
    """A name in lower case with its words apart: ``emitLevels``, ``emit_levels`` and ``Emit levels`` are one."""
    return _BETWEEN_WORDS.sub(" ", name).strip().casefold()


def _line(found: Found, width: int, server_width: int, name_width: int) -> Content:
    server = Content.styled(found.server, "$muted")
    name = Content.styled(found.tool.label, "bold")
    said = Content.styled(first_line(found.tool.description), "$muted")
    return fit(Content("  ").join([column(server, server_width), column(name, name_width), said]), width)
