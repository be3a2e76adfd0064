"""ToolPicker: all tools of all servers."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_tui.core.status import ServerStatus, Tool
from mcp_tui.ui.offers import Offer
from mcp_tui.ui.screens.picker import Picker


class ToolPicker(Picker):
    """Asks which tool to call."""

    ask = "Call a tool"
    noun = "tool"
    purpose = "call"

    def offers(self, status: ServerStatus) -> Iterable[Offer]:
        """The tools of a server."""
        return (tool_offer(status.name, tool) for tool in status.tools)


def tool_offer(server: str, tool: Tool) -> Offer:
    """A tool as something to choose."""
    return Offer(server, tool.name, tool.safe_name, tool.title, tool.description)
