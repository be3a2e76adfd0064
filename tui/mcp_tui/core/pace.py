"""Pace: when a server that failed is tried again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import anyio

from mcp_tui.core.problem import Problem
from mcp_tui.core.reach import accepts_connections, wakes_up

FIRST_PAUSE, LAST_PAUSE, SHORTEST_PAUSE = 0.5, 60.0, 0.5
"""Seconds between tries: doubling from the first to the last, at random below that, never under the shortest."""

LOOK_SECONDS = 0.5
"""How often, during a pause, the port of a server is looked at."""

STABLE_SECONDS = 10.0
"""A session that lasted so long makes the next outage a new one, whose pauses begin at the shortest."""

Accepts = Callable[[str], Awaitable[bool]]
"""Whether anything accepts connections at a URL."""

Wakes = Callable[[str], Awaitable[bool]]
"""Waits for a server that was too slow to answer to say something; whether that tells anything."""

Uniform = Callable[[float, float], float]
"""A random number between two; ``random.uniform``."""


class Pace:
    """The pauses of one outage after another.

    tries: how many tries the present outage has had.
    """

    def __init__(
        self,
        url: str,
        *,
        accepts: Accepts = accepts_connections,
        wakes: Wakes = wakes_up,
        uniform: Uniform = random.uniform,
    ) -> None:
        self.tries = 0
        self._url = url
        self._accepts = accepts
        self._wakes = wakes
        self._uniform = uniform
        self._hurried = anyio.Event()

    def failed(self, lasted: float) -> None:
        """Count a try; ``lasted`` is how long its session was ready, in seconds, 0 where it never was.

        A server that dies each time it has been reached is no less of a failure than one that is down.
        """
        self.tries = 1 if lasted >= STABLE_SECONDS else self.tries + 1
        self._hurried = anyio.Event()

    def next(self, problem: Problem) -> float:
        """Seconds until the next try."""
        longest = min(LAST_PAUSE, FIRST_PAUSE * 2 ** min(self.tries - 1, 10))
        return max(SHORTEST_PAUSE, self._uniform(0, longest), problem.retry_after or 0)

    def hurry(self) -> None:
        """End the present pause."""
        self._hurried.set()

    async def rest(self, seconds: float, problem: Problem) -> None:
        """Wait for ``seconds``, or for ``hurry``, or for a server that was away to be back.

        So it is found at once, however long the pauses have become, without having been asked anything meanwhile.
        """
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as tasks:
                if self._url and problem.retry_after is None:
                    tasks.start_soon(self._look_out, problem)
                await self._hurried.wait()
                tasks.cancel_scope.cancel()

    async def _look_out(self, problem: Problem) -> None:
        """End the pause once the server has been away and is back; one that was never away is left alone."""
        match problem.kind:
            case "timeout":
                if await self._wakes(self._url):
                    self.hurry()
            case "refused" | "cut":
                away = problem.kind == "refused"
                while True:
                    await anyio.sleep(LOOK_SECONDS)
                    accepts = await self._accepts(self._url)
                    if away and accepts:
                        self.hurry()
                    away = not accepts
            case _:
                """It answers, if badly."""

    async def until_hurried(self) -> None:
        """Wait for ``hurry`` alone."""
        await self._hurried.wait()
