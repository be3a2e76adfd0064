"""Pace: when a server that failed is tried again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import anyio

from mcp_tui.core.problem import Problem
from mcp_tui.core.reach import accepts_connections

FIRST_PAUSE, LAST_PAUSE, SHORTEST_PAUSE = 0.5, 60.0, 0.5
"""Seconds between tries: doubling from the first to the last, at random below that, never under the shortest."""

LOOK_SECONDS = 1.0
"""How often, during a pause, a port that refused connections is looked at."""

STABLE_SECONDS = 10.0
"""A session that lasted so long makes the next outage a new one, whose pauses begin at the shortest."""

Accepts = Callable[[str], Awaitable[bool]]
"""Whether anything accepts connections at a URL."""

Uniform = Callable[[float, float], float]
"""A random number between two; ``random.uniform``."""


class Pace:
    """The pauses of one outage after another.

    tries: how many tries the present outage has had.
    """

    def __init__(
        self, url: str, *, accepts: Accepts = accepts_connections, uniform: Uniform = random.uniform
    ) -> None:
        self.tries = 0
        self._url = url
        self._accepts = accepts
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
        """Wait for ``seconds``, or for ``hurry``, or for a port that refused connections to take them.

        So a server that is back is found at once, however long the pauses have become, without having been asked
        anything meanwhile.
        """
        looks = problem.kind == "refused" and problem.retry_after is None
        with anyio.move_on_after(seconds):
            while not self._hurried.is_set():
                with anyio.move_on_after(LOOK_SECONDS):
                    await self._hurried.wait()
                if looks and await self._accepts(self._url):
                    return

    async def until_hurried(self) -> None:
        """Wait for ``hurry`` alone."""
        await self._hurried.wait()
