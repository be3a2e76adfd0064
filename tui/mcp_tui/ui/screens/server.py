"""ServerScreen: all there is to know of one server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from mcp_tui.core.field import Field
from mcp_tui.core.hub import Hub
from mcp_tui.core.schema import fields
from mcp_tui.core.status import ServerStatus, State, Tool
from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.lines import joined, latency, plural
from mcp_tui.ui.widgets.sections import Fact, Facts, Section
from mcp_tui.ui.widgets.server_line import color, glyph, state_words

SUBSCRIPTIONS = 20
"""Subscribed resources that are named."""


class ServerScreen(ReadingScreen):
    """Server ``name`` of the hub; ``r`` connects to it anew."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("server.reconnect", show=True)]

    def __init__(self, hub: Hub, name: str) -> None:
        super().__init__()
        self._hub = hub
        self.server = name

    @property
    def heading(self) -> str:
        """The server's name in the configuration."""
        return f"Server {self.server}"

    def page(self) -> ComposeResult:
        """The state first, the tools last."""
        yield Facts(id="facts")
        yield Section("Why", id="reason", classes="-bad")
        yield Section("What to do", id="hint")
        yield Section("Not heard unasked", id="silent", classes="-odd")
        yield Section("Notes", id="notes", classes="-odd")
        yield Section("Instructions of the server", id="instructions")
        yield Section("Subscribed: changes are told", id="subscribed")
        yield Section("Tools", id="tools")

    def on_mount(self) -> None:
        """Show the server."""
        self.refresh_status()

    def refresh_status(self) -> None:
        """Show the server as it stands now."""
        try:
            status = self._hub.server(self.server)
        except KeyError:
            self.query_one("#reason", Section).show("This server is no longer in the configuration.")
            return
        self.query_one(Facts).show(facts(self._hub, status))
        bad = status.state in (State.FAILED, State.UNAUTHORIZED)
        self.query_one("#reason", Section).set_class(bad, "-bad").show(status.reason)
        self.query_one("#hint", Section).show(status.hint)
        self.query_one("#silent", Section).show(status.silent)
        self.query_one("#notes", Section).show("\n".join(status.notes))
        self.query_one("#instructions", Section).show(status.instructions)
        self.query_one("#subscribed", Section).show(self._subscribed(status))
        self.query_one("#tools", Section).retitle(plural(len(status.tools), "tool"))
        self.query_one("#tools", Section).show(Content("\n").join(described(status.tools)))

    def _subscribed(self, status: ServerStatus) -> str:
        """The resources whose changes the server tells, a line each."""
        uris = (clean(subscription.uri, 500) for subscription in status.subscriptions[:SUBSCRIPTIONS])
        rest = len(status.subscriptions) - SUBSCRIPTIONS
        return "\n".join([*map(self._hub.redact.text, uris), *([f"and {rest:,} more"] if rest > 0 else [])])

    def copied(self) -> tuple[str, str]:
        """The address."""
        return self._hub.server(self.server).address, "the address"

    def action_reconnect(self) -> None:
        """Try now."""
        self._hub.reconnect(self.server)
        self.notify(f"Reconnecting to {self.server}", timeout=2, markup=False)
        self.refresh_status()


def facts(hub: Hub, status: ServerStatus) -> list[Fact]:
    """The labelled values at the top."""
    words = Content.assemble(glyph(status), f" {state_words(status, hub.time())}")
    seen, errors = hub.store.by_server[status.name], hub.store.errors[status.name]
    return [
        ("state", words.stylize(f"bold {color(status)}")),
        ("attempts", f"{status.attempt}" if status.attempt else ""),
        ("address", status.address),
        ("transport", status.transport),
        ("protocol", joined(status.protocol, f"{status.era} era" if status.era else "")),
        ("server", " ".join(filter(None, (status.title, status.version)))),
        ("latency", latency(status.latency)),
        ("events", joined(f"{seen:,}", plural(errors, "error") if errors else "")),
        ("offers", offered(status)),
    ]


def offered(status: ServerStatus) -> Content:
    """How many there are of each kind that the server has, or has been asked for."""
    kinds = (
        ("tools", len(status.tools), "tool"),
        ("prompts", len(status.prompts), "prompt"),
        ("resources", len(status.resources), "resource"),
        ("templates", len(status.templates), "template"),
    )
    counts = [plural(count, noun) for kind, count, noun in kinds if count or kind in status.listed]
    return joined(*counts, f"{len(status.subscriptions):,} subscribed" if status.subscriptions else "")


def described(tools: Iterable[Tool]) -> list[Content]:
    """Every tool with what it does and what it takes."""
    lines: list[Content] = []
    for tool in tools:
        name = Content.styled(f" {tool.safe_name}", "$muted") if tool.title else Content("")
        lines.append(Content.styled(tool.label, "bold").append(name).append(Content.styled(traits(tool), "$muted")))
        lines.extend(Content(f"  {line}") for line in block(tool.description, 2000).splitlines())
        if taken := ", ".join(map(_argument, fields(tool.input_schema))):
            lines.append(Content.styled(f"  takes {taken}", "$muted"))
    return lines


def traits(tool: Tool) -> str:
    """What the server says of the tool's manners; hints, not promises."""
    said = ("read-only" if tool.read_only else "", "destructive" if tool.destructive else "")
    return "".join(f" · {word}" for word in said if word)


def _argument(field: Field) -> str:
    return f"{field.label}{'*' if field.required else ''}"
