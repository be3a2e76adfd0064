"""Subscriptions: what a server is asked to tell unasked, in either era.

A modern server tells it on the stream of one ``subscriptions/listen`` request, which names all that is wanted, and
so is made anew each time that changes; a handshake-era server on its standing stream, after ``resources/subscribe``
for each resource.
"""

from __future__ import annotations

from typing import Any, Protocol

import anyio
import mcp_types as types
import msgspec
from mcp.client import Client
from mcp.client.subscriptions import SubscriptionLost
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui.core.ask import ask
from mcp_tui.core.content import reason_of, safe_uri
from mcp_tui.core.gaps import LASTING_SECONDS
from mcp_tui.core.guard import SILENCE_SECONDS, reopen_pause
from mcp_tui.core.offers import ResourceSubscription
from mcp_tui.core.status import ServerStatus

_NOTHING_OFFERED = "the server offers no notifications outside of calls"


class Owner(Protocol):
    """The connection, as far as subscriptions ask and tell."""

    status: ServerStatus

    def standing(self, open_: bool, reason: str = "") -> None:
        """Whether anything is heard from the server unasked."""
        ...

    def note(self, text: str) -> None:
        """Something about this server that a person should be able to read."""
        ...

    def update(self, **changes: Any) -> None:
        """Change the server's status."""
        ...

    def missed(self) -> None:
        """The server may have told of changes unheard."""
        ...


class _Stream:
    """One ``subscriptions/listen``.

    settled: set once it is open, cannot be, or has been replaced. honored: the resources that it tells of.
    """

    def __init__(self) -> None:
        self.scope = anyio.CancelScope()
        self.settled = anyio.Event()
        self.replaced = False
        self.honored: list[str] = []
        self.refusal = ""


class Subscriptions:
    """The subscriptions of one session. Those to resources stand in the status, and so outlast it."""

    def __init__(self, client: Client, owner: Owner) -> None:
        self._client = client
        self._owner = owner
        self._adding: list[str] = []
        self._stream = _Stream()
        self._wanted = anyio.Event()

    # Resources

    async def add(self, uri: str) -> None:
        """Have changes of a resource told. Raises MCPError where the server refuses."""
        if uri in self._uris:
            return
        capabilities = self._owner.status.capabilities
        if not capabilities.subscriptions:
            raise MCPError(types.METHOD_NOT_FOUND, "it offers no subscriptions to resources")
        if self._modern:
            await self._listen_for(uri)
        else:
            await self._ask("resources/subscribe", uri)
        if uri not in self._uris:
            self._keep(*self._owner.status.subscriptions, ResourceSubscription(uri))

    async def remove(self, uri: str) -> None:
        """No longer have them told. Raises MCPError where the server refuses."""
        if uri not in self._uris:
            return
        self._keep(*(each for each in self._owner.status.subscriptions if each.uri != uri))
        if self._modern:
            self._renew()
        else:
            await self._ask("resources/unsubscribe", uri)

    async def restore(self) -> None:
        """Subscribe again to what an earlier session had subscribed to."""
        if self._modern:
            return
        for uri in self._uris:
            try:
                await self._ask("resources/subscribe", uri)
            except MCPError as error:
                self._owner.note(f"It refused to subscribe to {safe_uri(uri)} again: {reason_of(error)}")
        self.missed()

    def updated(self, uri: str) -> None:
        """The server said that a resource changed: one that was subscribed to, or a part of one."""
        self._grow([each for each in self._uris if uri == each or uri.startswith(f"{each.rstrip('/')}/")])

    def missed(self) -> None:
        """The server may have said so unheard."""
        self._grow(self._uris)

    @property
    def _uris(self) -> list[str]:
        return [each.uri for each in self._owner.status.subscriptions]

    def _grow(self, uris: list[str]) -> None:
        if uris:
            self._keep(
                *(
                    msgspec.structs.replace(each, version=each.version + 1) if each.uri in uris else each
                    for each in self._owner.status.subscriptions
                )
            )

    def _keep(self, *subscriptions: ResourceSubscription) -> None:
        self._owner.update(subscriptions=subscriptions)

    async def _ask(self, method: str, uri: str) -> None:
        await ask(self._client.session, method, {"uri": uri})

    # The modern stream

    @property
    def _modern(self) -> bool:
        return self._client.protocol_version in MODERN_PROTOCOL_VERSIONS

    async def _listen_for(self, uri: str) -> None:
        """Open the stream anew, with one resource more. Raises MCPError."""
        self._adding.append(uri)
        self._renew()
        try:
            while True:
                stream = self._stream
                await stream.settled.wait()
                if not stream.replaced:
                    break
        finally:
            self._adding.remove(uri)
        if uri not in stream.honored:
            raise MCPError(types.INVALID_REQUEST, stream.refusal or "it does not tell of changes of this resource")

    def _renew(self) -> None:
        """Have the stream opened anew, for what is wanted now."""
        old, self._stream = self._stream, _Stream()
        old.replaced = True
        old.settled.set()
        old.scope.cancel()
        self._wanted.set()

    async def listen(self) -> None:
        """Keep the stream open, where the server has anything to say on it.

        The SDK never reopens it. Source: MCP specification 2026-07-28, basic/utilities/subscriptions.
        """
        if not self._modern:
            return
        tries = 0
        # What changed since the stream before, of this session or an earlier one, was said on none.
        unheard = bool(self._uris)
        while True:
            self._wanted = anyio.Event()
            wanted = self._filter()
            if not any(wanted.values()):
                self._owner.standing(False, _NOTHING_OFFERED)
                await self._wanted.wait()
                continue
            opened = anyio.current_time()
            reason = await self._listen(self._stream, wanted, unheard)
            unheard = not reason
            if not reason:
                continue
            self._owner.standing(False, reason)
            # A stream that breaks each time it was opened is no better than one that cannot be.
            tries = 0 if anyio.current_time() - opened > LASTING_SECONDS else tries
            with anyio.move_on_after(reopen_pause(tries)):
                await self._wanted.wait()
            tries += 1

    async def _listen(self, stream: _Stream, wanted: dict[str, Any], unheard: bool) -> str:
        """One ``subscriptions/listen``: why it ended, or nothing where it is time to open it anew."""
        with stream.scope:
            try:
                async with self._client.listen(**wanted) as subscription:
                    stream.honored = subscription.honored.resource_subscriptions or []
                    stream.settled.set()
                    self._owner.standing(True)
                    if unheard:
                        self._owner.missed()
                    # It may be dead on a side that nobody sees, and nothing on it tells.
                    stream.scope.deadline = anyio.current_time() + SILENCE_SECONDS
                    async for _ in subscription:
                        """The tap has made an event of it already."""
                stream.refusal = "the server ended the stream"
            except SubscriptionLost:
                stream.refusal = "the stream broke"
            except MCPError as error:
                stream.refusal = reason_of(error)
        stream.settled.set()
        if stream is self._stream:
            self._stream = _Stream()
        return stream.refusal

    def _filter(self) -> dict[str, Any]:
        offered = self._client.server_capabilities
        return {
            "tools_list_changed": bool(offered.tools and offered.tools.list_changed),
            "prompts_list_changed": bool(offered.prompts and offered.prompts.list_changed),
            "resources_list_changed": bool(offered.resources and offered.resources.list_changed),
            "resource_subscriptions": [*self._uris, *self._adding],
        }
