"""PromptPicker and PromptForm: all prompts of all servers, and the arguments of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.screen import Screen

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Prompt
from mcp_tui.core.status import ServerStatus
from mcp_tui.ui.offers import Offer
from mcp_tui.ui.screens.argument_form import ArgumentForm
from mcp_tui.ui.screens.messages import MessagesScreen
from mcp_tui.ui.screens.picker import Picker
from mcp_tui.ui.widgets.argument_field import Argument


class PromptPicker(Picker):
    """Asks which prompt to get."""

    ask = "Get a prompt"
    noun = "prompt"
    purpose = "get"

    def offers(self, status: ServerStatus) -> Iterable[Offer]:
        """The prompts of a server."""
        return (prompt_offer(status.name, prompt) for prompt in status.prompts)


def prompt_offer(server: str, prompt: Prompt) -> Offer:
    """A prompt as something to choose."""
    taken = ", ".join(f"{each.label}{'*' if each.required else ''}" for each in prompt.arguments)
    traits = f"takes {taken}" if taken else ""
    return Offer(server, prompt.name, prompt.safe_name, prompt.title, prompt.description, traits)


class PromptForm(ArgumentForm):
    """The arguments of a prompt."""

    verb = "Get"

    def __init__(self, hub: Hub, server: str, prompt: Prompt) -> None:
        super().__init__(hub, server, prompt)
        self._prompt = prompt

    @property
    def arguments(self) -> Sequence[Argument]:
        """Those of the prompt, required ones first."""
        ordered = sorted(self._prompt.arguments, key=lambda argument: not argument.required)
        return [Argument(each.name, each.label, each.description, each.required) for each in ordered]

    def reading(self) -> Screen[Any]:
        """Its messages."""
        return MessagesScreen(self._hub, self._server, self._prompt, self.values)
