"""EventScreen: one event in full."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from mcp_tui.core.events import Event, iso_time, to_json
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.json_text import block, highlighted, json_content
from mcp_tui.ui.widgets.sections import Fact, Facts, Section


class EventScreen(ReadingScreen):
    """Every field of one event; what the server sent as indented JSON."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    @property
    def heading(self) -> str:
        """The event's number."""
        return f"Event {self.event.seq:,}"

    def page(self) -> ComposeResult:
        """The short fields first."""
        yield Facts(facts(self.event))
        yield Section("Text", Content(self.event.text))
        if self.event.data is not None:
            yield Section("As the server sent it", json_content(self.event.data))
        yield Section("JSON", highlighted(block(record(self.event))))

    def copied(self) -> tuple[str, str]:
        """The whole event as JSON."""
        return record(self.event), "the event as JSON"


def facts(event: Event) -> Iterable[Fact]:
    """The labelled values at the top."""
    color = f"$level-{event.level.label}"
    return [
        ("time", moment(event.time)),
        ("server", event.server),
        ("level", Content.styled(f"{event.level.letter} {event.level.label}", f"{color} bold")),
        ("kind", event.kind),
        ("logger", clean(event.logger or "")),
        ("call", f"#{event.call}" if event.call is not None else ""),
    ]


def moment(seconds: float) -> Content:
    """Local time with its offset; where that is not UTC, UTC beside it."""
    local = datetime.fromtimestamp(seconds).astimezone()
    shown = Content(local.isoformat(sep=" ", timespec="milliseconds"))
    if not local.utcoffset():
        return shown
    return shown.append(Content.styled(f"  {iso_time(seconds)}", "$muted"))


def record(event: Event) -> str:
    """The event in its export form, indented."""
    fields: dict[str, Any] = json.loads(to_json(event))
    return json.dumps(fields, indent=2, ensure_ascii=False)
