"""Rows about the core alone: the processor time of a notification, without screen and history."""

from __future__ import annotations

import asyncio
import socket
import time

import msgspec

from benchmarks.flood_server import BLOCK, flood_server
from benchmarks.isolated import isolated
from benchmarks.links import HTTP_MODERN, SERVER, flood, server
from benchmarks.row import Row, at_least, at_most
from mcp_tui.settings import Config, ServerSettings

MICROSECONDS = 1_000_000


def _core(count: int) -> float:
    with server(HTTP_MODERN) as servers:
        return isolated(_core_time, servers, count) / count * MICROSECONDS


def _core_time(servers: tuple[ServerSettings, ...], count: int) -> float:
    """Seconds of processor time for a flood."""
    from mcp_tui.cli import headless

    async def main() -> float:
        async with headless.running(Config(servers)) as hub:
            await headless.ready(hub, SERVER)
            await flood(hub, BLOCK)
            return (await flood(hub, count)).processor

    return asyncio.run(main())


class _Params(msgspec.Struct):
    level: str
    data: msgspec.Raw
    logger: str | None = None


class _Message(msgspec.Struct):
    method: str
    params: _Params


def _floor(count: int) -> float:
    with flood_server() as port:
        return isolated(_floor_time, port, count) / count * MICROSECONDS


def _floor_time(port: int, count: int) -> float:
    """Seconds of processor time to take a flood from a socket and decode it, and nothing more."""
    decode = msgspec.json.Decoder(_Message).decode
    decoded, rest = 0, b""
    with _asked(port, count) as wire:
        started = time.process_time()
        while chunk := wire.recv(65_536):
            *events, rest = (rest + chunk).split(b"\n\n")
            for event in events:
                _, _, data = event.partition(b"data: ")
                if b'"method"' in data:
                    decode(data)
                    decoded += 1
        seconds = time.process_time() - started
    if decoded != count:
        raise RuntimeError(f"{decoded} of {count} notifications arrived")
    return seconds


def _drained(count: int) -> float:
    """Notifications a second that the flood server sends to whoever only takes them."""
    with flood_server() as port:
        started = time.perf_counter()
        with _asked(port, count) as wire:
            while wire.recv(1_048_576):
                """To nowhere."""
        return count / (time.perf_counter() - started)


def _rate(count: int) -> float:
    """Notifications a second that the core takes."""
    return MICROSECONDS / _core(count)


def _asked(port: int, count: int) -> socket.socket:
    """A connection on which a flood comes, as the answer to a bare request."""
    call = {"name": "flood", "arguments": {"n": count}}
    body = msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call})
    wire = socket.create_connection(("127.0.0.1", port))
    wire.sendall(b"POST /mcp HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
    # The answer's head ends like an event; its first line says what it is.
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += wire.recv(1)
    return wire


ROWS = (
    Row(
        "core-cpu",
        "processor time a notification, the core; a bare socket and a typed JSON decoder",
        "µs",
        at_most(12),
        50_000,
        1_000,
        _core,
        _floor,
    ),
    Row(
        "flood-server",
        "the flood server, only drained; the core's share of a processor",
        "/s",
        at_least(10),
        200_000,
        1_000,
        _drained,
        _rate,
    ),
)
