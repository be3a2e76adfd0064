"""TrustScreen: the commands of a configuration file that nobody has vouched for, before they run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.sections import Section

WHY = (
    "This config.toml was found in the current folder and not named with --config, so it may be somebody else's. "
    "Trusted, it runs these commands as you, now and whenever mcp-tui starts here. T trusts it, esc does not."
)


class TrustScreen(ReadingScreen):
    """Asks once more, with the commands in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.key, key.action, key.description, show=True) for key in by_id("server.trust")
    ]

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub

    @property
    def heading(self) -> str:
        """The question."""
        return "Run these commands?"

    def page(self) -> ComposeResult:
        """What would run, and what that means."""
        yield Section("Commands", Content("\n").join(map(_line, waiting(self._hub))))
        yield Section("What it means", WHY, classes="-odd")

    def action_trust(self) -> None:
        """Trust the file and run its commands."""
        try:
            self._hub.trust()
        except OSError as error:
            self.notify(f"Not remembered: {clean(str(error))}", severity="error", markup=False)
        self.dismiss(None)


def waiting(hub: Hub) -> Iterable[ServerStatus]:
    """The servers whose command has not been run."""
    return [server for server in hub.servers if server.transport == "stdio" and server.state is State.FAILED]


def _line(server: ServerStatus) -> Content:
    return Content.assemble((f"{server.name}  ", "bold"), server.address)
