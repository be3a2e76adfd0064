"""UrlQuestion: a server asks the person to visit a page."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Button, Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Action, Question, Reply
from mcp_tui.core.links import inspect
from mcp_tui.core.text import clean_block
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.question import QuestionScreen
from mcp_tui.ui.widgets.sections import Section

URL_SHOWN = 8_000
"""Characters of a URL that are shown."""


class UrlQuestion(QuestionScreen):
    """Shows the whole URL and what is odd about it. Nothing is opened that the person has not asked to open."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*by_id("question.open_url", "question.copy")]

    DEFAULT_CSS = """
    UrlQuestion .warning { margin: 1 0 0 0; }
    """

    def __init__(self, hub: Hub, question: Question) -> None:
        super().__init__(hub, question)
        self._link = inspect(question.url)

    def answer_page(self) -> ComposeResult:
        """Where it leads, the whole URL, what is odd."""
        if self._link.host:
            yield Static(
                Content.assemble(("leads to  ", "$muted"), (self._link.host, "bold $primary")), markup=False
            )
        yield Section("The page", Content(clean_block(self.hub.redact.text(self.question.url), URL_SHOWN)))
        if self._link.warnings:
            yield Static("\n".join(f"! {odd}" for odd in self._link.warnings), classes="warning", markup=False)

    def buttons(self) -> ComposeResult:
        """Open, accept only, copy, decline, later."""
        nowhere = not self._link.url
        yield Button("Open  ^o", id="open", variant="primary", compact=True, disabled=nowhere)
        yield Button("Accept  ^r", id="answer", compact=True)
        yield Button("Copy  ^y", id="copy", compact=True, disabled=nowhere)
        yield Button("Decline  ^n", id="decline", compact=True)
        yield Button("Later  esc", id="later", compact=True)

    @on(Button.Pressed, "#open")
    def action_open_url(self) -> None:
        """Open it in the browser, and tell the server that the person agrees."""
        if not self._link.url:
            self.complain("this leads nowhere")
            return
        self.host.open_url(self._link.url)
        self.action_answer()

    @on(Button.Pressed, "#answer")
    def action_answer(self) -> None:
        """Tell the server that the person agrees; the page is opened elsewhere, or has been."""
        self.reply(Reply(Action.ACCEPT))

    @on(Button.Pressed, "#copy")
    def action_copy_url(self) -> None:
        """Copy the URL as it would be opened."""
        if self._link.url:
            self.host.copy_to_clipboard(self._link.url)
            self.notify("Copied the URL", timeout=2)
