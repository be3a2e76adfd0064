"""The left column: the servers, and the tools of the one that is selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import ServerStatus
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.server_line import server_line
from mcp_tui.ui.widgets.sparkline import Rate
from mcp_tui.ui.widgets.stack import Row
from mcp_tui.ui.widgets.tool_list import ToolList

NO_SERVERS = "no servers configured\n\nadd one:\n  mcp-tui add NAME URL\nor look around:\n  mcp-tui demo"


class ServerList(RowList):
    """A row for every configured server; the key of a row is the server's name."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("server.details")]

    def __init__(self, hub: Hub, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hub = hub
        self._rates: dict[str, Rate] = {}
        self.border_title = "Servers"

    def measure(self) -> None:
        """Note how many events each server has sent by now."""
        for status in self._hub.servers:
            rate = self._rates.setdefault(status.name, Rate())
            rate.note(self._hub.store.by_server[status.name], self._hub.now())

    def build(self, width: int) -> Sequence[Row]:
        """The rows."""
        return [self._row(status, width) for status in self._hub.servers]

    def _row(self, status: ServerStatus, width: int) -> Row:
        rate = self._rates.get(status.name) or Rate()
        errors = self._hub.store.errors[status.name]
        line = server_line(status, width=width, now=self._hub.time(), errors=errors, counts=rate.counts)
        return Row(status.name, lambda: line, line.plain.count("\n") + 1)

    def empty(self) -> str:
        """What to do about it."""
        return NO_SERVERS


class Sidebar(Vertical):
    """The servers above, the tools of the selected one below."""

    DEFAULT_CSS = """
    Sidebar {
        height: 1fr;
        & > ServerList { height: auto; min-height: 4; max-height: 65%; }
        & > ToolList {
            height: 1fr;
            min-height: 4;
            &:blur > .row-list--cursor { background: transparent; }
        }
    }
    """

    class ToolChosen(Message):
        """The user wants to call ``tool`` of ``server``."""

        def __init__(self, server: str, tool: str) -> None:
            super().__init__()
            self.server = server
            self.tool = tool

    class ServerOpened(Message):
        """The user wants to see all there is to know of ``server``."""

        def __init__(self, server: str) -> None:
            super().__init__()
            self.server = server

    def __init__(self, hub: Hub, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hub = hub
        self._servers = ServerList(hub)
        self._tools = ToolList()

    def compose(self) -> ComposeResult:
        """The two lists."""
        yield self._servers
        yield self._tools

    def on_mount(self) -> None:
        """Show what is known already."""
        self.refresh_status()

    @property
    def selected(self) -> str | None:
        """The name of the selected server; None only where there are no servers."""
        names = [status.name for status in self._hub.servers]
        if self._servers.key in names:
            return self._servers.key
        return names[0] if names else None

    def refresh_status(self) -> None:
        """Show the servers as they stand now; rates and countdowns move with each call."""
        self._servers.measure()
        self._servers.refresh_rows()
        self._show_tools()

    def _show_tools(self) -> None:
        name = self.selected
        self._tools.show_server(self._hub.server(name) if name is not None else None)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.rows is self._servers:
            self._show_tools()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if event.rows is self._servers:
            self.post_message(self.ServerOpened(event.key))
        elif self.selected is not None:
            self.post_message(self.ToolChosen(self.selected, event.key))
