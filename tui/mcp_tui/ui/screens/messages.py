"""MessagesScreen: what a server makes of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Prompt, PromptMessage, PromptResult
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.asking import AskingScreen, fitting
from mcp_tui.ui.screens.save import suggested
from mcp_tui.ui.widgets.json_text import block, json_content
from mcp_tui.ui.widgets.lines import plural
from mcp_tui.ui.widgets.sections import Section


class MessagesScreen(AskingScreen):
    """The messages that ``server`` makes of ``prompt`` and ``arguments``."""

    DEFAULT_CSS = """
    MessagesScreen {
        & #page { padding: 0 2 1 2; }
        & #messages { height: auto; }
    }
    """

    def __init__(self, hub: Hub, server: str, prompt: Prompt, arguments: Mapping[str, str]) -> None:
        super().__init__(hub, server)
        self._prompt = prompt
        self._arguments = arguments
        self._result: PromptResult | None = None

    @property
    def heading(self) -> str:
        """The server and the prompt."""
        return clean(f"{self._server} · {self._prompt.label}")

    def page(self) -> ComposeResult:
        """The arguments first, what the server sent word for word last."""
        yield Section("Arguments", self._said())
        yield Section("Error", id="error", classes="-bad")
        yield Section("Problem with the answer", id="problem", classes="-odd")
        yield Section("Description", id="description")
        yield Vertical(id="messages")
        yield Section("As the server sent it", id="raw")

    def _said(self) -> Content:
        """The arguments, one below the other."""
        labels = {argument.name: argument.label for argument in self._prompt.arguments}
        lines = (
            Content.assemble((labels[name], "$primary"), ": ", clean(text))
            for name, text in self._arguments.items()
        )
        return Content("\n").join(lines)

    async def fetch(self) -> None:
        """Ask for the messages."""
        result = await self._hub.requests(self._server).get_prompt(self._prompt.name, self._arguments)
        self._result = result
        self.query_one("#problem", Section).show(clean(result.problem))
        said = "" if result.description == self._prompt.description else result.description
        self.query_one("#description", Section).show(block(said))
        self.query_one("#raw", Section).show(json_content(result.raw))
        place = self.query_one("#messages")
        async with self.batch():
            await place.remove_children()
            await place.mount_all(_sections(result.messages))

    def copied(self) -> tuple[str, str]:
        """The messages as text."""
        messages = self._result.messages if self._result else ()
        return "\n\n".join(f"{message.role}: {message.text}" for message in messages), "the messages"

    def saved(self) -> tuple[bytes, str] | None:
        """The answer as JSON."""
        if self._result is None:
            return None
        return self._result.raw.encode(), f"{suggested(self._prompt.safe_name, '.json')}"


def _sections(messages: Sequence[PromptMessage]) -> list[Widget]:
    """A section for each message that there is room for."""
    if not messages:
        return [Section("Messages", "The server made no messages of it.")]
    shown = messages[: fitting([message.text for message in messages])]
    made: list[Widget] = [Section(message.role or "no role", block(message.text) or "no text") for message in shown]
    if rest := len(messages) - len(shown):
        made.append(Static(f"{plural(rest, 'message')} more, for which there is no room", markup=False))
    return made
