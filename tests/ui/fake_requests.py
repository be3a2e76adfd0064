"""What a front end may ask of a server of a FakeHub: answers that a test sets by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from mcp.shared.uri_template import UriTemplate

from mcp_tui.core.offers import (
    Completion,
    Prompt,
    PromptMessage,
    PromptResult,
    ResourceContents,
    ResourceResult,
    ResourceSubscription,
    ResourceTemplate,
)
from mcp_tui.core.requests import Requests
from mcp_tui.errors import McpTuiError

if TYPE_CHECKING:
    from ui.fakes import FakeHub

T = TypeVar("T")

GREETING = PromptResult((PromptMessage("user", "Hello!"),), '{"messages":[]}')


def text(content: str, mime_type: str = "text/plain") -> ResourceResult:
    """A resource of one text."""
    return ResourceResult((ResourceContents("", mime_type, content.encode(), content),), "{}")


class FakeRequests(Requests):
    """Every method notes that it was asked and answers as soon as the ``gate`` is open; never, while it ``hangs``.

    asked: method and what it was about, in order; withdrawn: the same of what was cancelled.
    failure: raised instead of any answer.
    """

    def __init__(self, hub: FakeHub, server: str) -> None:
        self._hub, self._server = hub, server
        self.asked: list[tuple[str, ...]] = []
        self.withdrawn: list[tuple[str, ...]] = []
        self.contexts: list[Mapping[str, str]] = []
        self.hangs = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: McpTuiError | None = None
        self.messages = GREETING
        self.contents = text("what it holds")
        self.completions: dict[str, Completion] = {}

    async def get_prompt(self, name: str, arguments: Mapping[str, str]) -> PromptResult:
        pairs = [f"{key}={value}" for key, value in arguments.items()]
        return await self._give(("prompt", name, *pairs), self.messages)

    async def read_resource(self, uri: str) -> ResourceResult:
        return await self._give(("read", uri), self.contents)

    async def complete(
        self,
        ref: Prompt | ResourceTemplate,
        argument: str,
        value: str,
        context: Mapping[str, str] | None = None,
    ) -> Completion:
        self.contexts.append(dict(context or {}))
        known = self.completions.get(argument, Completion())
        values = tuple(each for each in known.values if each.startswith(value))
        return await self._give(("complete", argument, value), Completion(values, known.total, known.has_more))

    async def subscribe(self, uri: str) -> None:
        await self._give(("subscribe", uri), None)
        held = self._hub.server(self._server).subscriptions
        self._hub.set_status(self._server, subscriptions=(*held, ResourceSubscription(uri)))

    async def unsubscribe(self, uri: str) -> None:
        await self._give(("unsubscribe", uri), None)
        held = self._hub.server(self._server).subscriptions
        kept = tuple(subscription for subscription in held if subscription.uri != uri)
        self._hub.set_status(self._server, subscriptions=kept)

    def expand(self, template: ResourceTemplate, values: Mapping[str, str]) -> str:
        return UriTemplate.parse(template.uri_template).expand(values)

    async def _give(self, about: tuple[str, ...], value: T) -> T:
        self.asked.append(about)
        try:
            if self.hangs:
                await asyncio.Event().wait()
            await self.gate.wait()
        except asyncio.CancelledError:
            self.withdrawn.append(about)
            raise
        if self.failure is not None:
            raise self.failure
        return value
