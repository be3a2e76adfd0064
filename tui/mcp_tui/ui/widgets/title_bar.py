"""TitleBar: the state of every server in the first line, whatever the size of the screen."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.ui.widgets.level_bar import short
from mcp_tui.ui.widgets.lines import plural, spread
from mcp_tui.ui.widgets.server_line import color, glyph, state_words, untrusted

STALE = 3.0
"""Seconds after which a count says nothing about the speed any more."""


class Speed:
    """Events a second, measured over whole seconds of the hub's clock."""

    def __init__(self) -> None:
        self._since = -STALE
        self._base = self._latest = 0
        self.value = 0.0

    @property
    def moving(self) -> bool:
        """Whether the number will change although nothing new happens."""
        return self.value > 0 or self._latest != self._base

    def note(self, total: int, now: float) -> None:
        """At ``now`` there had been ``total`` events."""
        elapsed = now - self._since
        if elapsed >= STALE:
            self._since, self._base, self.value = now, self._latest, 0.0
        elif elapsed >= 1:
            self.value = (total - self._base) / elapsed
            self._since, self._base = now, total
        self._latest = total


class TitleBar(Widget):
    """Name, servers, number of events."""

    DEFAULT_CSS = """
    TitleBar { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.speed = Speed()
        self._shown: tuple[object, ...] = ()

    def sync(self) -> None:
        """Show how things stand."""
        total = self._hub.store.merged.end
        self.speed.note(total, self._hub.now())
        states = tuple((s.name, s.state, untrusted(s)) for s in self._hub.servers)
        shown = states, total, self.speed.value, len(self._hub.inbox.open), self._hub.wire.on
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Content:
        """One line."""
        total = self._hub.store.merged.end
        counted = f"{total:,} events · {short(round(self.speed.value))}/s"
        wire = Content.styled("● wire  ", "bold $level-error") if self._hub.wire.on else ""
        right = Content.assemble(wire, questions(len(self._hub.inbox.open)), (counted, "$muted"))
        name = Content.styled("mcp-tui  ", "bold $primary")
        room = self.size.width - right.cell_length - name.cell_length - 2
        return spread(name.append(servers(self._hub.servers, room)), right, self.size.width)


def questions(count: int) -> Content:
    """How many questions of servers wait for the person; empty where none does."""
    if not count:
        return Content("")
    return Content.styled(f" ? {plural(count, 'question')} ", "bold reverse $level-warning").append("  ")


def servers(statuses: tuple[ServerStatus, ...], room: int) -> Content:
    """Every server, or those that are not ready before the others and how many there was no room for."""
    line = Content("  ").join(map(_server, statuses))
    if line.cell_length <= room:
        return line
    parts = [_server(status) for status in sorted(statuses, key=lambda status: status.state is State.READY)]
    for kept in range(len(parts) - 1, 0, -1):
        line = Content("  ").join([*parts[:kept], Content.styled(f"+{len(parts) - kept}", "$muted")])
        if line.cell_length <= room:
            return line
    return Content.styled(f"{len(parts)} servers", "$muted")


def _server(status: ServerStatus) -> Content:
    line = Content.assemble(glyph(status), f" {status.name}")
    return line.append(Content.styled(f" {state_words(status, 0)}", color(status))) if untrusted(status) else line
