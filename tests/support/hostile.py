"""A server that puts hostile text into every place it can write to: answers for any transport, over ``GOOD``.

``PLACES`` are those places. What stands in each is given by ``said``, a function of the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from support import hostile_offers
from support.answers import HANDSHAKE, MODERN, listed
from support.exchange import Answer, Exchange, Json, notification, text_result, tool

Said = Callable[[str], str]

PLACES = (
    *("server name", "server title", "server version", "instructions", "experiment"),
    *("tool name", "titled tool", "tool title", "hint title", "description", "malformed tool"),
    *(
        "argument",
        "argument title",
        "argument description",
        "enum",
        "default",
        "format",
        "pattern",
        "other default",
    ),
    *("log text", "log key", "log value", "logger", "level", "method", "uri", "reason"),
    *("progress", "token", "result", "mime type", "link", "link uri", "resource", "resource uri", "block type"),
    *("structured key", "structured value", "failure", "refusal", "result type"),
    *hostile_offers.PLACES,
)

ATTACK, FAIL, REFUSE, ODD = "attack", "fail", "refuse", "odd"
"""The tools: a result of every kind, an error result, a JSON-RPC error, an answer that is malformed."""


def saying(texts: Sequence[str]) -> Said:
    """Each of ``texts`` in turn, the place's name after it, so that no two places say the same."""
    return lambda place: f"{texts[PLACES.index(place) % len(texts)]}<{place}>"


