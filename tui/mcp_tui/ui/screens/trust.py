"""TrustScreen: what a configuration file that nobody has vouched for asks, before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from mcp_tui.core.hub import Hub
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Config
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.sections import Section

WHY = (
    "This config.toml was found in the current folder and not named with --config, so it may be somebody else's. "
    "Trusted, it does this as you, now and whenever mcp-tui starts here. T trusts it, esc does not."
)


class TrustScreen(ReadingScreen):
    """Asks once more, with everything in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.key, key.action, key.description, show=True) for key in by_id("server.trust")
    ]

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        # What is shown is what will be trusted, whatever the file says by then.
        self._config = hub.config

    @property
    def heading(self) -> str:
        """The question."""
        return "Trust this file?"

    def page(self) -> ComposeResult:
        """What would run, and what that means."""
        yield Section("What it asks", Content("\n").join(asked(self._config)))
        yield Section("What it means", WHY, classes="-odd")

    def action_trust(self) -> None:
        """Trust the file and run its commands."""
        try:
            self._hub.trust(self._config)
        except OSError as error:
            self.notify(f"Not remembered: {clean(str(error))}", severity="error", markup=False)
        except McpTuiError as error:
            self.notify(f"{error.message}. {error.hint}", severity="error", markup=False)
        self.dismiss(None)


def asked(config: Config) -> Iterable[Content]:
    """A line for each thing that the file asks, after the name of the server."""
    for server in config.servers:
        for ask in server.asks:
            yield Content.assemble((f"{server.name}  ", "bold"), ask)
