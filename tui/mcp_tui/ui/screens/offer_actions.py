"""What the keys for prompts and resources do on the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.pane_actions import PaneActions

if TYPE_CHECKING:
    from mcp_tui.ui.screens.picker import Choice


class OfferActions(PaneActions):
    """The ``offers`` actions: choose one of what the servers offer, fill it in, read what it holds."""

    def action_prompts(self) -> None:
        """Choose a prompt."""
        from mcp_tui.ui.screens.prompts import PromptPicker

        self.host.push_screen(PromptPicker(self.hub, self.chosen_server), self.open_prompt)

    def action_resources(self) -> None:
        """Choose a resource or a template."""
        from mcp_tui.ui.screens.resources import ResourcePicker

        self.host.push_screen(ResourcePicker(self.hub, self.chosen_server), self.open_resource)

    def open_prompt(self, chosen: Choice | None) -> None:
        """Fill in a prompt where there is something to fill in, and read its messages."""
        from mcp_tui.ui.screens.messages import MessagesScreen
        from mcp_tui.ui.screens.prompts import PromptForm

        if chosen is None or (status := self._still_there(chosen)) is None:
            return
        server, name = chosen
        prompt = next((prompt for prompt in status.prompts if prompt.name == name), None)
        if prompt is None:
            self._gone(chosen, "prompt")
        elif prompt.arguments:
            self.host.push_screen(PromptForm(self.hub, server, prompt))
        else:
            self.host.push_screen(MessagesScreen(self.hub, server, prompt, {}))

    def open_resource(self, chosen: Choice | None) -> None:
        """Read a resource, or fill in a template first."""
        if chosen is None or (status := self._still_there(chosen)) is None:
            return
        _, name = chosen
        resource = next((each for each in status.resources if each.uri == name), None)
        template = next((each for each in status.templates if each.uri_template == name), None)
        if resource is not None:
            self._read_resource(chosen, resource.label)
        elif template is None:
            self._gone(chosen, "resource")
        elif template.variables:
            from mcp_tui.ui.screens.resources import TemplateForm

            self.host.push_screen(TemplateForm(self.hub, status.name, template))
        else:
            self._read_resource(chosen, template.label)

    def _read_resource(self, chosen: Choice, label: str) -> None:
        from mcp_tui.ui.screens.contents import ContentsScreen

        self.host.push_screen(ContentsScreen(self.hub, *chosen, label))

    def _still_there(self, chosen: Choice) -> ServerStatus | None:
        """The server of what was chosen: the configuration may have changed since."""
        status = next((status for status in self.hub.servers if status.name == chosen[0]), None)
        if status is None:
            self.say(f"{chosen[0]} is no longer configured")
        return status

    def _gone(self, chosen: Choice, noun: str) -> None:
        server, name = chosen
        self.say(f"{server} no longer has a {noun} {self.hub.redact.text(clean(name, 200))}")
