"""A uvicorn server that can share its process and its event loop with others."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from mcp_tui_servers.exchanges import OpenExchanges

GRACE_SECONDS = 1
"""How long a stopping server waits for exchanges that do not end at once."""


class HttpServer(uvicorn.Server):
    """Serves one application, says when it is `ready`, and leaves the signals of the process alone."""

    def __init__(self, app: ASGIApp, *, verbose: bool = False) -> None:
        self._exchanges = OpenExchanges(app)
        self.ready = asyncio.Event()
        super().__init__(
            uvicorn.Config(
                self._exchanges,
                log_config=None,
                log_level="info" if verbose else "warning",
                access_log=verbose,
                timeout_graceful_shutdown=GRACE_SECONDS,
                server_header=False,
            )
        )

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do nothing: with several servers in one loop, only the last would ever see a signal."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept requests, then set `ready`."""
        await super().startup(sockets)
        self.ready.set()

    def stop(self) -> None:
        """End all open exchanges, SSE streams included, and let `serve` return."""
        self._exchanges.close()
        self.should_exit = True
