"""Caller: runs the tool calls of one session, each to its outcome."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp_types as types
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui.core.answer import FAILED_EXCHANGE
from mcp_tui.core.calls import CallBook, token
from mcp_tui.core.checker import check
from mcp_tui.core.content import read_result, result_of
from mcp_tui.core.rounds import ask_in_rounds
from mcp_tui.core.status import CallState
from mcp_tui.core.tap import current_call
from mcp_tui.core.text import clean
from mcp_tui.settings import Limits

CANCEL_SECONDS = 2.0
"""How long a call that is asked to end may take over it."""

_NO_ANSWER = "the connection ended before the answer came"
_SDK_CANNOT_READ = "Failed to parse "
"""How the SDK begins its own parse errors; any other one was the server's answer."""

_MAY_HAVE_RUN = "the tool may have run"


class _Running:
    """One call in flight, with its two clocks (both monotonic, in seconds)."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.scope = anyio.CancelScope()
        self.ends = time.monotonic() + (limits.call_total or math.inf)
        self.cancelling = anyio.Event()
        self.touch()

    def touch(self) -> None:
        """A sign of life: the quiet clock starts again, the total one does not."""
        if not self.cancelling.is_set():
            self.deadline = min(self.ends, time.monotonic() + (self.limits.call_quiet or math.inf))

    def answered(self) -> None:
        """The answer is here: what is left to do is ours, and no clock runs for it."""
        self.limits = Limits(call_quiet=0, call_total=0)
        self.ends = math.inf
        self.touch()

    def cancel(self) -> None:
        """Ask the server to end it, which may not take long."""
        self.cancelling.set()
        self.deadline = time.monotonic() + CANCEL_SECONDS
        self.scope.cancel()

    async def overdue(self, asking: Callable[[], bool]) -> str:
        """Wait until a clock has run out: which one. The quiet one stands while the server is ``asking``."""
        while (left := self._left(asking)) > 0:
            with anyio.move_on_after(left):
                await (anyio.sleep_forever() if self.cancelling.is_set() else self.cancelling.wait())
        if time.monotonic() >= self.ends:
            return f"no answer within {self.limits.call_total:g} s"
        return f"no sign of life for {self.limits.call_quiet:g} s"

    def _left(self, asking: Callable[[], bool]) -> float:
        """Seconds until a clock will have run out."""
        if self.deadline <= time.monotonic() and asking():
            self.touch()
        return self.deadline - time.monotonic()


class Caller:
    """Sends ``tools/call``, and sees each call to its end. A call is never sent again unless it was refused unrun.

    ``relist`` fetches the tools again. ``asking``: whether the server waits for the person, and so is not to be
    expected to say anything. Source: MCP specification, server/tools; basic/utilities/cancellation.
    """

    def __init__(
        self,
        client: Client,
        limits: Limits,
        book: CallBook,
        relist: Callable[[], Awaitable[None]],
        asking: Callable[[], bool],
    ) -> None:
        self._client = client
        self._limits = limits
        self._book = book
        self._relist = relist
        self._asking = asking
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
            running.cancel()

    async def run(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        """Run one call to its outcome. Never raises for what the server does."""
        current_call.set(number)
        running = self._running[number] = _Running(self._limits)
        call = self._book.get(number)
        if call is not None and call.state is CallState.CANCELLING:
            running.cancel()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._keep_time, number, running)
                with running.scope:
                    await self._call(number, tool, arguments)
                tasks.cancel_scope.cancel()
        finally:
            self._end(number, running, _NO_ANSWER)

    async def _keep_time(self, number: int, running: _Running) -> None:
        reason = await running.overdue(self._asking)
        # The outcome is there before the SDK has got over it, which may take seconds.
        self._end(number, running, reason)
        running.scope.cancel()

    def _end(self, number: int, running: _Running, reason: str) -> None:
        """Give a call an outcome that has none yet: the first one counts."""
        self._running.pop(number, None)
        if running.cancelling.is_set():
            self._book.end(number, CallState.CANCELLED)
        self._book.end(number, CallState.LOST, error=f"{reason}; {_MAY_HAVE_RUN}")

    async def _call(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        try:
            raw = await self._request(number, tool, arguments)
        except MCPError as error:
            self._failed(number, error)
            return
        if (running := self._running.get(number)) is not None:
            running.answered()
        result, problem = read_result(raw)
        odd = self._odd_type(raw)
        problem = problem or odd or await self._schema_problem(tool, result)
        shown = result_of(result, raw, problem)
        failed = shown.is_error or bool(odd)
        error = odd or clean(shown.text or "the tool answered with an error", 500)
        state = CallState.FAILED if failed else CallState.FINISHED
        self._book.end(number, state, result=shown, error=error if failed else "")

    async def _request(self, number: int, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The SDK's own ``call_tool`` would throw the result away where it does not fit the output schema."""
        params = {"name": tool, "arguments": arguments, "_meta": {"progressToken": token(number)}}
        try:
            return await ask_in_rounds(self._client.session, "tools/call", params)
        except MCPError as error:
            if error.code != types.HEADER_MISMATCH:
                raise
            # Refused unrun: the headers are made from the listed schema, which has changed since.
            await self._relist()
            return await ask_in_rounds(self._client.session, "tools/call", params)

    def _odd_type(self, raw: dict[str, Any]) -> str:
        """What is wrong with the kind of a result. Source: MCP specification 2026-07-28, basic, "Result types"."""
        kind = raw.get("resultType", "complete")
        if kind == "complete" or self._client.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            return ""
        return f"the answer is invalid: its resultType is {clean(str(kind), 80)!r}"

    async def _schema_problem(self, tool: str, result: types.CallToolResult) -> str:
        # Of a tool that was not listed, the SDK would fetch the list first: the result is not made to wait for it.
        schema = self._client.session._tool_output_schemas.get(tool)  # pyright: ignore[reportPrivateUsage]
        if result.is_error or schema is None:
            return ""
        if "structured_content" not in result.model_fields_set:
            return "No structured content came, although the tool has an output schema"
        verdict = await check(schema, result.structured_content)
        if verdict.problems:
            return f"Invalid structured content: {verdict.problems[0].line}"
        return verdict.unchecked and f"The structured content is unchecked: {verdict.unchecked}"

    def _failed(self, number: int, error: MCPError) -> None:
        reason = clean(error.message, 500)
        cut = error.code == FAILED_EXCHANGE and error.error.data == {"sent": True}
        if error.code == types.PARSE_ERROR and error.message.startswith(_SDK_CANNOT_READ):
            self._book.end(number, CallState.LOST, error=f"the answer cannot be read; {_MAY_HAVE_RUN}")
        elif error.code == types.CONNECTION_CLOSED:
            self._book.end(number, CallState.LOST, error=f"{_NO_ANSWER}; {_MAY_HAVE_RUN}")
        elif cut:
            self._book.end(number, CallState.LOST, error=f"{reason}; {_MAY_HAVE_RUN}")
        else:
            self._book.end(number, CallState.FAILED, error=reason)
