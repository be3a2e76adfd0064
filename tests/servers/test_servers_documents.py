"""The server `documents`, without a network."""

from collections.abc import Awaitable, Callable

import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp_types import LoggingMessageNotificationParams

from mcp_tui_servers import documents

Messages = list[LoggingMessageNotificationParams]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_process_documents_counts_them_and_says_when_it_is_done(
    mode: str, messages: Messages, on_log: LoggingFnT, until: Until
) -> None:
    server = documents.build().server
    async with Client(server, mode=mode, log_level="info", logging_callback=on_log) as client:
        result = await client.call_tool("process_documents", {"delay_seconds": 0})
        await until(lambda: len(messages) == 11)
    assert [message.data for message in messages] == [
        *(f"Processing document {number}/10" for number in range(1, 11)),
        "Processing complete!",
    ]
    assert {message.level for message in messages} == {"info"}
    assert not result.is_error


async def test_convert_document_exercises_every_kind_of_field() -> None:
    async with Client(documents.build().server) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        result = await client.call_tool("convert_document", {"name": "cv", "format": "markdown", "draft": True})
    fields = tools["convert_document"].input_schema["properties"]
    assert fields["format"]["enum"] == ["pdf", "html", "markdown"]
    assert (fields["pages"]["type"], fields["pages"]["maximum"]) == ("integer", 500)
    assert fields["draft"]["type"] == "boolean"
    assert {"type": "null"} in fields["note"]["anyOf"]
    assert tools["convert_document"].input_schema["required"] == ["name", "format"]
    assert result.structured_content == {"file_name": "cv.md", "pages": 1, "draft": True, "note": None}


@pytest.mark.parametrize("arguments", [{"format": "docx"}, {"pages": 0}, {"name": ""}])
async def test_what_the_schema_forbids_is_refused(arguments: dict[str, object]) -> None:
    async with Client(documents.build().server) as client:
        result = await client.call_tool("convert_document", {"name": "cv", "format": "pdf", **arguments})
    assert result.is_error
