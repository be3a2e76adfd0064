"""The server `items`, in both protocol eras, without a network."""

from collections.abc import Awaitable, Callable

import anyio
import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp.shared.dispatcher import ProgressFnT
from mcp_types import CallToolResult, LoggingMessageNotificationParams, TextContent

from mcp_tui_servers import items
from mcp_tui_servers.log import LEVELS

Messages = list[LoggingMessageNotificationParams]
Progress = list[tuple[float, float | None, str | None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]

ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


def connect(mode: str, on_log: LoggingFnT) -> Client:
    return Client(items.build().server, mode=mode, log_level="debug", logging_callback=on_log)


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


@ERAS
async def test_process_items_reports_on_each_item_and_once_at_the_end(
    mode: str,
    messages: Messages,
    on_log: LoggingFnT,
    progress: Progress,
    on_progress: ProgressFnT,
    until: Until,
) -> None:
    names = ["ada", "bo", "cy", "di", "ed"]
    async with connect(mode, on_log) as client:
        result = await client.call_tool(
            "process_items", {"items": names, "delay_seconds": 0}, progress_callback=on_progress
        )
        await until(lambda: len(messages) == 5 and len(progress) == 5)
    assert [message.data for message in messages] == [
        f"Processing item {number}/5: {name}" for number, name in enumerate(names, start=1)
    ]
    assert {(message.level, message.logger) for message in messages} == {("info", "items")}
    assert progress == [(number, 5, f"{number} of 5 items") for number in range(1, 6)]
    assert not result.is_error
    assert result.structured_content == {
        "total": 5,
        "processed": names,
        "skipped": [],
        "failed": [],
        "processed_count": 5,
        "skipped_count": 0,
        "failed_count": 0,
    }


@ERAS
async def test_an_empty_item_is_skipped_and_a_failing_one_holds_up_nobody(
    mode: str, messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    arguments = {"items": ["a", "  ", "failing", "b"], "delay_seconds": 0}
    async with connect(mode, on_log) as client:
        result = await client.call_tool("process_items", arguments)
        await until(lambda: len(messages) == 5)
    assert [message.level for message in messages] == ["info", "warning", "info", "error", "info"]
    assert messages[1].data == "Skipping item 2/4: it is empty"
    assert messages[3].data["item"] == "failing"
    report = items.ItemsReport.model_validate(result.structured_content)
    assert (report.processed, report.skipped) == (["a", "b"], [2])
    assert [failure.item for failure in report.failed] == ["failing"]
    assert (report.processed_count, report.skipped_count, report.failed_count) == (2, 1, 1)


@ERAS
async def test_emit_levels_sends_all_eight_in_order(
    mode: str, messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    async with connect(mode, on_log) as client:
        await client.call_tool("emit_levels", {"logger": "mine"})
        await until(lambda: len(messages) == 8)
    assert [message.level for message in messages] == list(LEVELS)
    assert [message.data for message in messages] == list(items.LEVEL_SAMPLES)
    assert {message.logger for message in messages} == {"mine"}


async def test_process_files_announces_three_files_and_returns_the_message(
    messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    async with connect("auto", on_log) as client:
        result = await client.call_tool("process_files", {"message": "hello", "delay_seconds": 0})
        await until(lambda: len(messages) == 3)
    assert [message.data for message in messages] == [
        "Processing file_1.txt (1/3)...",
        "Processing file_2.txt (2/3)...",
        "Processing file_3.txt (3/3)...",
    ]
    assert text_of(result) == "Here's the file content: hello"
    assert result.structured_content is None


async def test_fail_on_purpose_answers_with_an_error_result(on_log: LoggingFnT) -> None:
    async with connect("auto", on_log) as client:
        result = await client.call_tool("fail_on_purpose", {"reason": "no more disk"})
    assert result.is_error
    assert text_of(result).endswith("no more disk")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"items": ["x"] * 1001}, "1000"),
        ({"items": ["x" * 201]}, "200"),
        ({"items": ["x"], "delay_seconds": 11}, "delay_seconds"),
    ],
)
async def test_too_much_is_refused_with_the_limit(
    arguments: dict[str, object], named: str, on_log: LoggingFnT
) -> None:
    async with connect("auto", on_log) as client:
        result = await client.call_tool("process_items", arguments)
    assert result.is_error
    assert named in text_of(result)


@ERAS
async def test_a_cancelled_count_says_nothing_more(
    mode: str,
    messages: Messages,
    on_log: LoggingFnT,
    progress: Progress,
    on_progress: ProgressFnT,
    until: Until,
) -> None:
    async with connect(mode, on_log) as client:
        async with anyio.create_task_group() as tasks:

            async def count() -> None:
                await client.call_tool("slow_count", {"seconds": 3600}, progress_callback=on_progress)

            tasks.start_soon(count)
            await until(lambda: len(progress) >= 2)
            tasks.cancel_scope.cancel()
        heard = len(progress)
        # Long enough for three more steps of a count that had gone on.
        await client.call_tool("process_items", {"items": ["a", "b", "c"]})
    assert len(progress) == heard
    assert [message.data for message in messages if str(message.data).startswith("Count")] == [
        "Counting for 3600 s"
    ]


async def test_tools_describe_themselves(on_log: LoggingFnT) -> None:
    async with connect("auto", on_log) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"process_items", "process_files", "emit_levels", "slow_count", "fail_on_purpose"}
    for tool in tools.values():
        assert tool.title
        assert tool.description
        assert tool.annotations
        assert all("description" in argument for argument in tool.input_schema["properties"].values())
    schema = tools["process_items"].output_schema
    assert schema is not None
    assert "processed" in schema["properties"]
