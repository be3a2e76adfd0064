"""Answering: a server's requests, brought before the person, and the answers in the words of the protocol.

Both eras come through here: a handshake-era server asks in a request of its own, a modern one in the result of ours
(``rounds``), and the SDK calls the same three functions for either.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mcp_types as types
from mcp.client.context import ClientRequestContext

from mcp_tui.core.inbox import Action, Inbox
from mcp_tui.core.tap import current_call
from mcp_tui.core.text import clean, clean_block

MODEL = "a person, with mcp-tui"
"""What stands as the model's name in an answer to a sampling request."""

_REFUSED = types.ErrorData(code=-1, message="User rejected sampling request")
_SCHEMES = ("http", "https")


class Answering:
    """The callbacks of one server's session.

    roots: the folders it is told of, or none, in which case it is not told that there could be any.
    """

    def __init__(self, server: str, inbox: Inbox, roots: Sequence[Path]) -> None:
        self._server = server
        self._inbox = inbox
        self._roots = roots

    @property
    def callbacks(self) -> dict[str, Any]:
        """As the SDK's client takes them; what is not given is not advertised."""
        given = {"elicitation_callback": self._elicit, "sampling_callback": self._sample}
        return {**given, "list_roots_callback": self._list_roots} if self._roots else given

    async def _elicit(
        self, _context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult:
        """Source: MCP specification, client/elicitation."""
        request = params.model_dump_json(by_alias=True, exclude_none=True)
        text = clean_block(params.message, 4_000)
        if isinstance(params, types.ElicitRequestURLParams):
            if urlsplit(params.url).scheme not in _SCHEMES:
                self._inbox.refuse(self._server, f"to open {params.url}", "that is no web page", current_call.get())
                return types.ElicitResult(action="decline")
            reply = await self._inbox.ask(
                self._server, "url", text, call=current_call.get(), url=params.url, request=request
            )
            return types.ElicitResult(action=reply.action.value)
        reply = await self._inbox.ask(
            self._server, "form", text, call=current_call.get(), schema=params.requested_schema, request=request
        )
        content = reply.values if reply.action is Action.ACCEPT else None
        return types.ElicitResult(action=reply.action.value, content=content)

    async def _sample(
        self, _context: ClientRequestContext, params: types.CreateMessageRequestParams
    ) -> types.CreateMessageResult | types.ErrorData:
        """Source: MCP specification, client/sampling."""
        request = params.model_dump_json(by_alias=True, exclude_none=True)
        reply = await self._inbox.ask(
            self._server, "sampling", conversation(params), call=current_call.get(), request=request
        )
        if reply.action is not Action.ACCEPT:
            return _REFUSED
        said = types.TextContent(type="text", text=reply.text)
        return types.CreateMessageResult(role="assistant", content=said, model=MODEL, stop_reason="endTurn")

    async def _list_roots(self, _context: ClientRequestContext) -> types.ListRootsResult:
        """Source: MCP specification, client/roots."""
        roots = [types.Root.model_validate({"uri": root.as_uri(), "name": root.name}) for root in self._roots]
        return types.ListRootsResult(roots=roots)


def conversation(params: types.CreateMessageRequestParams) -> str:
    """What a model is to continue, as a person reads it: who said what."""
    said = [f"system: {params.system_prompt}"] if params.system_prompt else []
    said += [f"{message.role}: {_words(message)}" for message in params.messages]
    return clean_block("\n".join(said), 20_000)


def _words(message: types.SamplingMessage) -> str:
    blocks = message.content_as_list
    return " ".join(block.text if block.type == "text" else f"({clean(block.type, 40)})" for block in blocks)
