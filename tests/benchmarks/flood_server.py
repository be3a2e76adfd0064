"""A server that floods: its tool ``flood`` sends ``n`` log messages, serialised beforehand, as fast as can be.

``python flood_server.py`` prints its port and speaks streamable HTTP in both eras and SSE until its standard input
ends; ``python flood_server.py stdio`` speaks over standard input and output.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import faulty_stdio
from support.exchange import Exchange, Json, notification, text_result
from support.faulty import serving

LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
SHORTEST, LONGEST = 100, 1_000
"""Bytes of one message."""

BLOCK = 1_000
"""Messages that are written at once."""

_PLAIN = "GET /v1/items/42 200 in 12 ms; retrying the upstream replica after a timeout of 250 ms; "
_PROSE = 'The café is open → "come in", it says, naïvely perhaps;\nanother line of the same text follows it; '


@cache
def messages() -> tuple[bytes, ...]:
    """A block of messages."""
    return tuple(_message(number) for number in range(BLOCK))


def _message(number: int) -> bytes:
    """One of the messages: every level, texts and objects, one in eight with more than plain ASCII in it."""
    text = (_PROSE if number % 8 == 0 else _PLAIN) * 12
    size = SHORTEST + number * 389 % (LONGEST - SHORTEST + 1)
    room = max(0, size - len(_frame(number, "")))
    # A tenth for what needs more than a byte.
    return _frame(number, text[: room * 9 // 10 if number % 8 == 0 else room])


def _frame(number: int, text: str) -> bytes:
    data: str | Json = text if number % 2 == 0 else {"item": number, "text": text}
    logger: Json = {"logger": "app.worker"} if number % 3 == 0 else {}
    return msgspec.json.encode(notification("message", {"level": LEVELS[number % 8], **logger, "data": data}))


async def flood(exchange: Exchange) -> None:
    """The tool."""
    count = exchange.argument("n", 1)
    # What stands between two messages, so that a block of them goes out like one; the SDKs name the event, too.
    between = b"\n" if isinstance(exchange, faulty_stdio.Line) else b"\n\nevent: message\ndata: "
    block = between.join(messages())
    for _ in range(count // BLOCK):
        await exchange.frames(block)
    if rest := messages()[: count % BLOCK]:
        await exchange.frames(between.join(rest))
    await exchange.answer(text_result("done"))


async def _serve() -> None:
    async with serving({"tools/call": flood}) as server:
        messages()
        print(server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def flood_server() -> Generator[int]:
    """The server over HTTP and SSE, in a process of its own, as long as the block runs; its port."""
    command = (sys.executable, __file__)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["stdio"]:
        asyncio.run(faulty_stdio.main({"tools/call": flood}))
    else:
        asyncio.run(_serve())
