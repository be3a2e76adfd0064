"""The server `metrics`, which talks without being called, over a real socket."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp.client.subscriptions import ResourceUpdated, ServerEvent, ToolsListChanged
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError
from mcp_types import LoggingLevel, LoggingMessageNotificationParams, TextResourceContents

from mcp_tui_servers import gauges, metrics
from mcp_tui_servers.catalog import Transport
from mcp_tui_servers.log import LEVELS
from mcp_tui_servers.monitor import GAUGES_URI, UPDATE_EVERY
from mcp_tui_servers.sample import Sample

INTERVAL = 0.01

Messages = list[LoggingMessageNotificationParams]
Progress = list[tuple[float, float | None, str | None]]
Serve = Callable[[Sample, tuple[Transport, ...]], AbstractAsyncContextManager[int]]
SetLevel = Callable[[Client, LoggingLevel], Awaitable[None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/mcp"


async def subscribe(client: Client, uri: str) -> None:
    with pytest.warns(MCPDeprecationWarning):
        await client.session.subscribe_resource(uri)  # pyright: ignore[reportDeprecated]


async def test_a_handshake_session_hears_of_readings_unasked(
    serve: Serve, messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port), mode="legacy", logging_callback=on_log),
    ):
        await until(lambda: len(messages) >= 10)
    numbers = [message.data["number"] for message in messages]
    assert numbers == sorted(set(numbers))
    assert {message.logger for message in messages} == {"metrics"}
    assert {"debug", "info"} <= {message.level for message in messages}
    assert set(messages[0].data) == {"number", "cpu_percent", "memory_mib", "queue_length"}


async def test_each_session_has_a_level_of_its_own(
    serve: Serve, messages: Messages, on_log: LoggingFnT, set_level: SetLevel, until: Until
) -> None:
    unfiltered: Messages = []

    async def on_other_log(params: LoggingMessageNotificationParams) -> None:
        unfiltered.append(params)

    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port), mode="legacy", logging_callback=on_log) as quiet,
        Client(url(port), mode="legacy", logging_callback=on_other_log),
    ):
        await set_level(quiet, "notice")
        # What was said before that may still be on its way, on a stream of its own.
        latest = (await quiet.call_tool("read_gauges")).structured_content
        assert latest is not None

        def later(heard: Messages) -> list[str]:
            return [message.level for message in heard if message.data["number"] > latest["number"]]

        await until(lambda: len(later(messages)) >= 3 and {"debug", "info"} <= set(later(unfiltered)))
    least = LEVELS.index("notice")
    assert all(LEVELS.index(level) >= least for level in later(messages))


async def test_a_handshake_session_hears_of_tools_that_come_and_go(
    serve: Serve, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long a queue is worth draining: here that changes, and not the queue, which would do so in its own time.
    monkeypatch.setattr(gauges, "QUEUE_BACKLOG", 1_000)
    heard: list[str] = []

    async def on_message(message: object) -> None:
        heard.append(getattr(message, "method", ""))

    async def offered(client: Client) -> set[str]:
        return {tool.name for tool in (await client.list_tools()).tools}

    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port), mode="legacy", message_handler=on_message) as client,
    ):
        assert "drain_queue" not in await offered(client)
        monkeypatch.setattr(gauges, "QUEUE_BACKLOG", 0)
        await until(lambda: "notifications/tools/list_changed" in heard)
        assert "drain_queue" in await offered(client)
        assert "notifications/resources/updated" not in heard
        assert not (await client.call_tool("drain_queue")).is_error
        heard.clear()
        monkeypatch.setattr(gauges, "QUEUE_BACKLOG", 1_000)
        await until(lambda: "notifications/tools/list_changed" in heard)
        assert "drain_queue" not in await offered(client)


async def test_a_handshake_session_hears_of_the_resource_while_it_is_subscribed(
    serve: Serve, messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    heard: list[str] = []

    async def on_message(message: object) -> None:
        heard.append(getattr(message, "method", ""))

    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port), mode="legacy", message_handler=on_message, logging_callback=on_log) as client,
    ):
        await subscribe(client, GAUGES_URI)
        await until(lambda: "notifications/resources/updated" in heard)
        with pytest.warns(MCPDeprecationWarning):
            await client.session.unsubscribe_resource(GAUGES_URI)  # pyright: ignore[reportDeprecated]
        # What was told before that may still be on its way.
        told = len(messages) + 2
        await until(lambda: len(messages) >= told)
        heard.clear()
        told = len(messages) + 2 * UPDATE_EVERY + 1
        await until(lambda: len(messages) >= told)
        assert "notifications/resources/updated" not in heard
        with pytest.raises(MCPError, match="Unknown resource"):
            await subscribe(client, "metrics://nothing")


async def test_a_modern_client_hears_on_its_listen_stream(serve: Serve) -> None:
    heard: list[ServerEvent] = []
    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port)) as client,
        client.listen(tools_list_changed=True, resource_subscriptions=[GAUGES_URI]) as subscription,
    ):
        async for event in subscription:
            heard.append(event)
            if ToolsListChanged() in heard and ResourceUpdated(uri=GAUGES_URI) in heard:
                break


async def test_a_modern_client_is_sent_log_messages_only_on_a_request_that_asks(
    serve: Serve,
    messages: Messages,
    on_log: LoggingFnT,
    progress: Progress,
    on_progress: ProgressFnT,
    until: Until,
) -> None:
    async with (
        serve(metrics.build(INTERVAL), ("streamable-http",)) as port,
        Client(url(port), log_level="debug", logging_callback=on_log) as client,
    ):
        await client.read_resource(GAUGES_URI)
        assert not messages
        result = await client.call_tool("watch_gauges", {"seconds": 1.0}, progress_callback=on_progress)
        report = metrics.WatchReport.model_validate(result.structured_content)
        await until(lambda: report.readings == len(messages) == len(progress))
    assert report.readings > 1
    assert report.peak_cpu_percent == max(message.data["cpu_percent"] for message in messages)
    assert progress[-1][1] == 1.0


async def test_the_resource_is_the_latest_reading(serve: Serve) -> None:
    async with serve(metrics.build(60), ("streamable-http",)) as port, Client(url(port)) as client:
        [content] = (await client.read_resource(GAUGES_URI)).contents
        reading = (await client.call_tool("read_gauges")).structured_content
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    assert json.loads(content.text) == reading
