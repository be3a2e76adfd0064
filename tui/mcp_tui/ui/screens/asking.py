"""AskingScreen: a page of what a server answers, asked when it opens and again on demand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, takewhile
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from mcp_tui.core.hub import Hub
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.screens.save import SaveScreen
from mcp_tui.ui.widgets.json_text import SHOWN
from mcp_tui.ui.widgets.sections import Section

AT_MOST = 100
"""Parts of one answer that are laid out; a copy and a file have all of them."""


class AskingScreen(ReadingScreen):
    """A subclass asks the server and shows the answer in ``fetch``, and says what may be saved in ``saved``.

    Its page has a section ``#error``. However long the server takes, the screen can be left;
    then the question is withdrawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("offer.save", "offer.again")]

    def __init__(self, hub: Hub, server: str) -> None:
        super().__init__()
        self._hub = hub
        self._server = server
        self.waiting = False
        """Whether the answer is still to come."""

    async def fetch(self) -> None:
        """Ask, and show the answer. Raises McpTuiError."""
        raise NotImplementedError

    def saved(self) -> tuple[bytes, str] | None:
        """What ``s`` saves, and a name for the file; None where there is nothing yet."""
        return None

    def on_mount(self) -> None:
        """Ask."""
        self.action_again()

    def action_again(self) -> None:
        """Ask the server, whatever it has answered before."""
        self.waiting = True
        self._scroll.border_subtitle = Content(f"waiting for {self._server}")
        self.run_worker(self._ask(), group="ask", exclusive=True)

    async def _ask(self) -> None:
        problem = ""
        try:
            await self.fetch()
        except McpTuiError as error:
            problem = said(error)
        self.complain(problem)
        self._scroll.border_subtitle = ""
        self.waiting = False
        self.answered()

    def answered(self) -> None:
        """The answer has come, or is not to be had."""

    def complain(self, problem: str) -> None:
        """Say what went wrong; nothing, for an empty text."""
        self.query_one("#error", Section).show(problem)

    def action_save(self) -> None:
        """Ask for a file to save it to."""
        found = self.saved()
        if found is None:
            self.notify("Nothing to save yet", timeout=2, markup=False)
        else:
            self.app.push_screen(SaveScreen(*found))  # pyright: ignore[reportUnknownMemberType]


def said(error: McpTuiError) -> str:
    """What went wrong, and below it what to do."""
    return "\n".join(filter(None, (error.message, error.hint)))


def fitting(texts: Sequence[str]) -> int:
    """How many of ``texts``, from the first on, a screen can lay out; one at least, which is cut by itself."""
    lengths = accumulate(map(len, texts[:AT_MOST]))
    return max(1, sum(1 for _ in takewhile(lambda length: length <= SHOWN, lengths)))
