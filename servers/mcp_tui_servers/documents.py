"""The server `documents`: one that still speaks SSE alone, as servers did before 2025-03-26."""

from typing import Annotated, Any, Literal

import anyio
from mcp.server.mcpserver import Context
from mcp.server.subscriptions import InMemorySubscriptionBus
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from mcp_tui_servers.letters import offer_letters
from mcp_tui_servers.library import JOURNAL_URI, Library
from mcp_tui_servers.log import send_log
from mcp_tui_servers.sample import Sample, lowlevel, new_server
from mcp_tui_servers.subscriptions import Audience, accept_subscriptions

LOGGER = "documents"


class Conversion(BaseModel):
    """A converted document."""

    file_name: str = Field(description="The name of the converted file.")
    pages: int = Field(description="How many pages it has.")
    draft: bool = Field(description="Whether it is marked as a draft.")
    note: str | None = Field(description="The note on the first page, if there is one.")


async def process_documents(
    ctx: Context[Any, Any],
    count: Annotated[int, Field(ge=1, le=1000, description="How many documents to process.")] = 10,
    delay_seconds: Annotated[float, Field(ge=0, le=10, description="Seconds to spend on each one.")] = 0.2,
) -> str:
    """Process a number of documents: a log message and a progress notification for each."""
    for number in range(1, count + 1):
        await send_log(ctx, "info", f"Processing document {number}/{count}", LOGGER)
        await anyio.sleep(delay_seconds)
        await ctx.report_progress(number, count, f"document {number}")
    await send_log(ctx, "info", "Processing complete!", LOGGER)
    return f"Processed {count} documents"


class DocumentTools:
    """The tools that leave something in the library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def convert_document(
        self,
        ctx: Context[Any, Any],
        name: Annotated[str, Field(min_length=1, max_length=100, description="The document, without extension.")],
        format: Annotated[  # noqa: A002 - the argument's name is what the user reads in a form
            Literal["pdf", "html", "markdown"], Field(description="What to convert it to.")
        ],
        pages: Annotated[int, Field(ge=1, le=500, description="How many pages it has.")] = 1,
        draft: Annotated[bool, Field(description="Mark every page as a draft.")] = False,
        note: Annotated[str | None, Field(max_length=500, description="A note for the first page.")] = None,
    ) -> Conversion:
        """Convert a document. Only a pretence: no file is read or written."""
        extension = {"pdf": "pdf", "html": "html", "markdown": "md"}[format]
        converted = Conversion(file_name=f"{name}.{extension}", pages=pages, draft=draft, note=note)
        await send_log(ctx, "info", {"event": "converted", **converted.model_dump()}, LOGGER)
        await self._library.keep(converted.file_name, format, f"{pages} pages{', a draft' if draft else ''}")
        return converted


def build() -> Sample:
    """Return the server `documents`."""
    bus = InMemorySubscriptionBus()
    server = new_server(
        "documents",
        title="Document processing",
        description="Processes and converts documents; served over SSE alone.",
        instructions="Call process_documents and watch its log messages, or convert_document for a form; each "
        f"conversion changes the resource {JOURNAL_URI} and the list of resources.",
        subscriptions=bus,
        changing=("resources",),
    )
    audience = Audience(bus)
    library = Library(server, audience)
    harmless = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    server.add_tool(process_documents, title="Process documents", annotations=harmless, structured_output=False)
    server.add_tool(DocumentTools(library).convert_document, title="Convert a document", annotations=harmless)
    library.open()
    offer_letters(server)
    audience.admit(lowlevel(server))
    accept_subscriptions(lowlevel(server), library.knows)
    return Sample(server)
