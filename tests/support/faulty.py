"""A server of faults: plain asyncio on loopback, without the SDK. Good by default, in both eras and over SSE.

``Faulty({"tools/list": hang})`` answers one method (or ``GET``, ``SSE``, ``DELETE``) in another way; the faults of
calls are its tools. It can be stopped, started again at its port, and frozen.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from mcp_tui.settings import ServerSettings
from support.answers import GOOD, unknown
from support.exchange import SUBSCRIPTION, Answer, Exchange, Json, dump, notification

EVENT_STREAM = "text/event-stream"
NO_SESSION = b'{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID"},"id":null}'


class Http(Exchange):
    """One request over HTTP; what is said goes into its response, or over SSE into the session's stream."""

    def __init__(self, server: Faulty, head: list[str], body: bytes, pipe: Pipe) -> None:
        super().__init__(json.loads(body) if body else {})
        self.verb, self.path, _ = head[0].split(" ")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        self.server = server
        self.pipe = pipe
        self.out: Http | None = None
        self.streaming = False
        self.done = False

    @property
    def name(self) -> str:
        """What ``answers`` are looked up by."""
        return self.method or ("SSE" if self.path == "/sse" else self.verb)

    async def frames(self, *texts: bytes) -> None:
        out = self.out or self
        await out.stream()
        await out.pipe.write(b"".join(b"data: " + text + b"\n\n" for text in texts))

    async def answer(self, result: Any) -> None:
        body = dump({"jsonrpc": "2.0", "id": self.message["id"], "result": result})
        if self.out is not None or self.streaming:
            await self.frames(body)
        else:
            await self.reply(200, body, {"mcp-session-id": self.server.session_for(self)})

    async def reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Answer with a whole body."""
        self.done = True
        given = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
        await self.pipe.write(_head(status, given) + body)

    async def stream(self) -> None:
        """Begin an event stream, unless that has been done."""
        if not self.streaming:
            self.streaming = True
            await self.pipe.write(_head(200, {"content-type": EVENT_STREAM, "connection": "close"}))

    async def cut(self) -> None:
        (self.out or self).pipe.abort()

    async def gone(self) -> None:
        await (self.out.pipe.closed.wait() if self.out else self.pipe.gone())
        self.server.gone += 1
        self.server.tell()


class Pipe:
    """A client's connection; what is written waits while the server is frozen."""

    def __init__(self, server: Faulty, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self.reader = reader
        self._writer = writer
        self.closed = asyncio.Event()

    async def write(self, data: bytes) -> None:
        await self._server.awake.wait()
        self._writer.write(data)
        await self._writer.drain()

    async def gone(self) -> None:
        with suppress(ConnectionError):
            await self.reader.read()

    def abort(self) -> None:
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()
        self.closed.set()


class Faulty:
    """The server. ``answers`` replace the good ones, by method; ``forgotten`` is the status of unknown sessions.

    received: the time (monotonic) and the name of every request; standing: the streams that are open unasked;
    gone: how many answers nobody waited for any longer.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None, *, forgotten: int = 404) -> None:
        self.answers: dict[str, Answer] = {**GOOD, **HTTP, **(answers or {})}
        self.received: list[tuple[float, str]] = []
        self.standing: list[Http] = []
        self.sessions: dict[str, Http | None] = {}
        self.gone = 0
        self._told = asyncio.Event()
        self.awake = asyncio.Event()
        self.awake.set()
        self.port = 0
        self._forgotten = forgotten
        self._last_session = 0
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._pipes: set[Pipe] = set()

    def settings(self, name: str = "faulty", transport: str = "streamable-http", **fields: Any) -> ServerSettings:
        """How mcp-tui is told of it."""
        path = "sse" if transport == "sse" else "mcp"
        return ServerSettings(name, transport, f"http://127.0.0.1:{self.port}/{path}", **fields)

    def count(self, name: str) -> int:
        """How often a method was asked for."""
        return sum(asked == name for _, asked in self.received)

    async def seen(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait until something holds of what the server has seen."""
        async with asyncio.timeout(seconds):
            while not holds():
                await self._told.wait()
                self._told.clear()

    async def asked(self, name: str, times: int = 1) -> None:
        """Wait until a method has been asked for so often."""
        await self.seen(lambda: self.count(name) >= times)

    def tell(self) -> None:
        """Wake whoever waits in ``seen``."""
        self._told.set()

    # Its life

    async def start(self) -> None:
        """Accept connections, at the port of the last time."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=1 << 24)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Die: every connection breaks, every session is forgotten, the port is closed."""
        if self._listener is not None:
            self._listener.close()
        self.sessions.clear()
        self.standing.clear()
        for pipe in self._pipes:
            pipe.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def restart(self) -> None:
        """Die and be back."""
        await self.stop()
        await self.start()

    def freeze(self) -> None:
        """Accept connections, as the kernel would, and say nothing more."""
        self.awake.clear()

    def thaw(self) -> None:
        """Go on."""
        self.awake.set()

    async def announce(self, method: str, params: Json | None = None) -> None:
        """Send a notification on every standing stream."""
        for stream in list(self.standing):
            meta = {"_meta": {SUBSCRIPTION: stream.message["id"]}} if stream.message else {}
            await stream.send(notification(method, {**meta, **(params or {})}))

    # Inside

    def session_for(self, exchange: Http) -> str:
        """The session's id; ``initialize`` begins one."""
        if exchange.method == "initialize":
            self._last_session += 1
            self.sessions[name := f"s{self._last_session}"] = None
            return name
        return exchange.headers.get("mcp-session-id", "none")

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        pipe = Pipe(self, reader, writer)
        self._pipes.add(pipe)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(pipe):
                    """One request after the other."""
        finally:
            self._pipes.discard(pipe)
            pipe.close()

    async def _exchange(self, pipe: Pipe) -> bool:
        """Read one request and answer it; whether the connection stays open."""
        head = (await pipe.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lengths = [line.partition(":")[2] for line in head if line.lower().startswith("content-length:")]
        body = await pipe.reader.readexactly(int(lengths[0]) if lengths else 0)
        await self.awake.wait()
        exchange = Http(self, [line for line in head if line], body, pipe)
        self.received.append((time.monotonic(), exchange.name))
        self.tell()
        await self._answer(exchange)
        return exchange.done

    async def _answer(self, exchange: Http) -> None:
        if exchange.path.startswith("/messages"):
            await self._message(exchange)
            return
        session = exchange.headers.get("mcp-session-id")
        if session is not None and session not in self.sessions:
            await exchange.reply(self._forgotten, NO_SESSION if self._forgotten == 400 else b"")
        elif exchange.method and "id" not in exchange.message and exchange.method not in self.answers:
            await exchange.reply(202)
        else:
            await self._say(exchange)

    async def _message(self, exchange: Http) -> None:
        """A message over SSE: accepted here, answered on the session's stream."""
        exchange.out = self.sessions.get(exchange.path.partition("=")[2])
        if exchange.out is None:
            await exchange.reply(self._forgotten)
            return
        await exchange.reply(202)
        if "id" in exchange.message:
            task = asyncio.create_task(self._say(exchange))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _say(self, exchange: Http) -> None:
        standing = exchange.name in ("subscriptions/listen", "GET", "SSE")
        if standing:
            self.standing.append(exchange)
            self.tell()
        try:
            with suppress(ConnectionError):
                await self.answers.get(exchange.name, unknown)(exchange)
        finally:
            if standing and exchange in self.standing:
                self.standing.remove(exchange)


async def _standing(exchange: Http) -> None:
    await exchange.stream()
    await exchange.gone()


async def _sse(exchange: Http) -> None:
    server = exchange.server
    name = f"sse{len(server.received)}"
    server.sessions[name] = exchange
    await exchange.stream()
    await exchange.pipe.write(b"event: endpoint\ndata: /messages?session=" + name.encode() + b"\n\n")
    await exchange.gone()


async def _delete(exchange: Http) -> None:
    exchange.server.sessions.pop(exchange.headers.get("mcp-session-id", ""), None)
    await exchange.reply(200)


HTTP: dict[str, Answer] = {"GET": _standing, "SSE": _sse, "DELETE": _delete}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


@asynccontextmanager
async def serving(answers: Mapping[str, Answer] | None = None, **options: Any) -> AsyncGenerator[Faulty]:
    """A faulty server, as long as the block runs."""
    server = Faulty(answers, **options)
    await server.start()
    try:
        yield server
    finally:
        server.thaw()
        await server.stop()
