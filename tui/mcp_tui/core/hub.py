"""Hub: every connection, every call and the store; the one thing a front end talks to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from msgspec.structs import replace

from mcp_tui.core import schema
from mcp_tui.core.accounts import AccountBook
from mcp_tui.core.calls import CallBook, outcome_level
from mcp_tui.core.events import CALL, CONNECTION, RESULT, Draft
from mcp_tui.core.history import History
from mcp_tui.core.inbox import Inbox
from mcp_tui.core.latency import LatencyBook
from mcp_tui.core.levels import Level
from mcp_tui.core.reload import watch_file
from mcp_tui.core.samples import Samples
from mcp_tui.core.shared import Shared
from mcp_tui.core.status import Call, ServerStatus, State
from mcp_tui.core.store import EventStore
from mcp_tui.core.text import clean
from mcp_tui.core.trust import Trust, fingerprint
from mcp_tui.core.view import EVERYTHING, Filter
from mcp_tui.core.wire import Wire
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Config, ServerSettings

if TYPE_CHECKING:
    from mcp_tui.core.connection import Connection
    from mcp_tui.core.requests import Requests
    from mcp_tui.core.session import Session
    from mcp_tui.core.transport import OpenLink

_UNTRUSTED = "not trusted yet: this ./config.toml was not named with --config, and it {}"
_TRUST_HINT = "To trust the file, press T in the dashboard, or name it: --config config.toml."


class Hub:
    """Everything the front ends share. A front end subscribes, reads the frozen values, and asks for things.

    attended: whether a person is there to answer what servers ask. ``open_link`` replaces the transports in tests.
    """

    def __init__(
        self,
        config: Config,
        store: EventStore,
        *,
        history: History | None = None,
        trust: Trust | None = None,
        open_link: OpenLink | None = None,
        attended: bool = False,
    ) -> None:
        self.config = config
        self.store = store
        self.redact = store.redact
        self.redact.learn(config)
        self._history = history
        if history is not None:
            store.add_sink(history)
        self._trust = trust or Trust()
        self._trusted = self._trust.covers(config)
        self._open_link = open_link
        self._wakers: list[Callable[[], None]] = []
        self._book = CallBook(self._changed, self._log_end, redact=self.redact)
        self.inbox = Inbox(self._changed, store.append, attended=attended, redact=self.redact)
        self.wire = Wire(redact=self.redact)
        self.latency = LatencyBook()
        self._shared = Shared(store, self._book, self.inbox, self.wire, self._changed)
        self._samples = Samples(config.servers)
        self._waiting_status = {server.name: self._first_status(server) for server in config.servers}
        self._connections: dict[str, Connection] = {}
        self._tasks: anyio.abc.TaskGroup | None = None

    async def run(self) -> None:
        """Connect to every enabled server and keep at it until cancelled."""
        # The SDK takes most of a second to import; behind the first frame, and off the event loop.
        make = await anyio.to_thread.run_sync(_connection_type)
        if self._history is not None:
            self._history.start(partial(self._say, Level.ERROR))
        try:
            async with anyio.create_task_group() as self._tasks:
                for server in self.config.servers:
                    self._connect(make, server)
                # With or without a file to watch, this never returns: it keeps the group open.
                await watch_file(self.config, self.apply, self._say)
        finally:
            self._tasks = None
            self.close()

    def close(self) -> None:
        """End the bundled servers, write the rest of the history; also where ``run`` could not be waited for."""
        self._samples.close()
        if self._history is not None:
            self._history.close()

    # What front ends read

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        """Every configured server, in the order of the configuration."""
        return tuple(self.server(server.name) for server in self.config.servers)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of this run that have not been dismissed, oldest first."""
        return self._book.all

    def server(self, name: str) -> ServerStatus:
        """One server. Raises KeyError."""
        connection = self._connections.get(name)
        return connection.status if connection is not None else self._waiting_status[name]

    def account_book(self, shown: Filter = EVERYTHING) -> AccountBook:
        """Where the events of each server have gone, while panes show what passes ``shown``."""
        return AccountBook(self.store, self._history, shown)

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` whenever a server or a call has changed; returns the function that ends it."""
        self._wakers.append(wake)
        return lambda: self._wakers.remove(wake)

    def now(self) -> float:
        """Seconds on the clock that call times are in."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since the epoch, the clock of events and of ``retry_at``."""
        return time.time()

    # What front ends ask for

    def call(self, server: str, tool: str, arguments: dict[str, Any]) -> int:
        """Start a call and return its number.

        Raises McpTuiError when the server is not ready, ArgumentError when the arguments cannot be sent as JSON.
        """
        session = self._session(server)
        schema.require_json(arguments)
        number = self._book.open(server, tool, arguments)
        self._log(self._book.all[-1], Level.DEBUG, CALL, f"{tool} started")
        session.start_call(number, tool, arguments)
        return number

    def requests(self, server: str) -> Requests:
        """For what else there is to ask of a server. Raises McpTuiError when it is not ready."""
        return self._session(server).requests

    def _session(self, server: str) -> Session:
        connection = self._connections.get(server)
        if connection is None or connection.session is None or connection.status.state is not State.READY:
            raise self._not_ready(server)
        return connection.session

    def _not_ready(self, name: str) -> McpTuiError:
        try:
            status = self.server(name)
        except KeyError:
            return McpTuiError(f"{name} is no longer configured")
        reason = f": {status.reason}" if status.reason else ""
        return McpTuiError(f"{name} is {status.state}{reason}", hint=status.hint)

    def cancel(self, number: int) -> None:
        """Ask for a running call to end; no effect on one that has."""
        call = self._book.get(number)
        if call is not None and call.server in self._connections:
            self._connections[call.server].cancel(number)

    def dismiss(self, number: int) -> None:
        """Drop an ended call from ``calls``."""
        self._book.dismiss(number)

    async def outcome(self, number: int) -> Call:
        """The call, once it has come to its end and the event of its result has been entered."""
        return await self._book.wait(number)

    def reconnect(self, server: str) -> None:
        """Try now, whatever state the server is in."""
        if (connection := self._connections.get(server)) is not None:
            connection.reconnect()

    async def verdicts(self, names: Iterable[str]) -> tuple[ServerStatus, ...]:
        """The named servers, once each has been found ready or not."""
        found: dict[str, ServerStatus] = {}
        names = tuple(names)
        while True:
            changed = anyio.Event()
            unsubscribe = self.subscribe(changed.set)
            try:
                # The first verdict on each counts: a server that is down goes on being tried.
                for status in self.servers:
                    if status.name in names and status.state is not State.CONNECTING:
                        found.setdefault(status.name, status)
                if len(found) == len(names):
                    return tuple(found[name] for name in names)
                await changed.wait()
            finally:
                unsubscribe()

    def apply(self, config: Config) -> None:
        """Go over to another configuration: servers appear, change and go; those it leaves alone stay connected."""
        same = config.limits == self.config.limits and config.routing == self.config.routing
        kept = {server.name for server in config.servers if same and server in self.config.servers}
        for name, connection in list(self._connections.items()):
            if name not in kept:
                connection.stop()
                del self._connections[name]
        self.config = config
        self.redact.learn(config)
        self._samples.servers = config.servers
        self._trusted = self._trust.covers(config)
        self._waiting_status = {server.name: self._first_status(server) for server in config.servers}
        for server in config.servers:
            if server.name not in self._connections:
                self._connect(_connection_type(), server)
        self._say(Level.NOTICE, "the configuration was read again")
        self._changed()

    @property
    def untrusted(self) -> bool:
        """Whether there are servers that wait for the user's word."""
        return any(self._waits_for_trust(server) for server in self.config.servers)

    def trust(self, shown: Config) -> None:
        """Trust the configuration file, from now on, to do what ``shown`` asks, and do it.

        Raises McpTuiError when the file asks something else by now, OSError when the word cannot be kept.
        """
        if fingerprint(shown) != fingerprint(self.config):
            raise McpTuiError("the file has changed meanwhile", hint="Look at what it asks now.")
        self._trust.add(self.config)
        self._trusted = True
        for server in self.config.servers:
            if server.name not in self._connections:
                self._connect(_connection_type(), server)

    # Inside

    def _connect(self, make: type[Connection], server: ServerSettings) -> None:
        if self._tasks is None or self._waits_for_trust(server):
            return
        options: dict[str, Any] = {} if self._open_link is None else {"open_link": self._open_link}
        connection = make(
            server,
            self._shared,
            limits=self.config.limits,
            routing=self.config.routing,
            prepare=self._samples.ensure,
            **options,
        )
        self._connections[server.name] = connection
        self._tasks.start_soon(connection.run, name=f"connection {server.name}")

    def _say(self, level: Level, text: str) -> None:
        """Enter something that is about mcp-tui itself."""
        self.store.append(Draft("mcp-tui", level, CONNECTION, clean(text)))

    def _waits_for_trust(self, server: ServerSettings) -> bool:
        return not self._trusted and server.enabled and bool(server.asks or server.command)

    def _first_status(self, server: ServerSettings) -> ServerStatus:
        status = ServerStatus(server.name, State.CONNECTING, server.transport, server.address)
        if not server.enabled:
            return replace(status, state=State.DISABLED)
        if self._waits_for_trust(server):
            reason = _UNTRUSTED.format(server.asks[0] if server.asks else "runs a command")
            return replace(status, state=State.FAILED, reason=reason, hint=_TRUST_HINT)
        return status

    def _changed(self) -> None:
        for wake in tuple(self._wakers):
            wake()

    def _log_end(self, call: Call) -> None:
        """Enter how a call ended."""
        took = (call.ended or call.started) - call.started
        detail = f": {call.error}" if call.error else ""
        data = call.result.raw if call.result is not None else None
        text = f"{call.tool} {call.state} in {took:.1f} s{detail}"
        self._log(call, outcome_level(call.state), RESULT, text, data)
        self.latency.add(call)

    def _log(self, call: Call, level: Level, kind: str, text: str, data: str | None = None) -> None:
        self.store.append(Draft(call.server, level, kind, clean(text), None, call.number, data))


def _connection_type() -> type[Connection]:
    from mcp_tui.core.connection import Connection

    return Connection
