"""Snapshots that can be trusted: a crashed app does not pass, and other versions of Textual do not repaint them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import textual
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import Worker

from mcp_tui.ui.screens.dashboard import DashboardScreen
from ui.host import until

DRAWN_WITH = "8.2.8"
"""The version of Textual that drew the snapshots; another one draws a few things differently."""

RunBefore = Callable[[Pilot[Any]], Awaitable[None]]


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("update_snapshots", default=False) and textual.__version__ != DRAWN_WITH:
        raise pytest.UsageError(f"snapshots are drawn with textual {DRAWN_WITH}, this is {textual.__version__}")


async def settle(pilot: Pilot[Any]) -> None:
    """Until all that has happened has been drawn; ``pause`` takes a process that is kept waiting for idle."""
    app = pilot.app
    pulses = [screen.pulse for screen in app.screen_stack if isinstance(screen, DashboardScreen)]
    await until(pilot, lambda: all(pulse.flushed for pulse in pulses) and not any(map(busy, app.workers)))
    await pilot.pause()


def busy(worker: Worker[Any]) -> bool:
    """Whether ``worker`` has something to show yet; the hub's never has done with it."""
    return worker.is_running and worker.name != "hub"


@pytest.fixture
def picture(snap_compare: Callable[..., bool]) -> Callable[..., None]:
    """Draws an app and compares it with its snapshot; fails where the app crashed, as ``snap_compare`` does not."""

    def compare(
        app: App[Any], *press: str, size: tuple[int, int] = (120, 40), before: RunBefore | None = None
    ) -> None:
        async def run_before(pilot: Pilot[Any]) -> None:
            await settle(pilot)
            if before is not None:
                await before(pilot)
            for key in press:
                await pilot.press(key)
            await settle(pilot)
            for editor in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
                editor.cursor_blink = False
            await settle(pilot)

        same = snap_compare(app, terminal_size=size, run_before=run_before)
        assert app._exception is None  # pyright: ignore[reportPrivateUsage]
        assert same, "the picture has changed: see snapshot_report.html"

    return compare
