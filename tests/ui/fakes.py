"""A hub without servers: a real EventStore, a clock that stands still, and states a test sets by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from mcp_tui.core.accounts import AccountBook
from mcp_tui.core.events import MESSAGE, Draft, Event
from mcp_tui.core.history import History
from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Inbox, Question, QuestionKind, Reply
from mcp_tui.core.latency import LatencyBook
from mcp_tui.core.levels import Level
from mcp_tui.core.status import Call, CallState, Progress, Result, ServerStatus, State, Tool
from mcp_tui.core.store import CAPACITY, EventStore
from mcp_tui.core.view import EVERYTHING, Filter
from mcp_tui.core.wire import Wire
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Config
from ui.fake_requests import FakeRequests

START = 1_795_512_600.0
"""2026-11-24T09:30:00Z, where the clock of events starts."""

PROCESS_ITEMS = Tool(
    name="process_items",
    title="Process items",
    description="Processes items one by one and reports progress.",
    input_schema={
        "type": "object",
        "properties": {
            "count": {"type": "integer", "default": 10, "description": "How many items"},
            "delay": {"type": "number", "default": 0.5, "description": "Seconds for each item"},
        },
        "required": ["count"],
    },
)
EMIT_LEVELS = Tool(name="emit_levels", description="One line of every level.", input_schema={"type": "object"})


def status(name: str, state: State = State.READY, **more: Any) -> ServerStatus:
    """A server status with the fields a test does not care for filled in."""
    fields: dict[str, Any] = {
        "transport": "streamable-http",
        "address": f"http://127.0.0.1:8101/{name}",
        "era": "modern" if state is State.READY else "",
        "latency": 0.0042 if state is State.READY else None,
        "tools": (PROCESS_ITEMS, EMIT_LEVELS) if state is State.READY else (),
    }
    return ServerStatus(name=name, state=state, **{**fields, **more})


class FakeInbox(Inbox):
    """Questions that a test puts and withdraws. replies: what was answered, in order."""

    def __init__(self, hub: FakeHub) -> None:
        self.replies: list[tuple[int, Reply]] = []
        self._hub = hub
        self._questions: dict[int, Question] = {}
        self._count = 0

    @property
    def open(self) -> tuple[Question, ...]:
        return tuple(self._questions.values())

    def put(self, kind: QuestionKind, text: str = "Who are you?", server: str = "items", **fields: Any) -> Question:
        """A server asks."""
        self._count += 1
        question = Question(self._count, server, kind, text, self._hub.now(), **fields)
        self._questions[question.number] = question
        self._hub.changed()
        return question

    def withdraw(self, number: int) -> None:
        """The server no longer wants to know."""
        del self._questions[number]
        self._hub.changed()

    def answer(self, number: int, reply: Reply) -> bool:
        if number not in self._questions:
            return False
        self.replies.append((number, reply))
        self.withdraw(number)
        return True


class FakeHub(Hub):
    """What a front end sees of a Hub. Servers are names (ready, with two tools) or statuses.

    called, cancelled, dismissed, reconnected: what the front end asked for, in order; ``requests`` has the rest.
    failure: raised by ``run`` as soon as it is set before the start.
    """

    def __init__(
        self, *servers: str | ServerStatus, capacity: int = CAPACITY, failure: Exception | None = None
    ) -> None:
        self.clock = START
        self.monotonic = 100.0
        self.failure = failure
        self.history: History | None = None
        self.runs = 0
        self.store = EventStore(capacity=capacity, clock=self.time)
        self.redact = self.store.redact
        self.called: list[tuple[str, str, dict[str, Any]]] = []
        self.cancelled: list[int] = []
        self.dismissed: list[int] = []
        self.reconnected: list[str] = []
        self.waits_for_trust = False
        self.config = Config(servers=())
        self._watchers: list[Callable[[], None]] = []
        given = servers or ("items",)
        self._servers = {s.name: s for s in (status(x) if isinstance(x, str) else x for x in given)}
        self._calls: dict[int, Call] = {}
        self._requests: dict[str, FakeRequests] = {}
        self.inbox = FakeInbox(self)
        self.wire = Wire(clock=self.now, now=self.time)
        self.latency = LatencyBook()

    # What the dashboard sees.

    async def run(self) -> None:
        self.runs += 1
        if self.failure is not None:
            raise self.failure
        await asyncio.Event().wait()

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        return tuple(self._servers.values())

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(self._calls.values())

    def server(self, name: str) -> ServerStatus:
        return self._servers[name]

    def call(self, server: str, tool: str, arguments: dict[str, Any]) -> int:
        if self._servers[server].state is not State.READY:
            raise McpTuiError(f"{server} is not ready", hint="Wait until it is.")
        self.called.append((server, tool, arguments))
        return self.add_call(server, tool, arguments=arguments).number

    def requests(self, server: str) -> FakeRequests:
        if self._servers[server].state is not State.READY:
            raise McpTuiError(f"{server} is not ready", hint="Wait until it is.")
        return self._requests.setdefault(server, FakeRequests(self, server))

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)
        call = self._calls[number]
        if not call.state.final:
            self.set_call(number, state=CallState.CANCELLING)

    def dismiss(self, number: int) -> None:
        self.dismissed.append(number)
        self._calls.pop(number)
        self.changed()

    def reconnect(self, server: str) -> None:
        self.reconnected.append(server)

    @property
    def untrusted(self) -> bool:
        return self.waits_for_trust

    def trust(self, shown: Config) -> None:
        assert shown is self.config
        self.waits_for_trust = False

    def account_book(self, shown: Filter = EVERYTHING) -> AccountBook:
        return AccountBook(self.store, self.history, shown)

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        self._watchers.append(wake)
        return lambda: self._watchers.remove(wake)

    def now(self) -> float:
        return self.monotonic

    def time(self) -> float:
        return self.clock

    # What a test does to it.

    def log(
        self,
        level: Level,
        text: str,
        server: str = "items",
        *,
        kind: str = MESSAGE,
        logger: str | None = None,
        call: int | None = None,
        data: str | None = None,
    ) -> Event:
        """Append one event; ``data`` is the text as a JSON string unless given."""
        raw = msgspec.json.encode(text).decode() if data is None else data
        return self.store.append(Draft(server, level, kind, text, logger, call, raw))

    def flood(self, count: int, level: Level = Level.INFO, text: str = "line {}", server: str = "items") -> None:
        """Append ``count`` events; ``{}`` in the text is the number within the flood."""
        for number in range(count):
            self.log(level, text.format(number), server)

    def emit_levels(self, server: str = "items") -> None:
        """One event of every level."""
        for level in Level:
            self.log(level, f"a line of level {level.label}", server)

    def advance(self, seconds: float) -> None:
        """Move both clocks; wakes nobody, as no clock does."""
        self.clock += seconds
        self.monotonic += seconds

    def set_status(self, name: str, **changes: Any) -> ServerStatus:
        """Change a server (or add it) and tell the subscribers."""
        known = self._servers.get(name)
        self._servers[name] = msgspec.structs.replace(known, **changes) if known else status(name, **changes)
        self.changed()
        return self._servers[name]

    def add_call(self, server: str = "items", tool: str = "process_items", **more: Any) -> Call:
        """A new call, running unless ``state`` says otherwise."""
        number = max(self._calls, default=0) + 1
        fields: dict[str, Any] = {"arguments": {}, "state": CallState.RUNNING, "started": self.monotonic}
        self._calls[number] = Call(number=number, server=server, tool=tool, **{**fields, **more})
        self.changed()
        return self._calls[number]

    def set_call(self, number: int, **changes: Any) -> Call:
        """Change a call and tell the subscribers; a final state without ``ended`` ends now."""
        state = changes.get("state")
        if isinstance(state, CallState) and state.final:
            changes.setdefault("ended", self.monotonic)
        self._calls[number] = msgspec.structs.replace(self._calls[number], **changes)
        self.changed()
        return self._calls[number]

    def progress(self, number: int, done: float, total: float | None = None, message: str = "") -> Call:
        """A progress notification of a call."""
        return self.set_call(number, progress=Progress(done, total, message))

    def finish(self, number: int, text: str = "done", **more: Any) -> Call:
        """A call's result."""
        raw = msgspec.json.encode({"content": [{"type": "text", "text": text}]}).decode()
        fields: dict[str, Any] = {"structured": None, "raw": raw, **more}
        return self.set_call(number, state=CallState.FINISHED, result=Result(text=text, **fields))

    def changed(self) -> None:
        """Tell the subscribers that a server or a call has changed."""
        for wake in list(self._watchers):
            wake()
