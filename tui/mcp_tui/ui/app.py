"""McpTuiApp: the dashboard as a program."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from typing import Any, ClassVar

from textual.actions import SkipAction
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from mcp_tui.core.hub import Hub
from mcp_tui.errors import McpTuiError
from mcp_tui.ui import crash, garbage
from mcp_tui.ui.actions import bindings
from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.screens.pane_actions import PaneActions
from mcp_tui.ui.theme import DARK, LIGHT, THEMES

AGAIN_SECONDS = 2.0
"""How soon after the first ctrl+c a second one quits."""


def _palette() -> Any:
    """Imported when the palette is first opened."""
    from mcp_tui.ui.palette import PaletteProvider

    return PaletteProvider


class McpTuiApp(App[int]):
    """Shows what ``hub`` knows, and runs it.

    error: what ended it, if it was not the user, for whoever has the terminal then.
    start_hub: whether to run the hub at all (a test that sets every state by hand does not want it to).
    """

    TITLE = "mcp-tui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type | Callable[[], type]]] = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(
        self,
        hub: Hub,
        *,
        theme: str = DARK,
        start_hub: bool = True,
    ) -> None:
        super().__init__()
        self.hub = hub
        self.error: McpTuiError | None = None
        self._start_hub = start_hub
        self._interrupted_at = -math.inf
        for made in THEMES:
            self.register_theme(made)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours that only our own themes name, for every other theme."""
        ours = next(made for made in THEMES if made.dark == self.current_theme.dark)
        return ours.variables

    def get_default_screen(self) -> Screen[Any]:
        """The dashboard."""
        return DashboardScreen(self.hub)

    def on_mount(self) -> None:
        """The hub starts behind the first frame."""
        self.set_timer(garbage.SETTLED_SECONDS, garbage.release, name="garbage")
        if self._start_hub:
            self.call_after_refresh(self.run_worker, self._run_hub(), name="hub", exit_on_error=False)

    async def _run_hub(self) -> None:
        try:
            await self.hub.run()
        except McpTuiError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the screen must go and the reason stay
            self._fail(crash.report(error, self.hub.store.redact))

    def _fail(self, error: McpTuiError) -> None:
        self.error = self.error or error
        self.exit(error.exit_code, return_code=error.exit_code)

    def _handle_exception(self, error: Exception) -> None:
        """An exception anywhere in the app: keep what there is to say of it for when the terminal is restored."""
        self.error = self.error or crash.report(error, self.hub.store.redact)
        super()._handle_exception(error)
        self._exit_renderables.clear()

    def _fatal_error(self) -> None:
        """End; Textual's own way renders a traceback with the local variables."""
        self._close_messages_no_wait()

    def stop(self, number: int) -> None:
        """End in order, as at the signal of this number."""
        code = 128 + number
        self.exit(code, return_code=code)

    def action_interrupt(self) -> None:
        """Quit at the second press; where text is selected, let it be copied, as everywhere in Textual."""
        # Of an Input or a TextArea.
        typed: str = getattr(self.focused, "selected_text", "")
        if typed or self.screen.get_selected_text():
            raise SkipAction
        now = self.hub.now()
        if now - self._interrupted_at <= AGAIN_SECONDS:
            self.stop(signal.SIGINT)
        self._interrupted_at = now
        self.notify("ctrl+c again quits", timeout=AGAIN_SECONDS)

    def action_help(self) -> None:
        """Every key."""
        from mcp_tui.ui.screens.help import HelpScreen

        screen = self.screen
        if not isinstance(screen, HelpScreen):
            scope = screen.scope if isinstance(screen, PaneActions) else "dialog"
            self.push_screen(HelpScreen(scope))

    def action_toggle_theme(self) -> None:
        """Dark or light."""
        self.theme = LIGHT if self.current_theme.dark else DARK
