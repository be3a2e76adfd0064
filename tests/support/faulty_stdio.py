"""The tools of ``answers`` over stdio: ``python faulty_stdio.py``."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.answers import GOOD, unknown
from support.exchange import Answer, Exchange


class Line(Exchange):
    """One line of the client; what is said are lines, too."""

    async def frames(self, *texts: bytes) -> None:
        sys.stdout.buffer.write(b"".join(text + b"\n" for text in texts))
        sys.stdout.buffer.flush()

    async def cut(self) -> None:
        os._exit(0)


async def main(answers: Mapping[str, Answer] | None = None) -> None:
    """Answer every line; ``answers`` replace the good ones, by method."""
    given = {**GOOD, **(answers or {})}
    tasks: set[asyncio.Task[None]] = set()
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        exchange = Line(json.loads(line))
        if "id" in exchange.message:
            tasks.add(asyncio.create_task(given.get(exchange.method, unknown)(exchange)))
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
