"""Caller: runs the tool calls of one session, each to its outcome."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp_types as types
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from pydantic import TypeAdapter, ValidationError

from mcp_tui.core.calls import CallBook, token
from mcp_tui.core.content import reason_of, result_of
from mcp_tui.core.guard import FAILED_EXCHANGE
from mcp_tui.core.status import CallState
from mcp_tui.core.tap import current_call
from mcp_tui.core.text import clean
from mcp_tui.settings import Limits

_RESULT: TypeAdapter[types.CallToolResult | types.InputRequiredResult] = TypeAdapter(
    types.CallToolResult | types.InputRequiredResult
)
_MAY_HAVE_RUN = "the tool may have run"


class _Running:
    """One call in flight, with its two clocks (both on anyio's clock, in seconds)."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.ends = anyio.current_time() + (limits.call_total or math.inf)
        self.scope = anyio.CancelScope(deadline=self.ends)
        self.touch()

    def touch(self) -> None:
        """A sign of life: the quiet clock starts again, the total one does not."""
        self.scope.deadline = min(self.ends, anyio.current_time() + (self.limits.call_quiet or math.inf))

    @property
    def overdue(self) -> str:
        """Which clock ran out."""
        if anyio.current_time() >= self.ends:
            return f"no answer within {self.limits.call_total:g} s"
        return f"no sign of life for {self.limits.call_quiet:g} s"


class Caller:
    """Sends ``tools/call``, and sees each call to its end. A call is never sent again unless it was refused unrun.

    ``relist`` fetches the tools again. Source: MCP specification, server/tools; basic/utilities/cancellation.
    """

    def __init__(
        self, client: Client, limits: Limits, book: CallBook, relist: Callable[[], Awaitable[None]]
    ) -> None:
        self._client = client
        self._limits = limits
        self._book = book
        self._relist = relist
        self._running: dict[int, _Running] = {}

    @property
    def busy(self) -> bool:
        """Whether any call is in flight."""
        return bool(self._running)

    def touch(self, number: int) -> None:
        """Note a sign of life of a call."""
        if (running := self._running.get(number)) is not None:
            running.touch()

    def cancel(self, number: int) -> None:
        """Ask for a call to end: ``notifications/cancelled``, or closing its stream in the modern era."""
        self._book.cancelling(number)
        if (running := self._running.get(number)) is not None:
            running.scope.cancel()

    async def run(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        """Run one call to its outcome. Never raises for what the server does."""
        current_call.set(number)
        running = self._running[number] = _Running(self._limits)
        if self._is_cancelling(number):
            running.scope.cancel()
        reason = "the connection ended before the answer came"
        try:
            with running.scope:
                await self._call(number, tool, arguments)
            if running.scope.cancelled_caught:
                if self._is_cancelling(number):
                    self._book.end(number, CallState.CANCELLED)
                reason = running.overdue
        finally:
            del self._running[number]
            # The first outcome counts: this one is for a call that has none yet.
            self._book.end(number, CallState.LOST, error=f"{reason}; {_MAY_HAVE_RUN}")

    def _is_cancelling(self, number: int) -> bool:
        call = self._book.get(number)
        return call is not None and call.state is CallState.CANCELLING

    async def _call(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        try:
            result = await self._request(number, tool, arguments)
        except MCPError as error:
            self._failed(number, error)
            return
        except ValidationError as error:
            self._book.end(number, CallState.FAILED, error=f"the answer is no tool result: {reason_of(error)}")
            return
        shown = result_of(result, await self._schema_problem(tool, result))
        state = CallState.FAILED if shown.is_error else CallState.FINISHED
        error = clean(shown.text or "the tool answered with an error", 500) if shown.is_error else ""
        self._book.end(number, state, result=shown, error=error)

    async def _request(self, number: int, tool: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """The SDK's own ``call_tool`` would throw the result away where it does not fit the output schema."""
        meta: Any = {"progressToken": token(number)}
        params = types.CallToolRequestParams(name=tool, arguments=arguments, _meta=meta)
        request = types.CallToolRequest(params=params)
        try:
            result = await self._client.session.send_request(request, _RESULT)
        except MCPError as error:
            if error.code != types.HEADER_MISMATCH:
                raise
            # Refused unrun: the headers are made from the listed schema, which has changed since.
            await self._relist()
            result = await self._client.session.send_request(request, _RESULT)
        if isinstance(result, types.InputRequiredResult):
            raise MCPError(types.INVALID_REQUEST, "the tool asks questions, and mcp-tui offered no answers")
        return result

    async def _schema_problem(self, tool: str, result: types.CallToolResult) -> str:
        if result.is_error:
            return ""
        try:
            await self._client.session.validate_tool_result(tool, result)
        except (RuntimeError, MCPError, ValidationError) as error:
            return reason_of(error)
        return ""

    def _failed(self, number: int, error: MCPError) -> None:
        reason = clean(error.message, 500)
        cut = error.code == FAILED_EXCHANGE and error.error.data == {"sent": True}
        if error.code == types.PARSE_ERROR:
            self._book.end(number, CallState.LOST, error=f"the answer cannot be read; {_MAY_HAVE_RUN}")
        elif cut or error.code == types.CONNECTION_CLOSED:
            self._book.end(number, CallState.LOST, error=f"{reason}; {_MAY_HAVE_RUN}")
        else:
            self._book.end(number, CallState.FAILED, error=reason)
