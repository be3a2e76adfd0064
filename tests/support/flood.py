"""A server that floods: its tool sends a hundred thousand numbered messages, all of them serialised beforehand.

Over HTTP and SSE: ``serving(FLOODING)``. Over stdio: ``python flood.py``.
"""

from __future__ import annotations

import asyncio
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mcp_tui.core.levels import Level
from support import faulty_stdio
from support.answers import BATCH
from support.exchange import Answer, Exchange, dump, notification, text_result

COUNT = 100_000


def level_of(number: int) -> Level:
    """Every other message is info; the rest take the levels in turn."""
    return Level.INFO if number % 2 else Level(number // 2 % len(Level))


def text_of(number: int) -> str:
    """What message ``number`` says."""
    return f"flood {number}"


@cache
def batches() -> tuple[tuple[bytes, ...], ...]:
    """The messages, by what is written at once."""
    messages = [
        dump(notification("message", {"level": level_of(number).label, "data": text_of(number)}))
        for number in range(COUNT)
    ]
    return tuple(tuple(messages[start : start + BATCH]) for start in range(0, COUNT, BATCH))


async def flood(exchange: Exchange) -> None:
    """The tool."""
    await _say_all(exchange)
    await exchange.answer(text_result("done"))


async def flood_unasked(exchange: Exchange) -> None:
    """A standing stream on which the flood comes without a call."""
    await _say_all(exchange)
    await exchange.gone()


async def _say_all(exchange: Exchange) -> None:
    for batch in batches():
        await exchange.frames(*batch)


FLOODING: dict[str, Answer] = {"tools/call": flood}

if __name__ == "__main__":
    asyncio.run(faulty_stdio.main(FLOODING))
