"""What the command palette offers: the table of actions, every tool, every server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from mcp_tui.ui.actions import ACTIONS
from mcp_tui.ui.screens.dashboard import DashboardScreen


class Command(NamedTuple):
    """One line of the palette.

    The name may come from a server and is shown as it is. Textual reads the help as markup: only our own words.
    """

    name: str
    help: str
    run: IgnoreReturnCallbackType
    at_once: bool = True


class PaletteProvider(Provider):
    """Searches the commands; those that need no name stand there before anything is typed."""

    async def discover(self) -> Hits:
        """What there is."""
        for command in self._commands():
            if command.at_once:
                yield DiscoveryHit(Content(command.name), command.run, command.name, command.help)

    async def search(self, query: str) -> Hits:
        """What fits."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.name)
            if score > 0:
                yield Hit(score, self._shown(query, command.name), command.run, command.name, command.help)

    def _shown(self, query: str, name: str) -> Content:
        """The name with the letters of the query marked."""
        _, offsets = self.matcher(query).fuzzy_search.match(query, name)
        content = Content(name)
        for offset in offsets:
            content = content.stylize(self.matcher(query).match_style, offset, offset + 1)
        return content

    def _commands(self) -> Iterator[Command]:
        screen = self.screen
        on_dashboard = isinstance(screen, DashboardScreen)
        for action in ACTIONS:
            if action.palette and (
                action.scope == "app" or (on_dashboard and action.scope in ("dashboard", "pane"))
            ):
                run = partial(self.app.run_action, action.action, screen)
                yield Command(action.description, f"key {action.keys[0]}", run)
        yield Command("Choose a theme", "all themes there are", self.app.action_change_theme)
        if isinstance(screen, DashboardScreen):
            yield from _of_servers(screen)


def _of_servers(dashboard: DashboardScreen) -> Iterator[Command]:
    for server in dashboard.hub.servers:
        only = partial(dashboard.only_server, server.name)
        yield Command(f"Only {server.name}", "hide the events of the other servers", only, at_once=False)
        for tool in server.tools:
            call = partial(dashboard.fill_form, (server.name, tool.name))
            yield Command(f"Call {tool.label} on {server.name}", "fill in its arguments", call, at_once=False)