class Hostile:
    """The answers. raw: whether texts are written as they are and not escaped, which JSON leaves open."""

    def __init__(self, said: Said, *, raw: bool = False) -> None:
        self._said = said
        self._raw = raw

    @property
    def answers(self) -> dict[str, Answer]:
        """By method, to be laid over the good ones."""
        return {
            "initialize": self._initialize,
            "server/discover": self._discover,
            "tools/list": self._list_tools,
            "tools/call": self._call,
            **{method: self._giving(made) for method, made in hostile_offers.GIVEN.items()},
        }

    def _giving(self, made: Callable[[Said], Json]) -> Answer:
        async def answer(exchange: Exchange) -> None:
            cached = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
            await self._answer(exchange, {**made(self._said), **cached})

        return answer

    async def _send(self, exchange: Exchange, *messages: Json) -> None:
        await exchange.frames(*(self._spelled(message) for message in messages))

    async def _answer(self, exchange: Exchange, result: Json) -> None:
        await self._send(exchange, {"jsonrpc": "2.0", "id": exchange.message["id"], "result": result})

    def _spelled(self, message: Json) -> bytes:
        return json.dumps(message, ensure_ascii=not self._raw).encode("utf-8", "surrogatepass")

    # Who it is

    @property
    def _identity(self) -> Json:
        said = self._said
        return {"name": said("server name"), "title": said("server title"), "version": said("server version")}

    @property
    def _greeting(self) -> Json:
        capabilities: Json = {
            "logging": {},
            "tools": {"listChanged": True},
            "prompts": {},
            "resources": {},
            "completions": {},
            "experimental": {self._said("experiment"): {}},
        }
        return {
            "capabilities": capabilities,
            "instructions": self._said("instructions"),
            "resultType": "complete",
        }

    async def _initialize(self, exchange: Exchange) -> None:
        asked = exchange.params.get("protocolVersion", HANDSHAKE)
        version = asked if asked != MODERN else HANDSHAKE
        await self._answer(exchange, {**self._greeting, "protocolVersion": version, "serverInfo": self._identity})

    async def _discover(self, exchange: Exchange) -> None:
        identity = {"io.modelcontextprotocol/serverInfo": self._identity}
        more = {"supportedVersions": [MODERN], "ttlMs": 0, "cacheScope": "private", "_meta": identity}
        await self._answer(exchange, {**self._greeting, **more})

    # Its tools

    async def _list_tools(self, exchange: Exchange) -> None:
        named = tool(self._said("tool name"), inputSchema=self.schema)
        titled = tool(self._said("titled tool"), title=self._said("tool title"))
        malformed = {"name": self._said("malformed tool"), "inputSchema": 1}
        plain = [tool(name, **self._dress) for name in (ATTACK, FAIL, REFUSE, ODD)]
        await self._answer(exchange, listed(*plain, named, titled, malformed))

    @property
    def _dress(self) -> Json:
        said = self._said
        hints = {"title": said("hint title"), "destructiveHint": True}
        return {
            "title": said("tool title"),
            "description": said("description"),
            "annotations": hints,
            "inputSchema": self.schema,
        }

    @property
    def schema(self) -> Json:
        """An input schema: an argument whose name is hostile, and one of each kind whose name is not."""
        said = self._said
        about = {"title": said("argument title"), "description": said("argument description")}
        limits = {"format": said("format"), "pattern": said("pattern")}
        return {
            "type": "object",
            "properties": {
                said("argument"): {"type": "string"},
                "text": {"type": "string", "default": said("default"), **about, **limits},
                "choice": {"enum": [said("enum"), "other"], "default": said("enum"), **about},
                "lines": {"type": "array", "items": {"type": "string"}, "default": ["one", said("other default")]},
                "object": {"type": "object", "default": {said("other default"): said("other default")}},
                "number": {"type": "integer", "default": said("other default")},
            },
        }

    # Its calls

    async def _call(self, exchange: Exchange) -> None:
        run = {FAIL: self._fail, REFUSE: self._refuse, ODD: self._odd}
        await run.get(exchange.tool, self._attack)(exchange)

    async def _attack(self, exchange: Exchange) -> None:
        await self._send(exchange, *self._notifications(exchange))
        said = self._said
        structured = {said("structured key"): said("structured value")}
        await self._answer(exchange, {**text_result(""), "content": self.blocks, "structuredContent": structured})

    def _notifications(self, exchange: Exchange) -> list[Json]:
        said = self._said
        token = exchange.params.get("_meta", {}).get("progressToken")
        logs: list[Json] = [
            {"level": "error", "data": said("log text"), "logger": said("logger")},
            {"level": "info", "data": {said("log key"): [said("log value")]}, "logger": said("logger")},
            {"level": said("level"), "data": said("log text")},
            {"level": "debug", "data": 1, "logger": [said("logger")]},
        ]
        steps: list[Json] = [
            {"progressToken": token, "progress": 1, "total": 2, "message": said("progress")},
            {"progressToken": said("token"), "progress": 1, "message": said("progress")},
            {"progressToken": token, "progress": "half", "message": said("progress")},
        ]
        return [
            *(notification("message", params) for params in logs),
            *(notification("progress", params) for params in steps),
            notification("resources/updated", {"uri": said("uri")}),
            notification("cancelled", {"requestId": said("token"), "reason": said("reason")}),
            notification(said("method"), {said("log key"): said("log value")}),
            {"jsonrpc": "2.0", "method": said("method")},
        ]

    @property
    def blocks(self) -> list[Json]:
        """A content block of every type. Their payloads are Base64, as they must be."""
        said = self._said
        resource = {"uri": said("resource uri"), "mimeType": said("mime type")}
        return [
            {"type": "text", "text": said("result")},
            {"type": "image", "data": "aGk=", "mimeType": said("mime type")},
            {"type": "audio", "data": "aGk=", "mimeType": said("mime type")},
            {"type": "resource_link", "name": said("link"), "title": said("link"), "uri": said("link uri")},
            {"type": "resource", "resource": {**resource, "text": said("resource")}},
            {"type": "resource", "resource": {**resource, "blob": "aGk="}},
        ]

    async def _fail(self, exchange: Exchange) -> None:
        await self._answer(exchange, text_result(self._said("failure"), isError=True))

    async def _refuse(self, exchange: Exchange) -> None:
        error: dict[str, Any] = {"code": -32603, "message": self._said("refusal"), "data": self._said("refusal")}
        await self._send(exchange, {"jsonrpc": "2.0", "id": exchange.message["id"], "error": error})

    async def _odd(self, exchange: Exchange) -> None:
        unknown = {"type": self._said("block type"), self._said("structured key"): 1}
        odd = {"content": [unknown], "resultType": self._said("result type")}
        await self._answer(exchange, odd)
