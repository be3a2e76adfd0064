"""The documents that the server `documents` keeps, as resources: some for good, one for each conversion."""

import base64
from collections import deque
from typing import Any
from urllib.parse import quote

from mcp.server.mcpserver import MCPServer

from mcp_tui_servers.subscriptions import Audience

JOURNAL_URI = "documents://journal"
HANDBOOK_URI = "documents://handbook"
STAMP_URI = "documents://stamp"

HANDBOOK = """# The document office

Every conversion is entered in the journal, `documents://journal`, and becomes a resource of its own: whoever
subscribed to the journal is told, and everybody is told that the list of resources has changed.

A letter of any kind and language is at `documents://letters/{kind}/{language}`.
"""

STAMP = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAABlBMVEX///+yGCu9v5gZAAAAK0lEQVR42mNgbGDg/8Ag/4PBQoahgI8hgQ2E/v8H"
    "IQgbKAiUAioAKmNsAAAoyAxnZ9X5vwAAAABJRU5ErkJggg=="
)
"""A picture of 16 by 16 pixels (PNG)."""

MIME_TYPES = {"pdf": "application/pdf", "html": "text/html", "markdown": "text/markdown"}

JOURNAL_LINES = 100
CONVERTED = 50
"""Conversions that are kept; of a later one there is only the line in the journal."""


class Library:
    """Tells `audience` of everything that changes."""

    def __init__(self, server: MCPServer[Any], audience: Audience) -> None:
        self._server = server
        self._audience = audience
        self._journal = deque(["The office has opened."], maxlen=JOURNAL_LINES)
        self._uris = {JOURNAL_URI, HANDBOOK_URI, STAMP_URI}

    def knows(self, uri: str) -> bool:
        """Return whether there is a resource of this URI."""
        return uri in self._uris

    def open(self) -> None:
        """Offer what is there from the beginning."""

        def journal() -> str:
            """What was converted, a line each."""
            return "\n".join(self._journal) + "\n"

        def handbook() -> str:
            """How the office works."""
            return HANDBOOK

        def stamp() -> bytes:
            """The stamp of the office, a picture."""
            return STAMP

        self._server.resource(JOURNAL_URI, title="Journal")(journal)
        self._server.resource(HANDBOOK_URI, title="Handbook", mime_type="text/markdown")(handbook)
        self._server.resource(STAMP_URI, title="Stamp", mime_type="image/png")(stamp)

    async def keep(self, file_name: str, kind: str, line: str) -> None:
        """Enter a conversion to `kind` in the journal, and make a resource of it, unless it is one."""
        self._journal.append(f"{file_name}: {line}")
        await self._audience.resource_updated(JOURNAL_URI)
        uri = f"documents://converted/{quote(file_name, safe='')}"
        if uri in self._uris or len(self._uris) >= CONVERTED:
            return
        self._uris.add(uri)
        text = f"This is {file_name}, which is only a pretence.\n"
        content = text.encode() if kind == "pdf" else text
        add = self._server.resource(uri, name=file_name, description=line, mime_type=MIME_TYPES[kind])
        add(lambda: content)
        await self._audience.resources_changed()
