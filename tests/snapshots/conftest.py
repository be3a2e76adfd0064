"""Snapshots that can be trusted: a crashed app does not pass, and other versions of Textual do not repaint them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import textual
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

DRAWN_WITH = "8.2.8"
"""The version of Textual that drew the snapshots; another one draws a few things differently."""

RunBefore = Callable[[Pilot[Any]], Awaitable[None]]


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("update_snapshots", default=False) and textual.__version__ != DRAWN_WITH:
        raise pytest.UsageError(f"snapshots are drawn with textual {DRAWN_WITH}, this is {textual.__version__}")


@pytest.fixture
def picture(snap_compare: Callable[..., bool]) -> Callable[..., None]:
    """Draws an app and compares it with its snapshot; fails where the app crashed, as ``snap_compare`` does not."""

    def compare(
        app: App[Any], *press: str, size: tuple[int, int] = (120, 40), before: RunBefore | None = None
    ) -> None:
        async def run_before(pilot: Pilot[Any]) -> None:
            await pilot.pause()
            if before is not None:
                await before(pilot)
            for key in press:
                await pilot.press(key)
            await pilot.pause()
            for editor in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
                editor.cursor_blink = False
            await pilot.pause()

        same = snap_compare(app, terminal_size=size, run_before=run_before)
        assert app._exception is None  # pyright: ignore[reportPrivateUsage]
        assert same, "the picture has changed: see snapshot_report.html"

    return compare
