"""One message of a client and what is said in return, over whatever transport; and the messages themselves."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any

Json = dict[str, Any]

SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


class Exchange(ABC):
    """One message of the client, and what is said in return."""

    def __init__(self, message: Json) -> None:
        self.message = message

    @abstractmethod
    async def frames(self, *texts: bytes) -> None:
        """Send messages, byte for byte."""

    @abstractmethod
    async def cut(self) -> None:
        """Break the connection."""

    async def gone(self) -> None:
        """Return once the client is no longer there."""
        await asyncio.Event().wait()

    @property
    def method(self) -> str:
        """What was asked."""
        return self.message.get("method", "")

    @property
    def params(self) -> Json:
        """Its parameters."""
        return self.message.get("params") or {}

    @property
    def tool(self) -> str:
        """The tool of ``tools/call``."""
        return self.params.get("name", "")

    def argument(self, name: str, default: Any) -> Any:
        """An argument of ``tools/call``."""
        return self.params.get("arguments", {}).get(name, default)

    async def send(self, message: Json) -> None:
        """Send one message."""
        await self.frames(dump(message))

    async def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        await self.send(notification(method, params))

    async def answer(self, result: Json) -> None:
        """Answer the request."""
        await self.send({"jsonrpc": "2.0", "id": self.message["id"], "result": result})

    async def error(self, code: int, text: str) -> None:
        """Answer with an error."""
        error = {"code": code, "message": text}
        await self.send({"jsonrpc": "2.0", "id": self.message.get("id"), "error": error})


Answer = Callable[[Any], Coroutine[Any, Any, None]]
"""Takes the Exchange (its HTTP kind, where the answer is about HTTP) and says something, or nothing."""


def dump(message: Any) -> bytes:
    """JSON on one line."""
    return json.dumps(message, separators=(",", ":")).encode()


def notification(method: str, params: Any) -> Json:
    """A notification as a message."""
    return {"jsonrpc": "2.0", "method": f"notifications/{method}", "params": params}


def text_result(text: str, **fields: Any) -> Json:
    """A tool's result."""
    return {"content": [{"type": "text", "text": text}], "resultType": "complete", **fields}


def tool(name: str, **fields: Any) -> Json:
    """A tool as it is listed."""
    return {"name": name, "inputSchema": {"type": "object"}, **fields}
