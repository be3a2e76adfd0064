"""Is there anybody at an address? Asked of the network alone, not of the server."""

from __future__ import annotations

import math
import ssl
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

import anyio

CONNECT_SECONDS = 1.0


def on_this_machine(url: str) -> bool:
    """Whether a URL leads to this very machine (RFC 6761, section 6.3; the loopback addresses)."""
    host, _ = _address(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


async def accepts_connections(url: str) -> bool:
    """Whether something accepts TCP connections at the host and port of ``url``, within a second."""
    host, port = _address(url)
    with anyio.move_on_after(CONNECT_SECONDS):
        try:
            stream = await anyio.connect_tcp(host, port)
        except OSError:
            return False
        await stream.aclose()
        return True
    return False


async def seconds_to_answer(url: str) -> float:
    """Wait for a server that accepts connections and says nothing (it is frozen, or busy) to say anything at all.

    One request, and patience. Infinite where the connection broke: it said nothing.
    """
    host, port = _address(url)
    started = anyio.current_time()
    try:
        async with await _connect(url, host, port) as stream:
            await stream.send(f"OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            await stream.receive(1)
    except (OSError, anyio.EndOfStream, anyio.BrokenResourceError):
        return math.inf
    return anyio.current_time() - started


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def _connect(url: str, host: str, port: int) -> anyio.abc.ByteStream:
    if url.startswith("https:"):
        return await anyio.connect_tcp(host, port, ssl_context=_any_certificate())
    return await anyio.connect_tcp(host, port)


def _any_certificate() -> ssl.SSLContext:
    """Nothing is told to whoever is there, so it does not matter who it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
