"""What the core says of servers and calls: frozen values that front ends show."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from mcp_tui.core.offers import Capabilities, Named, Prompt, Resource, ResourceSubscription, ResourceTemplate


class State(StrEnum):
    """The state of a connection."""

    CONNECTING = "connecting"
    READY = "ready"
    WAITING = "waiting"
    UNAUTHORIZED = "unauthorized"
    FAILED = "failed"
    DISABLED = "disabled"


class Tool(Named, frozen=True):
    """One tool of a server. The schemas are as the server sent them.

    Source: MCP specification, server/tools, "Data Types".
    """

    input_schema: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    output_schema: dict[str, Any] | None = None
    read_only: bool | None = None
    destructive: bool | None = None


class ServerStatus(msgspec.Struct, frozen=True):
    """One server as it stands now.

    reason: why it is in this state, and what happened; one line, empty when all is well.
    hint: what to do about it.
    era: ``handshake`` or ``modern``, empty until it is known; protocol: the version agreed on.
    instructions: what the server says of its use, cleaned, several lines perhaps.
    latency: seconds the last round trip took, or None.
    retry_at: clock time (seconds since the epoch) of the next try, for ``waiting``.
    attempt: how many tries this outage has had.
    silent: why nothing is heard from the server unasked ("not listening: ..."), empty when it is heard.
    listed: which of ``tools``, ``prompts``, ``resources`` and ``templates`` have been fetched, however empty.
    subscriptions: the resources whose changes the server was asked to tell.
    """

    name: str
    state: State
    transport: str
    address: str
    reason: str = ""
    hint: str = ""
    era: str = ""
    protocol: str = ""
    title: str = ""
    version: str = ""
    instructions: str = ""
    latency: float | None = None
    retry_at: float | None = None
    attempt: int = 0
    silent: str = ""
    capabilities: Capabilities = Capabilities()
    listed: frozenset[str] = frozenset()
    tools: tuple[Tool, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    resources: tuple[Resource, ...] = ()
    templates: tuple[ResourceTemplate, ...] = ()
    subscriptions: tuple[ResourceSubscription, ...] = ()
    notes: tuple[str, ...] = ()


class CallState(StrEnum):
    """Where a call has got to. The last four are outcomes and final."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def final(self) -> bool:
        """Whether the call has come to its end."""
        return self not in (CallState.RUNNING, CallState.CANCELLING)


class Progress(msgspec.Struct, frozen=True):
    """The newest progress notification of a call; ``total`` is None where the server does not know it.

    Source: MCP specification, basic/utilities/progress.
    """

    progress: float
    total: float | None = None
    message: str = ""


class Result(msgspec.Struct, frozen=True):
    """What a tool answered.

    text: the text blocks and a line for every other block, cleaned, lines kept.
    structured: JSON text of ``structuredContent``, or None.
    raw: the whole result as JSON text, as the server sent it.
    problem: what a later check found (the output schema does not fit), or empty. The result stands all the same.
    """

    text: str
    structured: str | None
    raw: str
    is_error: bool = False
    problem: str = ""


class Call(msgspec.Struct, frozen=True):
    """One ``tools/call``, from sent to its outcome.

    started, ended: seconds on a monotonic clock (``Hub.now``); ended is None while it runs.
    error: why it failed, was lost or was refused; one cleaned line.
    events: how many events belong to it so far.
    """

    number: int
    server: str
    tool: str
    arguments: dict[str, Any]
    state: CallState
    started: float
    ended: float | None = None
    progress: Progress | None = None
    result: Result | None = None
    error: str = ""
    events: int = 0
