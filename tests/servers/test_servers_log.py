"""The `logging` capability: declared, and obeyed by session or by request."""

from collections.abc import Awaitable, Callable

import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp_types import LoggingLevel, LoggingMessageNotificationParams

from mcp_tui_servers import items
from mcp_tui_servers.catalog import CATALOG
from mcp_tui_servers.log import LEVELS

Messages = list[LoggingMessageNotificationParams]
SetLevel = Callable[[Client, LoggingLevel], Awaitable[None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("name", list(CATALOG))
async def test_every_server_declares_logging(name: str, mode: str) -> None:
    async with Client(CATALOG[name].build().server, mode=mode) as client:
        assert client.server_capabilities.logging is not None


@pytest.mark.parametrize(("name", "declared"), [("items", False), ("metrics", True)])
async def test_only_a_server_whose_tools_change_declares_it(name: str, declared: bool) -> None:
    async with Client(CATALOG[name].build().server, mode="legacy") as client:
        tools = client.server_capabilities.tools
    assert tools is not None
    assert bool(tools.list_changed) is declared


async def test_a_session_gets_nothing_below_the_level_it_set_and_others_get_everything(
    messages: Messages, on_log: LoggingFnT, set_level: SetLevel, until: Until
) -> None:
    unfiltered: Messages = []

    async def on_other_log(params: LoggingMessageNotificationParams) -> None:
        unfiltered.append(params)

    server = items.build().server
    async with (
        Client(server, mode="legacy", logging_callback=on_log) as quiet,
        Client(server, mode="legacy", logging_callback=on_other_log) as other,
    ):
        await set_level(quiet, "error")
        await quiet.call_tool("emit_levels", {})
        await other.call_tool("emit_levels", {})
        await until(lambda: len(unfiltered) == 8)
        assert [message.level for message in messages] == ["error", "critical", "alert", "emergency"]
        await set_level(quiet, "debug")
        await quiet.call_tool("emit_levels", {})
        await until(lambda: len(messages) == 12)
    assert [message.level for message in unfiltered] == list(LEVELS)


@pytest.mark.parametrize(
    ("level", "heard"),
    [(None, []), ("critical", ["critical", "alert", "emergency"]), ("debug", list(LEVELS))],
)
async def test_a_modern_request_gets_what_it_asked_for(
    level: LoggingLevel | None, heard: list[str], messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    async with Client(items.build().server, log_level=level, logging_callback=on_log) as client:
        await client.call_tool("emit_levels", {})
        await until(lambda: len(messages) >= len(heard))
    assert [message.level for message in messages] == heard
