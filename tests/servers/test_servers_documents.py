"""The server `documents`, mostly without a network."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError
from mcp_types import (
    BlobResourceContents,
    LoggingMessageNotificationParams,
    PromptReference,
    ResourceTemplateReference,
    TextContent,
    TextResourceContents,
)

from mcp_tui_servers import documents
from mcp_tui_servers.catalog import Transport
from mcp_tui_servers.letters import LETTER_TEMPLATE
from mcp_tui_servers.library import CONVERTED, JOURNAL_URI, STAMP, STAMP_URI
from mcp_tui_servers.sample import Sample

Messages = list[LoggingMessageNotificationParams]
Serve = Callable[[Sample, tuple[Transport, ...]], AbstractAsyncContextManager[int]]
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


# What can be read


async def convert(client: Client, name: str, kind: str = "markdown") -> None:
    result = await client.call_tool("convert_document", {"name": name, "format": kind})
    assert not result.is_error


async def text_of(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri, cache_mode="bypass")).contents
    assert isinstance(content, TextResourceContents)
    return content.text


async def test_a_conversion_is_in_the_journal_and_becomes_a_resource() -> None:
    async with Client(documents.build().server) as client:
        assert len((await client.list_resources()).resources) == 3
        await convert(client, "a/b c", "pdf")
        await convert(client, "a/b c", "pdf")
        listed = (await client.list_resources(cache_mode="bypass")).resources
        (converted,) = [resource for resource in listed if resource.name == "a/b c.pdf"]
        (content,) = (await client.read_resource(converted.uri)).contents
        assert isinstance(content, BlobResourceContents)
        assert content.mime_type == "application/pdf"
        journal = await text_of(client, JOURNAL_URI)
    assert journal == "The office has opened.\na/b c.pdf: 1 pages\na/b c.pdf: 1 pages\n"


async def test_conversions_do_not_pile_up() -> None:
    async with Client(documents.build().server) as client:
        for number in range(CONVERTED + 5):
            await convert(client, str(number))
        assert len((await client.list_resources()).resources) == CONVERTED


async def test_the_stamp_is_a_picture() -> None:
    assert STAMP.startswith(b"\x89PNG")
    async with Client(documents.build().server) as client:
        (content,) = (await client.read_resource(STAMP_URI)).contents
    assert isinstance(content, BlobResourceContents)
    assert content.mime_type == "image/png"


async def test_letters_are_completed_by_what_is_known_already() -> None:
    template = ResourceTemplateReference(uri=LETTER_TEMPLATE)
    async with Client(documents.build().server) as client:
        kinds = await client.complete(template, {"name": "kind", "value": "inv"})
        languages = await client.complete(
            template, {"name": "language", "value": ""}, context_arguments={"kind": "invoice"}
        )
        tones = await client.complete(PromptReference(name="write_letter"), {"name": "tone", "value": "f"})
        letter = await text_of(client, "documents://letters/invoice/german")
        with pytest.raises(MCPError):
            await text_of(client, "documents://letters/reminder/german")
    assert kinds.completion.values == ["invitation", "invoice"]
    assert languages.completion.values == ["english", "german"]
    assert tones.completion.values == ["formal", "friendly", "firm"]
    assert letter == "Die Rechnung liegt bei."


async def test_the_prompt_asks_for_a_letter() -> None:
    async with Client(documents.build().server) as client:
        (prompt,) = (await client.list_prompts()).prompts
        result = await client.get_prompt(prompt.name, {"kind": "reminder", "recipient": "Ada"})
    assert [argument.required for argument in prompt.arguments or ()] == [True, True, False]
    (message,) = result.messages
    assert isinstance(message.content, TextContent)
    assert message.content.text.startswith("Write a letter (reminder) to Ada, in a formal tone.")


# What is told


async def test_a_modern_client_hears_of_the_journal_and_of_new_resources() -> None:
    heard: list[ServerEvent] = []
    async with Client(documents.build().server) as client:
        listening = client.listen(resources_list_changed=True, resource_subscriptions=[JOURNAL_URI])
        async with listening as subscription:
            await convert(client, "cv")
            async for event in subscription:
                heard.append(event)
                if len(heard) == 2:
                    break
    assert heard == [ResourceUpdated(uri=JOURNAL_URI), ResourcesListChanged()]


async def test_a_handshake_session_hears_of_them_too(serve: Serve, until: Until) -> None:
    heard: list[str] = []

    async def on_message(message: object) -> None:
        heard.append(getattr(message, "method", ""))

    async with (
        serve(documents.build(), ("streamable-http",)) as port,
        Client(f"http://127.0.0.1:{port}/mcp", mode="legacy", message_handler=on_message) as client,
    ):
        declared = client.server_capabilities.resources
        assert declared is not None
        assert (declared.subscribe, declared.list_changed) == (True, True)
        await convert(client, "before")
        await until(lambda: "notifications/resources/list_changed" in heard)
        assert "notifications/resources/updated" not in heard
        with pytest.warns(MCPDeprecationWarning):
            await client.session.subscribe_resource(JOURNAL_URI)  # pyright: ignore[reportDeprecated]
        await convert(client, "after")
        await until(lambda: "notifications/resources/updated" in heard)
        with pytest.raises(MCPError), pytest.warns(MCPDeprecationWarning):
            await client.session.subscribe_resource("documents://nothing")  # pyright: ignore[reportDeprecated]
