"""CopyScreen: a call in forms that can be pasted elsewhere."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from mcp_tui.core.copying import Copy, Subject, as_command, as_curl, as_python
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, Tool
from mcp_tui.ui.actions import by_id, keys_of
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.call_line import name_of
from mcp_tui.ui.widgets.json_text import block
from mcp_tui.ui.widgets.sections import Section

FORMS = {"command": "mcp-tui call", "curl": "curl", "python": "Python"}
"""The forms, in the order of their keys, and what they are called."""

GONE = "The server of this call is no longer configured, so nothing can be said of how to reach it."


class CopyScreen(ReadingScreen):
    """Each form with its key; one that there is not says why. A copy is made of the call as it was sent."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("copy.command", "copy.curl", "copy.python")]

    def __init__(self, hub: Hub, call: Call) -> None:
        super().__init__()
        self._call = call
        self.copies = copies(hub, call)

    @property
    def heading(self) -> str:
        """What is copied."""
        return f"Copy #{self._call.number} {name_of(self._call)} as"

    def page(self) -> ComposeResult:
        """A section for each form."""
        if not self.copies:
            yield Section("Not to be copied", GONE, classes="-odd")
        for form, copy in self.copies.items():
            key = keys_of(f"copy.{form}")[0]
            yield Section(f"{key}  {FORMS[form]}", shown(copy), id=form)

    def action_copy_as(self, form: str) -> None:
        """Copy one form, and go back."""
        copy = self.copies.get(form, Copy(""))
        if not copy.text:
            self.notify(f"Nothing to copy: {copy.note or GONE}", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(copy.text)  # pyright: ignore[reportUnknownMemberType]
        self.app.notify(  # pyright: ignore[reportUnknownMemberType]
            " ".join((f"Copied as {FORMS[form]}.", copy.note)).rstrip(), markup=False
        )
        self.dismiss(None)

    def copied(self) -> tuple[str, str]:
        """The first form."""
        return self.copies.get("command", Copy("")).text, f"as {FORMS['command']}"


def shown(copy: Copy) -> Content:
    """The text, and below it what to know first."""
    lines = [Content(block(copy.text))] if copy.text else []
    if copy.note:
        lines.append(Content.styled(copy.note, "$level-warning" if copy.text else "$muted"))
    return Content("\n").join(lines)


def copies(hub: Hub, call: Call) -> dict[str, Copy]:
    """The call in every form; none where its server is no longer configured."""
    settings = next((server for server in hub.config.servers if server.name == call.server), None)
    if settings is None:
        return {}
    status = hub.server(call.server)
    tool = next((tool for tool in status.tools if tool.name == call.tool), Tool(call.tool))
    file = hub.config.path
    subject = Subject(
        settings=settings,
        tool=tool,
        arguments=hub.redact.value(call.arguments),
        protocol=status.protocol,
        config=None if file is None else file.absolute(),
    )
    return {"command": as_command(subject), "curl": as_curl(subject), "python": as_python(subject)}
