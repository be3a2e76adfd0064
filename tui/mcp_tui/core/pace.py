"""Pace: when a server that failed is tried again."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable

import anyio

from mcp_tui.core.problem import Problem
from mcp_tui.core.reach import accepts_connections, seconds_to_answer

FIRST_PAUSE, LAST_PAUSE, SHORTEST_PAUSE = 0.5, 60.0, 0.5
"""Seconds between tries: doubling from the first to the last, at random below that, never under the shortest."""

LOOK_SECONDS = 0.5
"""How often, during a pause, the port of a server is looked at."""

STABLE_SECONDS = 3.0
"""A session that lasted so long makes the next outage a new one, whose pauses begin at the shortest.

A server under development is started anew each time its code is saved, and is to be found at once each time.
"""

Accepts = Callable[[str], Awaitable[bool]]
"""Whether anything accepts connections at a URL."""

PROMPT_SECONDS = 1.0
"""A server that answers anything sooner, twice in one outage, is only slow to answer what it was asked."""

Answers = Callable[[str], Awaitable[float]]
"""Waits for a server to say anything; the seconds it took, infinite where it said nothing."""

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
        answers: Answers = seconds_to_answer,
        uniform: Uniform = random.uniform,
    ) -> None:
        self.tries = 0
        self._url = url
        self._accepts = accepts
        self._answers = answers
        self._prompt = False
        self._uniform = uniform
        self._hurried = anyio.Event()

    def failed(self, lasted: float) -> None:
        """Count a try; ``lasted`` is how long its session was ready, in seconds, 0 where it never was.

        A server that dies each time it has been reached is no less of a failure than one that is down.
        """
        self.tries = 1 if lasted >= STABLE_SECONDS else self.tries + 1
        self._prompt = self._prompt and self.tries > 1
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
                seconds = await self._answers(self._url)
                # It has woken up, if not just as it was given up.
                if seconds < math.inf and not (seconds < PROMPT_SECONDS and self._prompt):
                    self.hurry()
                self._prompt = seconds < PROMPT_SECONDS
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
