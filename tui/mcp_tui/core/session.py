"""Session: one live conversation with a server, from its handshake to its end."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import anyio
import mcp_types as types
from mcp.client import Client
from mcp.client.subscriptions import SubscriptionLost
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui import version
from mcp_tui.core.answer import FAILED_EXCHANGE
from mcp_tui.core.caller import Caller
from mcp_tui.core.calls import CallBook
from mcp_tui.core.content import reason_of
from mcp_tui.core.gaps import LASTING_SECONDS
from mcp_tui.core.guard import SILENCE_SECONDS, reopen_pause
from mcp_tui.core.listing import list_tools
from mcp_tui.core.text import clean
from mcp_tui.core.watchdog import Watchdog, Watched
from mcp_tui.settings import Limits, ServerSettings

RELIST_PAUSE = 0.5
"""Seconds between two listings of the tools, however often the server says that they changed."""


def open_client(settings: ServerSettings, link: AbstractAsyncContextManager[Any]) -> Client:
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
    )


class Owner(Watched, Protocol):
    """What a session tells the connection it belongs to."""

    def standing(self, open_: bool, reason: str = "") -> None:
        """Whether anything is heard from the server unasked."""
        ...

    def note(self, text: str) -> None:
        """Something about this server that a person should be able to read."""
        ...


class Session:
    """The questions mcp-tui asks a connected server, in either era."""

    def __init__(
        self, client: Client, settings: ServerSettings, limits: Limits, owner: Owner, book: CallBook
    ) -> None:
        self.client = client
        self._settings = settings
        self._limits = limits
        self._owner = owner
        self.caller = Caller(client, limits, book, self.list_tools)
        self.watchdog = Watchdog(self.probe, self.caller, owner, settings.url, limits.heartbeat)
        self._lists_changed = anyio.Event()

    @property
    def modern(self) -> bool:
        """Whether this is the era of per-request metadata (2026-07-28) rather than of the handshake."""
        return self.client.protocol_version in MODERN_PROTOCOL_VERSIONS

    @property
    def identity(self) -> dict[str, Any]:
        """What the server says of itself, as fields of its status."""
        info = self.client.server_info
        return {
            "protocol": self.client.protocol_version,
            "title": clean(info.title or info.name, 80) if info is not None else "",
            "version": clean(info.version, 40) if info is not None else "",
            "instructions": self.client.instructions or "",
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
        """Ask for log messages, list the tools, take a first measure of the latency."""
        capabilities = self.client.server_capabilities
        if not self.modern and capabilities.logging is not None:
            await self._set_level()
        elif not self.modern:
            self._owner.note("It does not declare the logging capability: log messages are not promised.")
        if capabilities.tools is not None:
            await self.list_tools()
        await self.probe()

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

    async def list_tools(self) -> None:
        """Fetch every page of the tools; a malformed one is left out, and named."""
        try:
            listing = await list_tools(self.client.session)
        except MCPError as error:
            self._owner.note(f"Its tools cannot be listed: {reason_of(error)}")
            return
        for problem in listing.problems:
            self._owner.note(problem)
        self._owner.update(tools=listing.tools)

    # Standing

    def alive(self, call: int) -> None:
        """A sign of life of a call."""
        self.caller.touch(call)

    def lists_changed(self) -> None:
        """The server said that its tools changed."""
        self._lists_changed.set()

    async def relist(self) -> None:
        """List the tools again each time the server says they changed."""
        while True:
            await self._lists_changed.wait()
            self._lists_changed = anyio.Event()
            await self.list_tools()
            # A server may say so with every breath, and each time it is asked for its list.
            await anyio.sleep(RELIST_PAUSE)

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

    async def listen(self) -> None:
        """Keep a ``subscriptions/listen`` stream open, where the server has anything to say on it.

        The SDK never reopens it. Source: MCP specification 2026-07-28, basic/utilities/subscriptions.
        """
        if not self.modern:
            return
        wanted = self._subscriptions()
        if not any(wanted.values()):
            self._owner.standing(False, "the server offers no notifications outside of calls")
            return
        tries = 0
        while True:
            opened = anyio.current_time()
            reason = await self._subscription(wanted)
            if not reason:
                # What changed between the old stream and the new one was said on neither.
                self.lists_changed()
                continue
            self._owner.standing(False, reason)
            # A stream that breaks each time it was opened is no better than one that cannot be.
            tries = 0 if anyio.current_time() - opened > LASTING_SECONDS else tries
            await anyio.sleep(reopen_pause(tries))
            tries += 1

    async def _subscription(self, wanted: dict[str, Any]) -> str:
        """One ``subscriptions/listen``: why it ended, or nothing where it is time to open it anew."""
        with anyio.CancelScope() as renewing:
            try:
                async with self.client.listen(**wanted) as subscription:
                    self._owner.standing(True)
                    # It may be dead on a side that nobody sees, and nothing on it tells.
                    renewing.deadline = anyio.current_time() + SILENCE_SECONDS
                    async for _ in subscription:
                        """The tap has made an event of it already."""
                return "the server ended the stream"
            except SubscriptionLost:
                return "the stream broke"
            except MCPError as error:
                return reason_of(error)
        return ""

    def _subscriptions(self) -> dict[str, Any]:
        offered = self.client.server_capabilities
        return {
            "tools_list_changed": bool(offered.tools and offered.tools.list_changed),
            "prompts_list_changed": bool(offered.prompts and offered.prompts.list_changed),
            "resources_list_changed": bool(offered.resources and offered.resources.list_changed),
        }


async def _answered(question: Awaitable[Any]) -> None:
    """Wait for an answer; an error that the server itself sent is one."""
    try:
        await question
    except MCPError as error:
        if error.code in (types.CONNECTION_CLOSED, types.REQUEST_TIMEOUT, FAILED_EXCHANGE):
            raise
