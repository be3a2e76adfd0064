"""The tools of one server, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.binding import BindingType
from textual.content import Content

from mcp_tui.core.schema import fields
from mcp_tui.core.status import ServerStatus, State, Tool
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.widgets.lines import fit
from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row


class ToolList(RowList):
    """The tools of the server given with ``show_server``; the key of a row is the tool's name."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("server.details")]

    activate_on_click = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._server: ServerStatus | None = None
        self._title = "Tools"
        self.border_title = self._title

    def show_server(self, status: ServerStatus | None) -> None:
        """Show the tools of ``status``."""
        known = self._server
        self._server = status
        title = f"Tools of {status.name}" if status is not None else "Tools"
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
        if known is None or status is None or (known.tools, known.state) != (status.tools, status.state):
            self.refresh_rows()

    def build(self, width: int) -> Sequence[Row]:
        """A line for every tool; a server that names one twice has it listed once."""
        tools = self._server.tools if self._server is not None else ()
        named = {tool.name: tool for tool in tools}
        return [Row(name, partial(tool_line, tool, width)) for name, tool in named.items()]

    @property
    def mark(self) -> str:
        """Without the focus no tool is selected."""
        return super().mark if self.has_focus else ""

    def empty(self) -> str:
        """Why there are no tools."""
        return no_tools(self._server)


def tool_line(tool: Tool, width: int) -> Content:
    """The tool's title or name, and as many of the arguments it cannot do without as there is room for."""
    label = fit(tool.label, width)
    room = width - label.cell_length - 1
    hint = next((hint for hint in hints(tool) if cell_len(hint) <= room), "")
    return label.append(Content.styled(f" {hint}", "$muted")) if hint else label


def hints(tool: Tool) -> Iterator[str]:
    """The arguments in fewer and fewer words: ``(a, b)``, ``(a, …)``, ``(…)``. The dots stand for all others."""
    taken = fields(tool.input_schema)
    required = [field.safe_name for field in taken if field.required]
    for named in range(len(required), -1, -1):
        rest = ["…"] if named < len(taken) else []
        if parts := [*required[:named], *rest]:
            yield f"({', '.join(parts)})"


def no_tools(status: ServerStatus | None) -> str:
    """Why a server has no tools to show, in a word or two."""
    match status.state if status is not None else None:
        case None:
            return "no server"
        case State.READY:
            return "no tools"
        case State.CONNECTING:
            return "connecting…"
        case state:
            return f"not ready: {state.value}"
