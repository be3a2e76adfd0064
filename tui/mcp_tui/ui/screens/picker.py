"""Picker: all that the servers offer of one kind, found by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
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
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.offers import Offer, matching
from mcp_tui.ui.widgets.call_line import first_line
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.lines import column, fit, joined, plural
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row

Choice = tuple[str, str]
"""A server, and what names one of the things that it offers: the name of a tool, the URI of a resource."""


class OfferList(RowList):
    """The offers that contain every word that was typed."""

    can_focus = False
    activate_on_click = True

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun
        self._all: Sequence[Offer] = ()
        self._why_none = ""
        self.found: Sequence[Offer] = ()

    def offer(self, offers: Sequence[Offer], why_none: str) -> None:
        """These are the offers from now on, and why there are none."""
        self._all, self._why_none = offers, why_none

    def filter(self, text: str) -> None:
        """Show the offers that contain every word of ``text``."""
        self.found = matching(self._all, text)
        self.refresh_rows()
        self.highlighted = 0 if self.found else None

    def refresh_rows(self) -> None:
        """Not before there is a place for them: they are made anew for it."""
        if self.size:
            super().refresh_rows()

    @property
    def mark(self) -> str:
        """The keys are the list's although the focus is not."""
        return "▌"

    @property
    def chosen(self) -> Offer | None:
        """The offer under the cursor."""
        return self.found[self.highlighted] if self.found and self.highlighted is not None else None

    def build(self, width: int) -> Sequence[Row]:
        """One line each: server, name, traits and description."""
        servers = max(map(cell_len, {found.server for found in self.found}), default=0)
        names = max((cell_len(found.label) for found in self.found), default=0)
        draw = partial(_line, width=width, server_width=min(servers, width // 5), name_width=min(names, width // 3))
        return [Row(found.key, partial(draw, found)) for found in self.found]

    def empty(self) -> str:
        """Why there is nothing to choose."""
        return f"no {self._noun} contains all of these words" if self._all else self._why_none


class Picker(ModalScreen[Choice | None]):
    """Asks for one of the things that the servers offer; those of ``server`` come first.

    A subclass says what it asks (``ask``), for what (``noun``), what that is good for (``purpose``), and what a
    server has of it (``offers``).
    """

    ask: ClassVar[str]
    noun: ClassVar[str]
    purpose: ClassVar[str]

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("form.close")]

    DEFAULT_CSS = """
    Picker {
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
        & OfferList {
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
        self._list = OfferList(self.noun)
        self._known: Sequence[object] = ()

    def offers(self, status: ServerStatus) -> Iterable[Offer]:
        """What one server offers."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """What to look for, what was found, what there is to say of the one under the cursor."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = self.ask
            dialog.border_subtitle = "enter choose · esc back"
            yield Input()
            yield self._list
            with VerticalScroll(id="about", can_focus=False):
                yield Static("", id="description", markup=False)

    def on_mount(self) -> None:
        """Show all there is."""
        self.refresh_status()

    def refresh_status(self) -> None:
        """Show what there is now."""
        servers = sorted(self._hub.servers, key=lambda status: status.name != self._server)
        known = [_offered(status) for status in servers]
        if known == self._known:
            return
        self._known = known
        ready = [status for status in servers if status.state is State.READY]
        offers = list({offer.key: offer for status in ready for offer in self.offers(status)}.values())
        self._list.offer(offers, why_none(servers, self.noun, self.purpose))
        box = self.query_one(Input)
        box.placeholder = f"type to search {plural(len(offers), self.noun)}"
        self._list.filter(box.value)
        self._describe()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list.filter(event.value)
        self._describe()

    @on(RowList.Moved)
    def _describe(self) -> None:
        found = self._list.chosen
        self.query_one("#description", Static).update(description(found) if found else Content(""))

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _choose(self) -> None:
        if found := self._list.chosen:
            self.dismiss((found.server, found.name))

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list, although the cursor is in the input."""
        moves = {"down": (self._list.action_cursor, 1), "up": (self._list.action_cursor, -1)}
        moves |= {"pagedown": (self._list.action_page, 1), "pageup": (self._list.action_page, -1)}
        if event.key in moves:
            move, step = moves[event.key]
            move(step)
            event.stop()

    def action_close(self) -> None:
        """Back, with nothing chosen."""
        self.dismiss(None)


def why_none(servers: Sequence[ServerStatus], noun: str, purpose: str) -> str:
    """Why there is nothing to choose."""
    if not servers:
        return "no servers configured"
    missing = [f"{status.name}: {_why(status, noun)}" for status in servers]
    return "\n".join([f"no {noun}s to {purpose}", *missing])


def _why(status: ServerStatus, noun: str) -> str:
    if status.state is State.READY:
        return f"it has no {noun}s"
    return ", ".join(filter(None, (status.state.value, status.reason)))


def description(offer: Offer) -> Content:
    """All there is to say of an offer."""
    about = joined(offer.server, offer.safe_name, offer.traits).plain
    head = Content.assemble((offer.label, "bold"), (f"  {about}", "$muted"))
    return Content("\n").join([head, Content(block(offer.description) or "The server does not say more of it.")])


def _offered(status: ServerStatus) -> object:
    """What a picker shows of a server."""
    lists = (status.tools, status.prompts, status.resources, status.templates)
    subscribed = [subscription.uri for subscription in status.subscriptions]
    return status.name, status.state, status.reason, lists, subscribed


def _line(offer: Offer, width: int, server_width: int, name_width: int) -> Content:
    server = Content.styled(offer.server, "$muted")
    name = Content.styled(offer.label, "bold")
    said = Content.styled(joined(offer.traits, first_line(offer.description)).plain, "$muted")
    return fit(Content("  ").join([column(server, server_width), column(name, name_width), said]), width)
