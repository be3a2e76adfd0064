"""What the keys for one call do, on the dashboard and on the screen of its result."""

from __future__ import annotations

from textual.app import App
from textual.screen import Screen

from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, Tool
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError

NO_CALL = "No call is selected"


class CallActions(Screen[None]):
    """The actions on ``chosen_call``: copy it, send it again, edit it first. Nothing is ever sent again unasked."""

    hub: Hub

    @property
    def host(self) -> App[object]:
        """The app, with the type that Textual leaves open on a screen."""
        return self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    @property
    def chosen_call(self) -> int | None:
        """The number of the selected call."""
        return None

    def action_copy_call(self) -> None:
        """Choose a form in which to copy the call."""
        from mcp_tui.ui.screens.copy_call import CopyScreen

        if (call := self._chosen()) is not None:
            self.host.push_screen(CopyScreen(self.hub, call))

    def action_send_again(self) -> None:
        """Call the tool once more, with the same arguments."""
        from mcp_tui.ui.screens.caution import ask_first

        if (call := self._chosen()) is not None:
            tool = self.tool(call.server, call.tool) or Tool(call.tool)
            ask_first(self, call.server, tool, call.arguments, lambda: self._send(call))

    def action_edit_call(self) -> None:
        """Open the form of the tool with the arguments of the call."""
        from mcp_tui.ui.screens.form import CallForm

        if (call := self._chosen()) is None:
            return
        tool = self.tool(call.server, call.tool)
        if tool is None:
            self.notify(no_longer(call.server, call.tool), severity="warning", markup=False)
        else:
            self.host.push_screen(CallForm(self.hub, call.server, tool, initial=call.arguments))

    def tool(self, server: str, name: str) -> Tool | None:
        """The tool, if the server (still) has it: the configuration may have changed, and so may the tools."""
        tools = (tool for status in self.hub.servers if status.name == server for tool in status.tools)
        return next((tool for tool in tools if tool.name == name), None)

    def _chosen(self) -> Call | None:
        call = next((call for call in self.hub.calls if call.number == self.chosen_call), None)
        if call is None:
            self.notify(NO_CALL, markup=False)
        return call

    def _send(self, call: Call) -> None:
        try:
            number = self.hub.call(call.server, call.tool, call.arguments)
        except McpTuiError as error:
            self.notify(f"{error.message}. {error.hint}".strip(), severity="error", markup=False)
        else:
            self.notify(f"#{call.number} sent again, as #{number}", timeout=3, markup=False)


def no_longer(server: str, tool: str) -> str:
    """What to say of a tool that is gone."""
    return f"{server} no longer has a tool {clean(tool, 200)}"
