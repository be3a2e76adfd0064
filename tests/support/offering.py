"""A faulty server that offers more than tools, and a hub that is connected to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from mcp_tui.core.hub import Hub
from mcp_tui.settings import DEFAULT_LIMITS, Limits
from support.answers import HANDSHAKE, IDENTITY, MODERN, results
from support.exchange import Answer, Exchange, Json
from support.faulty import Faulty, serving
from support.hubs import running

CAPABILITIES: Json = {
    "logging": {},
    "tools": {"listChanged": True},
    "prompts": {"listChanged": True},
    "resources": {"listChanged": True, "subscribe": True},
    "completions": {},
}
CACHED: Json = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
PROMPT: Json = {"name": "greet", "arguments": [{"name": "who", "required": True}]}
RESOURCE: Json = {"uri": "faulty://note", "name": "note"}
TEMPLATE: Json = {"uriTemplate": "faulty://notes/{name}", "name": "notes"}


def page(key: str, *entries: Any, **fields: Any) -> Json:
    """A page of a list."""
    return {key: list(entries), **CACHED, **fields}


def declaring(capabilities: Json) -> dict[str, Answer]:
    """The answers by which a server, of either era, declares what it has."""

    async def initialize(exchange: Exchange) -> None:
        asked = exchange.params.get("protocolVersion", HANDSHAKE)
        version = asked if asked != MODERN else HANDSHAKE
        await exchange.answer({"protocolVersion": version, "capabilities": capabilities, "serverInfo": IDENTITY})

    discovered = {"supportedVersions": [MODERN], "capabilities": capabilities, **CACHED}
    return {"initialize": initialize, "server/discover": results(discovered)}


def offering(replaced: Mapping[str, Answer] | None = None) -> dict[str, Answer]:
    """The answers, to be laid over ``GOOD``; some may be ``replaced``, by method."""
    done = results({"resultType": "complete"})
    message = {"role": "user", "content": {"type": "text", "text": "Hello!"}}
    return {
        **declaring(CAPABILITIES),
        "prompts/list": results(page("prompts", PROMPT)),
        "resources/list": results(page("resources", RESOURCE)),
        "resources/templates/list": results(page("resourceTemplates", TEMPLATE)),
        "prompts/get": results({"messages": [message], "resultType": "complete"}),
        "resources/read": results({"contents": [{"uri": "faulty://note", "text": "a note"}], **CACHED}),
        "completion/complete": results({"completion": {"values": ["one", "two"]}, "resultType": "complete"}),
        "resources/subscribe": done,
        "resources/unsubscribe": done,
        **(replaced or {}),
    }


@asynccontextmanager
async def connected(
    replaced: Mapping[str, Answer] | None = None, *, limits: Limits = DEFAULT_LIMITS, **settings: Any
) -> AsyncGenerator[tuple[Faulty, Hub]]:
    """The server and a hub that is connected to it as ``faulty``; ``settings`` are those of the server."""
    async with serving(offering(replaced)) as server, running(server.settings(**settings), limits=limits) as hub:
        yield server, hub
