"""ContentsScreen: what a resource holds."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import ResourceContents, ResourceResult, ResourceSubscription
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.actions import by_id, keys_of
from mcp_tui.ui.screens.asking import AskingScreen, fitting, said
from mcp_tui.ui.screens.save import suggested
from mcp_tui.ui.widgets.json_text import block, json_content, same
from mcp_tui.ui.widgets.lines import joined, plural
from mcp_tui.ui.widgets.sections import Fact, Facts, Section


class ContentsScreen(AskingScreen):
    """What the resource ``uri`` of ``server`` holds; read again whenever the server says that it has changed.

    label: what to call it, cleaned.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("offer.subscribe")]

    DEFAULT_CSS = "ContentsScreen #contents { height: auto; }"

    def __init__(self, hub: Hub, server: str, uri: str, label: str) -> None:
        super().__init__(hub, server)
        self._uri = uri
        self._label = label
        self._safe_uri = hub.redact.text(clean(uri, 500))
        self._result: ResourceResult | None = None
        self._version: int | None = None
        """Of the subscription, when it was last read; None while there is none."""

    @property
    def heading(self) -> str:
        """The server and the resource."""
        return clean(f"{self._server} · {self._label}")

    def page(self) -> ComposeResult:
        """What it is first, what it holds last."""
        yield Facts(id="facts")
        yield Section("Error", id="error", classes="-bad")
        yield Section("Problem with the answer", id="problem", classes="-odd")
        yield Vertical(id="contents")

    # Reading

    def action_again(self) -> None:
        """Read it, whatever it held before."""
        self._version = _version(self._subscription)
        self._show_facts()
        super().action_again()

    async def fetch(self) -> None:
        """Read the resource."""
        result = await self._hub.requests(self._server).read_resource(self._uri)
        self._result = result
        self.query_one("#problem", Section).show(clean(result.problem))
        place = self.query_one("#contents")
        async with self.batch():
            await place.remove_children()
            await place.mount_all(_sections(result.contents, self._safe_uri))

    def answered(self) -> None:
        """It may have changed since it was asked for."""
        self._show_facts()
        self.refresh_status()

    def on_screen_resume(self) -> None:
        """It may have changed while another screen was in front."""
        self.refresh_status()

    def refresh_status(self) -> None:
        """Read it again if it has changed, one reading at a time however often it changes."""
        now = _version(self._subscription)
        if now != self._version and not self.waiting:
            if now is not None and self._version is not None:
                self.action_again()
            self._version = now
        self.refresh_bindings()
        self._show_facts()

    def _show_facts(self) -> None:
        contents = self._result.contents if self._result else ()
        subscription = self._subscription
        facts: list[Fact] = [
            ("uri", self._safe_uri),
            ("holds", _held(contents)),
            ("subscribed", _told(subscription) if subscription else ""),
        ]
        self.query_one(Facts).show(facts)

    # Subscribing

    @property
    def _status(self) -> ServerStatus | None:
        return next((status for status in self._hub.servers if status.name == self._server), None)

    @property
    def _subscription(self) -> ResourceSubscription | None:
        held = self._status.subscriptions if self._status else ()
        return next((each for each in held if each.uri == self._uri), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """To subscribe is offered only where the server has it."""
        if action != "subscribe":
            return True
        return self._subscription is not None or bool(self._status and self._status.capabilities.subscriptions)

    def action_subscribe(self) -> None:
        """Have its changes told, or no longer."""
        self.run_worker(self._subscribe(on=self._subscription is None), group="subscribe", exclusive=True)

    async def _subscribe(self, *, on: bool) -> None:
        problem = ""
        try:
            requests = self._hub.requests(self._server)
            await (requests.subscribe(self._uri) if on else requests.unsubscribe(self._uri))
        except McpTuiError as error:
            problem = said(error)
        self.complain(problem)
        self.refresh_status()

    # Taking it along

    def copied(self) -> tuple[str, str]:
        """The texts."""
        contents = self._result.contents if self._result else ()
        return "\n".join(content.text for content in contents if content.text is not None), "the text"

    def saved(self) -> tuple[bytes, str] | None:
        """The contents as the server sent them."""
        if self._result is None:
            return None
        contents = self._result.contents
        kind = contents[0].mime_type.partition(";")[0] if contents else ""
        name = suggested(self._safe_uri.partition("?")[0], mimetypes.guess_extension(kind) or "")
        return b"".join(content.data for content in contents), name


def _version(subscription: ResourceSubscription | None) -> int | None:
    return subscription.version if subscription else None


def _told(subscription: ResourceSubscription) -> str:
    changes = f", {plural(subscription.version, 'change')} so far" if subscription.version else ""
    return f"its changes are told{changes}"


def _held(contents: Sequence[ResourceContents]) -> Content:
    """Type and size of all there is."""
    if not contents:
        return Content("")
    types = ", ".join(dict.fromkeys(content.mime_type for content in contents if content.mime_type))
    size = plural(sum(len(content.data) for content in contents), "byte")
    return joined(types, size, plural(len(contents), "content") if len(contents) > 1 else "")


def _sections(contents: Sequence[ResourceContents], uri: str) -> list[Widget]:
    """A section for each content that there is room for."""
    if not contents:
        return [Section("Contents", "It is empty.")]
    shown = contents[: fitting([content.text or "" for content in contents])]
    made: list[Widget] = [Section(_title(content, uri), _body(content)) for content in shown]
    if rest := len(contents) - len(shown):
        made.append(Static(f"{plural(rest, 'content')} more, for which there is no room", markup=False))
    return made


def _title(content: ResourceContents, uri: str) -> str:
    elsewhere = content.uri if content.uri != uri else ""
    return joined("Binary" if content.binary else "Text", content.mime_type, elsewhere).plain


def _body(content: ResourceContents) -> Content | str:
    if content.text is None:
        size = plural(len(content.data), "byte")
        return f"{size} that are no text: {keys_of('offer.save')[0]} saves them to a file"
    if _is_json(content.text):
        return json_content(content.text)
    return block(content.text) or Content.styled("an empty text", "$muted")


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") and same(text, text)
