"""Requests: what a front end asks of a server beside calls: prompts, resources, completions, subscriptions."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
import mcp_types as types
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp.shared.uri_template import InvalidUriTemplate, UriTemplate
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui.core import given
from mcp_tui.core.ask import ask
from mcp_tui.core.content import reason_of
from mcp_tui.core.offers import Completion, Prompt, PromptResult, ResourceResult, ResourceTemplate
from mcp_tui.core.redact import Redactor
from mcp_tui.core.rounds import ask_in_rounds
from mcp_tui.core.subscriptions import Subscriptions
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits

StartSoon = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]

_ENDED = "the connection ended before the answer came"
_LIMITS_HINT = "How long to wait stands under [limits] in config.toml: call_quiet, call_total."

_T = TypeVar("_T")


class _Job(Generic[_T]):
    """One request on its way, in a task of the session: nobody has to wait until it has been given up."""

    def __init__(self, work: Callable[[], Awaitable[_T]]) -> None:
        self.scope = anyio.CancelScope()
        self.ended = anyio.Event()
        self._work = work
        self._value: list[_T] = []
        self._error: Exception | None = None

    async def run(self) -> None:
        """Do the work. Never raises: what becomes of it is for the one who asked."""
        try:
            with self.scope:
                self._value = [await self._work()]
        # The boundary: one request that goes wrong is no reason for the session to end.
        except Exception as error:  # noqa: BLE001
            self._error = error
        finally:
            self.ended.set()

    def result(self) -> _T:
        """What came of it; raises what went wrong."""
        if self._value:
            return self._value[0]
        raise self._error or MCPError(types.CONNECTION_CLOSED, _ENDED)


class Requests:
    """The requests to one server, as long as its session lasts: ask the hub for it anew each time.

    Every method raises McpTuiError, with the server's name and a reason, where the answer is an error, comes too
    late or not at all. A method that is cancelled cancels the request. What is returned is free of secrets, but for
    the ``data`` of a resource, which is as the server sent it.

    asking: whether the server waits for the person. start_soon: starts a task of the session; raises McpTuiError
    where that is over.
    """

    def __init__(
        self,
        server: str,
        client: Client,
        subscriptions: Subscriptions,
        limits: Limits,
        asking: Callable[[], bool],
        start_soon: StartSoon,
        redact: Redactor,
    ) -> None:
        self._server = server
        self._client = client
        self._subscriptions = subscriptions
        self._limits = limits
        self._asking = asking
        self._start_soon = start_soon
        self._redact = redact
        self._open = 0

    @property
    def busy(self) -> bool:
        """Whether any request is on its way."""
        return self._open > 0

    async def get_prompt(self, name: str, arguments: Mapping[str, str]) -> PromptResult:
        """What the server makes of a prompt. Source: MCP specification, server/prompts."""
        raw = self._in_rounds("prompts/get", {"name": name, "arguments": dict(arguments)})
        return await self._answer(raw, given.prompt_result)

    async def read_resource(self, uri: str) -> ResourceResult:
        """What a resource holds. Source: MCP specification, server/resources."""
        return await self._answer(self._in_rounds("resources/read", {"uri": uri}), given.resource_result)

    async def complete(
        self,
        ref: Prompt | ResourceTemplate,
        argument: str,
        value: str,
        context: Mapping[str, str] | None = None,
    ) -> Completion:
        """How the value of an argument, or of a variable of a template, may go on.

        context: the arguments that are known already. Source: MCP specification, server/utilities/completion.
        """
        params: dict[str, Any] = {"ref": _reference(ref), "argument": {"name": argument, "value": value}}
        if context:
            params["context"] = {"arguments": dict(context)}
        raw = partial(ask, self._client.session, "completion/complete", params)
        return await self._answer(raw, given.completion)

    async def subscribe(self, uri: str) -> None:
        """Have the server tell when a resource changes; ``ServerStatus.subscriptions`` shows it.

        It is kept over reconnects. Source: MCP specification, server/resources, "Subscriptions";
        2026-07-28, basic/utilities/subscriptions.
        """
        await self._run(partial(self._subscriptions.add, uri))

    async def unsubscribe(self, uri: str) -> None:
        """No longer have it told."""
        await self._run(partial(self._subscriptions.remove, uri))

    def expand(self, template: ResourceTemplate, values: Mapping[str, str]) -> str:
        """The URI of a resource of the family; variables without a value are left out (RFC 6570)."""
        try:
            return UriTemplate.parse(template.uri_template).expand(values)
        except InvalidUriTemplate as error:
            raise self._failure(f"its template {template.safe_uri} cannot be read: {error}") from error

    # Inside

    def _in_rounds(self, method: str, params: dict[str, Any]) -> Callable[[], Awaitable[dict[str, Any]]]:
        return partial(ask_in_rounds, self._client.session, method, params)

    async def _answer(
        self, raw: Callable[[], Awaitable[dict[str, Any]]], read: Callable[[dict[str, Any]], _T]
    ) -> _T:
        """The answer to a request, read."""

        async def work() -> _T:
            answer = await raw()
            self._require_complete(answer)
            return read(answer)

        return self._redact.value(await self._run(work))

    def _require_complete(self, answer: dict[str, Any]) -> None:
        """Source: MCP specification 2026-07-28, basic, "Result types"."""
        kind = answer.get("resultType", "complete")
        if kind != "complete" and self._client.protocol_version in MODERN_PROTOCOL_VERSIONS:
            message = f"the answer is invalid: its resultType is {clean(str(kind), 80)!r}"
            raise MCPError(types.INVALID_REQUEST, message)

    async def _run(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Do ``work`` in a task of the session, for as long as the clocks of calls allow."""
        job = _Job(work)
        self._start_soon(job.run)
        self._open += 1
        try:
            if overdue := await self._overdue(job.ended):
                raise self._failure(overdue, _LIMITS_HINT)
            return job.result()
        except MCPError as error:
            ended = error.code == types.CONNECTION_CLOSED
            raise self._failure(_ENDED if ended else reason_of(error)) from error
        finally:
            self._open -= 1
            job.scope.cancel()

    async def _overdue(self, ended: anyio.Event) -> str:
        """Wait for the end of a request, or until a clock has run out: which one.

        The quiet one stands while the server waits for the person.
        """
        quiet, total = (limit or math.inf for limit in (self._limits.call_quiet, self._limits.call_total))
        since = anyio.current_time()
        ends = since + total
        while anyio.current_time() < (deadline := min(ends, since + quiet)):
            with anyio.CancelScope(deadline=deadline):
                await ended.wait()
                return ""
            if self._asking():
                since = anyio.current_time()
        return f"no answer within {min(quiet, total):g} s"

    def _failure(self, reason: str, hint: str = "") -> McpTuiError:
        return McpTuiError(self._redact.text(f"{self._server}: {clean(reason, 500)}"), hint=hint)


def _reference(ref: Prompt | ResourceTemplate) -> dict[str, str]:
    if isinstance(ref, Prompt):
        return {"type": "ref/prompt", "name": ref.name}
    return {"type": "ref/resource", "uri": ref.uri_template}
