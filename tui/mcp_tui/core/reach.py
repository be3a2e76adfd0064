"""Is there anybody at an address? Asked of the network alone, not of the server."""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio

CONNECT_SECONDS = 1.0


async def accepts_connections(url: str) -> bool:
    """Whether something accepts TCP connections at the host and port of ``url``, within a second."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with anyio.move_on_after(CONNECT_SECONDS):
        try:
            stream = await anyio.connect_tcp(parts.hostname or "", port)
        except OSError:
            return False
        await stream.aclose()
        return True
    return False
