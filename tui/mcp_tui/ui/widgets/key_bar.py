"""KeyBar: the keys that work here, in one line; those that every user needs always have room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.signal import Signal
from textual.widget import Widget

from mcp_tui.core.hub import Hub

LAST = ("app.palette", "app.help", "app.quit")
"""The actions at the right end, the dearest last; the others give way to them from the right, the palette first."""
TRUST = "server.trust"
GAP = 2

Part = tuple[Binding, Content]


class KeyBar(Widget):
    """The footer of the dashboard: the keys of what has the focus first. A click on one presses it."""

    DEFAULT_CSS = """
    KeyBar { height: 1; dock: bottom; background: $panel; color: $foreground; padding: 0 1; }
    """
    ALLOW_SELECT = False

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._untrusted = False

    def on_mount(self) -> None:
        """Whatever changes the keys changes the line."""
        changed = cast("Signal[Screen[Any]]", self.screen.bindings_updated_signal)  # pyright: ignore[reportUnknownMemberType]
        changed.subscribe(self, self._changed)

    def _changed(self, screen: Screen[Any]) -> None:
        self.refresh()

    def sync(self) -> None:
        """Show how things stand in the hub."""
        if self._untrusted != self._hub.untrusted:
            self._untrusted = self._hub.untrusted
            self.refresh()

    def render(self) -> Content:
        """One line."""
        left, right = self._ends()
        space = self.size.width - _width(left) - _width(right)
        return Content("").join([_line(left), Content(" " * max(0, space)), _line(right)])

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        left, right = self._ends()
        for parts, edge in ((left, 0), (right, self.size.width - _width(right))):
            if (binding := _under(parts, offset.x - edge)) is not None:
                self.app.simulate_key(binding.key)  # pyright: ignore[reportUnknownMemberType]

    def _ends(self) -> tuple[list[Part], list[Part]]:
        """What stands at the left and at the right."""
        parts = [(binding, self._part(binding)) for binding in self._offered()]
        left = [part for part in parts if part[0].id not in LAST]
        right = [part for name in LAST for part in parts if part[0].id == name]
        if _width(left) + GAP + _width(right) > self.size.width:
            right = right[1:]
        while left and _width(left) + GAP + _width(right) > self.size.width:
            left.pop()
        return left, right

    def _offered(self) -> Iterator[Binding]:
        """What there is to show, each action once, the most pressing first."""
        shown: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show:
                shown.setdefault(active.binding.action, active.binding)
        ordered = sorted(shown.values(), key=lambda binding: binding.id != TRUST)
        return (binding for binding in ordered if binding.id != TRUST or self._untrusted)

    def _part(self, binding: Binding) -> Content:
        key = self.app.get_key_display(binding)  # pyright: ignore[reportUnknownMemberType]
        return Content.assemble((key, "bold $footer-key-foreground"), f" {binding.description}")


def _width(parts: list[Part]) -> int:
    return sum(part.cell_length for _, part in parts) + GAP * max(0, len(parts) - 1)


def _under(parts: list[Part], x: int) -> Binding | None:
    """The binding that stands ``x`` cells from the beginning of the parts."""
    for binding, part in parts:
        if 0 <= x < part.cell_length:
            return binding
        x -= part.cell_length + GAP
    return None


def _line(parts: list[Part]) -> Content:
    return Content(" " * GAP).join([part for _, part in parts])
