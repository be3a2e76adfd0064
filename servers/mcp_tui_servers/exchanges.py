"""Ends open HTTP exchanges when the server does."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class OpenExchanges:
    """ASGI middleware that can end every exchange in progress.

    SSE streams stay open for as long as the client likes, and uvicorn waits for them before it stops. `close`
    tells the application that all clients are gone, whereupon it cleans up as it always does, and completes
    what it leaves unfinished, so that a client sees the end of a stream and not a broken one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._closed = False
        self._open: set[_Exchange] = set()

    def close(self) -> None:
        """End every exchange in progress, and at once each that is still to come."""
        self._closed = True
        for exchange in self._open:
            exchange.hang_up()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange until it ends or `close` is called."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send)
        if self._closed:
            exchange.hang_up()
        self._open.add(exchange)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            self._open.discard(exchange)
        await exchange.finish()


class _Exchange:
    """One request and its response, from which the client can be made to seem gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._waiting: anyio.CancelScope | None = None
        self._hung_up = False
        self._started = False
        self._complete = False

    def hang_up(self) -> None:
        self._hung_up = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def receive(self) -> Message:
        if not self._hung_up:
            with anyio.CancelScope() as self._waiting:
                return await self._receive()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        # As a server does it: what is sent to a client that is gone goes nowhere.
        if not self._hung_up:
            self._started = True
            if message["type"] == "http.response.body":
                self._complete = not message.get("more_body", False)
            await self._send(message)

    async def finish(self) -> None:
        """Send what hanging up left out of the response: all of it (503), or its end."""
        if not self._hung_up:
            return
        if not self._started:
            await self._send({"type": "http.response.start", "status": 503, "headers": []})
        if not self._complete:
            await self._send({"type": "http.response.body", "body": b""})
