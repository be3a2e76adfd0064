"""Log messages of a server to its client, no less severe than the client asked for.

In the handshake era a client sets the level for its session with `logging/setLevel` (2025-11-25,
server/utilities/logging); until then it gets every message. In 2026-07-28 each request names its own level,
or gets none, and the SDK holds to that by itself.
"""

import warnings
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, get_args

from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import EmptyResult, LoggingLevel, SetLevelRequestParams

LEVELS: tuple[LoggingLevel, ...] = get_args(LoggingLevel)
"""The eight levels of RFC 5424, least to most severe."""

_P = ParamSpec("_P")

_STATE_KEY = "mcp_tui_servers.log_level"


def connection_of(session: ServerSession) -> Connection:
    """Return the connection behind a session, which is made anew for every request and so keeps no state."""
    return session._connection  # pyright: ignore[reportPrivateUsage]


async def set_level(ctx: ServerRequestContext[Any, Any], params: SetLevelRequestParams) -> EmptyResult:
    """Answer `logging/setLevel`: from now on this session gets nothing less severe than `params.level`."""
    connection_of(ctx.session).state[_STATE_KEY] = params.level
    return EmptyResult()


async def send_log(ctx: Context[Any, Any], level: LoggingLevel, data: Any, logger: str | None = None) -> None:
    """Send `notifications/message` on the stream of the request that `ctx` stands for.

    `data` is any JSON value; `logger` names what in the server is speaking.
    """
    if _wanted(connection_of(ctx.session), level):
        send = ctx.session.send_log_message  # pyright: ignore[reportDeprecated]
        await _meant(send, level, data, logger, ctx.request_id)


async def send_log_unasked(
    connection: Connection, level: LoggingLevel, data: Any, logger: str | None = None
) -> None:
    """Send `notifications/message` on the standing stream of a handshake-era session.

    A 2026-07-28 client has no such stream and is sent nothing.
    """
    if _wanted(connection, level):
        await _meant(connection.log, level, data, logger)  # pyright: ignore[reportDeprecated]


def _wanted(connection: Connection, level: LoggingLevel) -> bool:
    least: LoggingLevel = connection.state.get(_STATE_KEY, LEVELS[0])
    return LEVELS.index(level) >= LEVELS.index(least)


def _meant(send: Callable[_P, Awaitable[None]], *args: _P.args, **kwargs: _P.kwargs) -> Awaitable[None]:
    """Call a logging function of the SDK without its deprecation warning.

    Logging is deprecated since 2026-07-28, yet it is what these servers are here to show. The warning is
    given when the function is called, not while it is awaited, so no other task runs inside the filter.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        return send(*args, **kwargs)
