"""Apps that draw every frame to the last byte, and into no terminal; and how late their event loop is meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

Found = TypeVar("Found")

TICK = 0.001
"""Seconds between two looks at the clock."""


class Paper(HeadlessDriver):
    """A driver that takes what an app writes, and tells when it has written a text.

    What is headless for Textual is not drawn at all, so this says that it is not.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.written = 0
        self._wanted = ""
        self._seen: asyncio.Future[float] | None = None

    @property
    def is_headless(self) -> bool:
        """No."""
        return False

    def write(self, data: str) -> None:
        """Take what is to be shown."""
        self.written += len(data)
        if self._seen is not None and self._wanted in data:
            self._seen.set_result(time.perf_counter())
            self._seen = None

    def expect(self, text: str) -> Awaitable[float]:
        """When ``text`` is next written, by ``time.perf_counter``."""
        self._wanted, self._seen = text, asyncio.get_running_loop().create_future()
        return self._seen


def paper(app: App[Any]) -> Paper:
    """What a running app draws on."""
    driver = app._driver  # pyright: ignore[reportPrivateUsage]
    assert isinstance(driver, Paper)
    return driver


def drawn(app: App[Any], size: tuple[int, int], drive: Callable[[Pilot[Any]], Awaitable[Found]]) -> Found:
    """Run an app until ``drive`` has done with it, on a terminal of ``size`` columns and rows; what that found."""
    found: list[Found] = []

    async def pilot(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        found.append(await drive(pilot))
        app.exit()

    app.driver_class = Paper
    asyncio.run(app.run_async(size=size, auto_pilot=pilot))
    if (crash := app._exception) is not None:  # pyright: ignore[reportPrivateUsage]
        raise crash
    return found[0]


async def settled(app: App[Any]) -> None:
    """Wait until nothing more is drawn."""
    before = -1
    while before != paper(app).written:
        before = paper(app).written
        await asyncio.sleep(0.1)


class Lateness:
    """By how much a task came later than it had asked to, in milliseconds, each time."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    @property
    def worst(self) -> float:
        """The longest that anything else held the loop."""
        return max(self.samples)

    async def watch(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            self.samples.append((time.perf_counter() - due) * 1_000)


@asynccontextmanager
async def lateness() -> AsyncGenerator[Lateness]:
    """How late the loop is, from now to the end of the block."""
    found = Lateness()
    task = asyncio.create_task(found.watch())
    try:
        yield found
        await asyncio.sleep(2 * TICK)
    finally:
        task.cancel()
