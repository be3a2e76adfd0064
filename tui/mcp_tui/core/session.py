"""Session: one live conversation with a server, from its handshake to its end."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Protocol

import anyio
import anyio.abc
import mcp_types as types
import msgspec
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui import version
from mcp_tui.core.answer import FAILED_EXCHANGE
from mcp_tui.core.answering import Answering
from mcp_tui.core.caller import Caller
from mcp_tui.core.calls import CallBook
from mcp_tui.core.catalog import Catalog
from mcp_tui.core.content import capabilities_of
from mcp_tui.core.inbox import Inbox
from mcp_tui.core.levels import Level
from mcp_tui.core.listing import TOOLS
from mcp_tui.core.redact import Redactor
from mcp_tui.core.requests import Requests
from mcp_tui.core.subscriptions import Subscriptions
from mcp_tui.core.text import clean, clean_block
from mcp_tui.core.watchdog import Watchdog, Watched
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits, ServerSettings

_UPDATED = "resources/updated"


def open_client(settings: ServerSettings, link: AbstractAsyncContextManager[Any], inbox: Inbox) -> Client:
    """The SDK's client for a server, over a transport.

    To be told a version, the SDK would ask nothing of the server, not even what it can do; so a version is asked
    for like any other, and looked at afterwards. SSE is a transport of the handshake era alone.
    """
    pinned = settings.protocol not in ("auto", "legacy")
    mode = "legacy" if settings.protocol == "auto" and settings.transport == "sse" else settings.protocol
    return Client(
        link,
        mode="auto" if pinned else mode,
        log_level=settings.level.label,  # type: ignore[arg-type]
        client_info=types.Implementation(name="mcp-tui", version=version()),
        **Answering(settings.name, inbox, settings.roots).callbacks,
    )


class Owner(Watched, Protocol):
    """What a session tells the connection it belongs to."""

    def standing(self, open_: bool, reason: str = "") -> None:
        """Whether anything is heard from the server unasked."""
        ...

    def note(self, text: str) -> None:
        """Something about this server that a person should be able to read."""
        ...

    def log(self, level: Level, text: str, kind: str) -> None:
        """Enter something that was observed of this server."""
        ...

    def missed(self) -> None:
        """The server may have told of changes unheard."""
        ...


class Session:
    """What mcp-tui asks a connected server, in either era; the parts that do it share its client and its tasks."""

    def __init__(
        self,
        client: Client,
        settings: ServerSettings,
        limits: Limits,
        owner: Owner,
        book: CallBook,
        asking: Callable[[], bool],
        redact: Redactor,
    ) -> None:
        self.client = client
        self._settings = settings
        self._owner = owner
        self._tasks: anyio.abc.TaskGroup | None = None
        self._catalog = Catalog(client, owner)
        self._subscriptions = Subscriptions(client, owner)
        self.caller = Caller(client, limits, book, partial(self._catalog.fetch, TOOLS), asking)
        self.requests = Requests(
            settings.name, client, self._subscriptions, limits, asking, self._start_soon, redact
        )
        self.watchdog = Watchdog(self.probe, self, owner, settings.url, limits.heartbeat)

    @property
    def modern(self) -> bool:
        """Whether this is the era of per-request metadata (2026-07-28) rather than of the handshake."""
        return self.client.protocol_version in MODERN_PROTOCOL_VERSIONS

    @property
    def identity(self) -> dict[str, Any]:
        """What the server says of itself, as fields of its status."""
        info = self.client.server_info
        return {
            "era": "modern" if self.modern else "handshake",
            "protocol": self.client.protocol_version,
            "title": clean(info.title or info.name, 80) if info is not None else "",
            "version": clean(info.version, 40) if info is not None else "",
            "instructions": clean_block(self.client.instructions or "", 20_000),
            "capabilities": capabilities_of(self.client.server_capabilities),
            "notes": (),
        }

    # Start

    @property
    def wrong_version(self) -> str:
        """Why the protocol agreed on is not the one configured, or empty."""
        wanted, agreed = self._settings.protocol, self.client.protocol_version
        if wanted in ("auto", "legacy", agreed):
            return ""
        return f"the server speaks {agreed}, not {wanted}"

    async def start(self) -> None:
        """Ask for log messages, fetch the lists, subscribe again, take a first measure of the latency."""
        capabilities = self.client.server_capabilities
        if not self.modern and capabilities.logging is not None:
            await self._set_level()
        elif not self.modern:
            self._owner.note("It does not declare the logging capability: log messages are not promised.")
        # A server that never answers one of these has answered the others.
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._catalog.fetch_all)
            tasks.start_soon(self._subscriptions.restore)
        if self._catalog.latency is None:
            await self.probe()
        else:
            self._owner.update(latency=self._catalog.latency)

    async def _set_level(self) -> None:
        """Source: MCP specification 2025-11-25, server/utilities/logging, "Setting Log Level"."""
        request = types.SetLevelRequest(params=types.SetLevelRequestParams(level=self._level))
        try:
            await self.client.session.send_request(request, types.EmptyResult)
        except MCPError as error:
            self._owner.note(f"It refused logging/setLevel: {clean(error.message)}")

    @property
    def _level(self) -> types.LoggingLevel:
        return self._settings.level.label  # type: ignore[return-value]

    # Open

    def open(self, tasks: anyio.abc.TaskGroup) -> None:
        """From here on be asked things, and listen; ``tasks`` end with the session."""
        self._tasks = tasks
        for work in (self.watchdog.watch, self._subscriptions.listen, self._catalog.keep):
            tasks.start_soon(work)

    def close(self) -> None:
        """From here on be asked nothing."""
        self._tasks = None

    def start_call(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        """Run a call. Raises McpTuiError where the session is over."""
        self._start_soon(partial(self.caller.run, number, tool, arguments))

    def _start_soon(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self._tasks is None:
            raise McpTuiError(f"{self._settings.name}: the connection has ended")
        self._tasks.start_soon(work)

    @property
    def busy(self) -> bool:
        """Whether any answer is waited for, so that the server may be deaf to anything else."""
        return self.caller.busy or self.requests.busy

    def alive(self, call: int) -> None:
        """A sign of life of a call."""
        self.caller.touch(call)

    def told(self, notification: str, params: str) -> None:
        """The server said that a list or a resource changed; ``params`` is JSON text."""
        if notification != _UPDATED:
            self._catalog.changed(notification)
        elif (uri := _uri_of(params)) is not None:
            self._subscriptions.updated(uri)

    def missed(self) -> None:
        """The server may have told of changes unheard."""
        self._catalog.missed()
        self._subscriptions.missed()

    async def probe(self) -> None:
        """Measure one round trip: ``ping`` in the handshake era, ``server/discover`` in the modern one.

        Raises MCPError; an error that came from the server itself is an answer, too.
        """
        started = time.perf_counter()
        session = self.client.session
        if self.modern:
            await _answered(session.send_discover(self.client.protocol_version))
        else:
            await _answered(session.send_ping())
        self._owner.update(latency=time.perf_counter() - started)


class _Updated(msgspec.Struct):
    uri: str


def _uri_of(params: str) -> str | None:
    """The resource that was updated, or None where that is not said."""
    try:
        return msgspec.json.decode(params, type=_Updated).uri
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None


async def _answered(question: Awaitable[Any]) -> None:
    """Wait for an answer; an error that the server itself sent is one."""
    try:
        await question
    except MCPError as error:
        if error.code in (types.CONNECTION_CLOSED, types.REQUEST_TIMEOUT, FAILED_EXCHANGE):
            raise
