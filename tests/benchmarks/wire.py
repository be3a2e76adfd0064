"""Rows about the wire: how many notifications a second get from it into the store, with everything switched on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.isolated import in_terminal, isolated
from benchmarks.links import (
    HTTP_HANDSHAKE,
    HTTP_MODERN,
    SSE,
    STDIO,
    Link,
    Taken,
    flood,
    sdk_flood,
    server,
    with_dashboard,
)
from benchmarks.row import Row, at_least, at_most
from mcp_tui.settings import ServerSettings

if TYPE_CHECKING:
    from mcp_tui.ui.app import McpTuiApp

COUNT, QUICK = 50_000, 1_000
"""Notifications of one flood."""


def _ours(link: Link, count: int) -> Taken:
    with server(link) as servers:
        return in_terminal(_flood_dashboard, servers, count)


def _flood_dashboard(servers: tuple[ServerSettings, ...], count: int) -> Taken:
    async def work(app: McpTuiApp) -> Taken:
        return await flood(app.hub, count)

    return with_dashboard(servers, work)


def _sdk(link: Link, count: int) -> Taken:
    with server(link) as (settings,):
        return isolated(sdk_flood, settings, count)


def _rate(client: Callable[[Link, int], Taken], link: Link, count: int) -> float:
    """Notifications a second."""
    return count / client(link, count).wall


def _cost(client: Callable[[Link, int], Taken], link: Link, count: int) -> float:
    """Microseconds of processor time a notification."""
    return client(link, count).processor / count * 1_000_000


def _rate_row(name: str, what: str, link: Link, times: float) -> Row:
    ours, sdk = partial(_rate, _ours, link), partial(_rate, _sdk, link)
    what = f"from wire to store, {what}; the SDK's client counting"
    return Row(name, what, "/s", at_least(times), COUNT, QUICK, ours, sdk)


def _cost_row(name: str, what: str, link: Link, times: float) -> Row:
    """The same where the machine has other things to do, too; history, and the thread that writes it, included."""
    ours, sdk = partial(_cost, _ours, link), partial(_cost, _sdk, link)
    what = f"processor time a notification, {what}; the SDK's client counting"
    return Row(name, what, "µs", at_most(1 / times), COUNT, QUICK, ours, sdk)


ROWS = (
    _rate_row("wire-http", "streamable HTTP", HTTP_MODERN, 5),
    _rate_row("wire-http-handshake", "streamable HTTP of the handshake era", HTTP_HANDSHAKE, 5),
    _rate_row("wire-sse", "SSE", SSE, 5),
    _rate_row("wire-stdio", "stdio", STDIO, 2),
    _cost_row("wire-http-cpu", "streamable HTTP", HTTP_MODERN, 5),
    _cost_row("wire-stdio-cpu", "stdio", STDIO, 2),
)
