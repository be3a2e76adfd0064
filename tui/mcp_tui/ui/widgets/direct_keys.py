"""DirectKeys: what a key means is done where the key arrives."""

from __future__ import annotations

from textual import events
from textual.scroll_view import ScrollView


class DirectKeys(ScrollView):
    """A ScrollView that takes no keys for itself; every one is for the bindings, its own or those around it.

    Textual looks for them once the key has gone up to the app, through the queue of each widget on the way: with
    ten of them, and a flood between any two, a key came 160 ms late.
    """

    async def on_key(self, event: events.Key) -> None:
        """Do it."""
        active = self.screen.active_bindings.get(event.key)
        if active is None or not active.enabled or active.binding.priority:
            return
        if await self.app.run_action(active.binding.action, active.node):  # pyright: ignore[reportUnknownMemberType]
            event.stop()
