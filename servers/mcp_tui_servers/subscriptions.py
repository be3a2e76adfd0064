"""Who is told of changes of resources, in the way of each era.

A handshake-era session asks with `resources/subscribe` (2025-11-25, server/resources, Subscriptions) and is told on
its standing stream; a 2026-07-28 client asks and is told on its `subscriptions/listen` stream, which the SDK serves
from a bus.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, SubscriptionBus
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    EmptyResult,
    NotificationParams,
    SubscribeRequestParams,
    UnsubscribeRequestParams,
)

from mcp_tui_servers.log import connection_of

TELL_SECONDS = 1.0
"""How long one session may keep the others waiting for a notification."""

_STATE_KEY = "mcp_tui_servers.subscriptions"


def subscriptions_of(connection: Connection) -> set[str]:
    """Return the URIs that a handshake-era session subscribed to; the set is kept with its connection."""
    return connection.state.setdefault(_STATE_KEY, set())


def accept_subscriptions(server: Server[Any], known: Callable[[str], bool]) -> None:
    """Let handshake-era sessions subscribe to every resource whose URI is `known`."""

    async def subscribe(ctx: ServerRequestContext[Any, Any], params: SubscribeRequestParams) -> EmptyResult:
        if not known(params.uri):
            raise MCPError(INVALID_PARAMS, f"Unknown resource: {params.uri}", {"uri": params.uri})
        subscriptions_of(connection_of(ctx.session)).add(params.uri)
        return EmptyResult()

    async def unsubscribe(ctx: ServerRequestContext[Any, Any], params: UnsubscribeRequestParams) -> EmptyResult:
        subscriptions_of(connection_of(ctx.session)).discard(params.uri)
        return EmptyResult()

    server.add_request_handler("resources/subscribe", SubscribeRequestParams, subscribe)
    server.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, unsubscribe)


class Audience:
    """Every client of a server, of either era, to be told when its resources change."""

    def __init__(self, bus: SubscriptionBus) -> None:
        self._bus = bus
        self._sessions: list[Connection] = []

    def admit(self, server: Server[Any]) -> None:
        """Let the handshake-era sessions of `server` in; each leaves when its connection closes."""
        server.add_notification_handler("notifications/initialized", NotificationParams, self._initialized)

    async def resources_changed(self) -> None:
        """Tell everybody that the list of resources has changed."""
        await self._bus.publish(ResourcesListChanged())
        await self._tell(self._sessions, Connection.send_resource_list_changed)

    async def resource_updated(self, uri: str) -> None:
        """Tell whoever subscribed to a resource that it has changed."""
        await self._bus.publish(ResourceUpdated(uri=uri))
        subscribed = [session for session in self._sessions if uri in subscriptions_of(session)]
        await self._tell(subscribed, lambda session: session.send_resource_updated(uri))

    async def _initialized(self, ctx: ServerRequestContext[Any, Any], _params: NotificationParams) -> None:
        connection = connection_of(ctx.session)
        self._sessions.append(connection)
        connection.exit_stack.callback(self._sessions.remove, connection)

    async def _tell(self, sessions: list[Connection], send: Callable[[Connection], Awaitable[None]]) -> None:
        for session in list(sessions):
            with anyio.move_on_after(TELL_SECONDS):
                await send(session)
