"""Connection: one server, one supervisor task, one state machine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import anyio
import mcp_types as types
import msgspec
from mcp.client import Client

from mcp_tui import version
from mcp_tui.core import problem as problems
from mcp_tui.core.calls import CallBook
from mcp_tui.core.events import CONNECTION, Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.pace import Pace
from mcp_tui.core.problem import Problem
from mcp_tui.core.session import Session
from mcp_tui.core.status import Progress, ServerStatus, State
from mcp_tui.core.store import EventStore
from mcp_tui.core.tap import Tap
from mcp_tui.core.text import clean
from mcp_tui.core.transport import OpenLink, open_link
from mcp_tui.settings import DEFAULT_LIMITS, Limits, ServerSettings

LEAVE_SECONDS = 2.0
"""How long leaving a session may take before it is cut."""

Prepare = Callable[[ServerSettings], None]
"""Run before each try; starts a bundled sample server where none answers."""


_NOT_LISTENING_YET = "not listening yet"


class Connection:
    """Keeps one server connected, tells what it sends and how it fares.

    The one task in ``run`` owns the SDK's client: it alone enters it, leaves it, and builds it anew after every
    way of dying. Implements what tap, guard and session report to (``Listener``, ``Notes``, ``Owner``).
    """

    def __init__(
        self,
        settings: ServerSettings,
        store: EventStore,
        book: CallBook,
        changed: Callable[[], None],
        *,
        limits: Limits = DEFAULT_LIMITS,
        routing: Mapping[str, Level] | None = None,
        open_link: OpenLink = open_link,
        prepare: Prepare = lambda settings: None,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self.settings = settings
        self.status = ServerStatus(
            settings.name,
            State.CONNECTING if settings.enabled else State.DISABLED,
            settings.transport,
            settings.address,
        )
        self._store = store
        self._book = book
        self._changed = changed
        self._limits = limits
        self._open_link = open_link
        self._prepare = prepare
        self._clock = clock
        self._pace = pace or Pace(settings.url)
        guesses = settings.transport != "streamable-http"
        self._tap = Tap(settings.name, self, routing or {}, guesses=guesses)
        self._session: Session | None = None
        self._tasks: anyio.abc.TaskGroup | None = None
        self._scope = anyio.CancelScope()
        self._over = anyio.Event()
        self._problem: Problem | None = None
        self._heard_at = 0.0

    # The supervisor

    async def run(self) -> None:
        """Connect, stay connected, connect again, until cancelled."""
        if self.settings.enabled:
            with self._scope:
                await self._keep_connected()

    async def _keep_connected(self) -> None:
        while True:
            self.update(state=State.CONNECTING, retry_at=None)
            started = anyio.current_time()
            was_ready = await self._one_session()
            self._pace.failed(anyio.current_time() - started if was_ready else 0.0)
            problem = self._problem or Problem("cut", "the connection ended")
            self._report(problem, was_ready)
            await self._pause(problem)

    async def _one_session(self) -> bool:
        """One try, to the end of whatever came of it; whether the server was ready."""
        self._over, self._problem = anyio.Event(), None
        deadline = anyio.current_time() + self._limits.connect
        ready = False
        with anyio.CancelScope(deadline=deadline) as scope:
            try:
                self._prepare(self.settings)
                async with self._client() as client:
                    scope.deadline = math.inf
                    ready = await self._serve(client)
                    scope.deadline = anyio.current_time() + LEAVE_SECONDS
            # The boundary: whatever kills a session becomes the state of this one server.
            except Exception as error:  # noqa: BLE001
                self._problem = self._problem or problems.of_exception(error)
            finally:
                self._session = self._tasks = None
        if scope.cancelled_caught and not ready:
            text = f"no answer within {self._limits.connect:g} s"
            self._problem = self._problem or Problem("timeout", text, "Is this an MCP server?")
        return ready

    def _client(self) -> Client:
        link = self._open_link(self.settings, self._tap, self)
        protocol = self.settings.protocol
        return Client(
            link,
            mode=protocol,
            log_level=self.settings.level.label,  # type: ignore[arg-type]
            client_info=types.Implementation(name="mcp-tui", version=version()),
        )

    async def _serve(self, client: Client) -> bool:
        """Be connected, until the session is over; whether it got as far as ready."""
        self._problem = None
        session = self._session = Session(client, self.settings, self._limits, self, self._book)
        silent = "" if self.settings.transport != "streamable-http" else _NOT_LISTENING_YET
        era = "modern" if session.modern else "handshake"
        self.update(era=era, silent=self.status.silent or silent, **_identity(client))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._end_when_over, tasks)
            with anyio.CancelScope(deadline=anyio.current_time() + self._limits.connect) as starting:
                await session.start()
            if starting.cancelled_caught:
                self.note("It was slow to answer the first questions.")
            self._tasks = tasks
            self._ready()
            if self.status.silent == _NOT_LISTENING_YET and not session.modern:
                # The SDK asks for the stream as soon as there is a session, long before this.
                self.standing(False, "the server keeps no session, so it has no standing stream to offer")
            for work in (session.watch, session.listen, session.relist):
                tasks.start_soon(work)
        return True

    async def _end_when_over(self, tasks: anyio.abc.TaskGroup) -> None:
        await self._over.wait()
        tasks.cancel_scope.cancel()

    def _ready(self) -> None:
        status = self.status
        again = f" again after {status.attempt} tries" if status.attempt > 1 else ""
        named = f" to {status.title} {status.version}".rstrip() if status.title else ""
        self._log(Level.INFO, f"connected{again}{named}, {status.protocol} over {status.transport}")
        self.update(state=State.READY, reason="", hint="", attempt=0)

    def _report(self, problem: Problem, was_ready: bool) -> None:
        """One line for each outage, however many tries it takes; the status counts them."""
        tries = self._pace.tries
        if was_ready:
            self._log(Level.ERROR, f"connection lost: {problem.text}")
        elif tries == 1:
            self._log(Level.ERROR, f"cannot connect: {problem.text}")
        self.update(reason=problem.text, hint=problem.hint, attempt=tries, silent="", latency=None)

    async def _pause(self, problem: Problem) -> None:
        """Wait for the time of the next try, or for ``reconnect``."""
        if problem.unauthorized:
            challenge = f" ({problem.challenge})" if problem.challenge else ""
            self.update(state=State.UNAUTHORIZED, reason=f"{problem.text}{challenge}")
            await self._pace.until_hurried()
        elif problem.kind == "protocol":
            self.update(state=State.FAILED)
            await self._pace.until_hurried()
        else:
            seconds = self._pace.next(problem)
            self.update(state=State.WAITING, retry_at=self._clock() + seconds)
            await self._pace.rest(seconds, problem)

    # What a front end asks for

    def stop(self) -> None:
        """Leave the server for good."""
        self._scope.cancel()

    def reconnect(self) -> None:
        """Try now: leave the session there is, or end the pause."""
        self._pace.hurry()
        if self._session is not None:
            self._problem = self._problem or Problem("cut", "reconnecting as asked")
            self._over.set()

    def start_call(self, number: int, tool: str, arguments: dict[str, Any]) -> None:
        """Run a call in the session there is. The server must be ready."""
        if self._session is None or self._tasks is None:
            raise RuntimeError(f"{self.settings.name} is not ready")
        self._tasks.start_soon(self._session.caller.run, number, tool, arguments)

    def cancel(self, number: int) -> None:
        """Ask for one of this server's calls to end."""
        if self._session is not None:
            self._session.caller.cancel(number)

    # Listener: what the tap hears

    async def heard(self) -> None:
        """Note that the server lives; wait where the store cannot keep up, which slows the server down."""
        self._heard_at = time.monotonic()
        if self._store.full:
            await self._store.room()
        else:
            await anyio.lowlevel.checkpoint()

    def event(self, draft: Draft) -> None:
        """Enter an event of this server."""
        self._store.append(draft)
        if draft.call is not None:
            self._book.count_event(draft.call)
            if self._session is not None:
                self._session.caller.touch(draft.call)
        if draft.kind == "tools/list_changed" and self._session is not None:
            self._session.lists_changed()

    def progress(self, call: int, progress: Progress) -> None:
        """Note how far a call has got."""
        self._book.progress(call, progress)

    def call_of(self, token: str | int | None) -> int | None:
        """The call with this progress token, or the only one in flight."""
        return self._book.call_of(self.settings.name, token)

    # Notes: what the guard saw

    def answered(self) -> None:
        """Forget a refusal: while eras are tried, that of the one is followed by an answer to the other."""
        if self._session is None:
            self._problem = None

    def failed(self, problem: Problem) -> None:
        """Keep the failure as the reason, should the session end, and see whether the server is still there."""
        if self._session is None or problem.unauthorized:
            self._problem = problem
        if self._session is not None and problem.unauthorized:
            self._over.set()
        elif self._session is not None and problem.kind in ("refused", "cut", "timeout"):
            self._session.alarm()

    def lost_session(self, reason: str) -> None:
        """End this session; the supervisor builds another."""
        if self._problem is None:
            self._problem = Problem("cut", reason)
        self._over.set()

    def standing(self, open_: bool, reason: str = "") -> None:
        """Show whether the server is heard unasked; when the stream broke, ask whether the server is there."""
        silent = "" if open_ else f"not listening: {reason}"
        broke = bool(silent) and not self.status.silent
        if silent != self.status.silent:
            self.update(silent=silent)
        if broke and self._session is not None:
            self._session.alarm()

    # Owner: what the session tells

    def quiet_for(self) -> float:
        """Seconds since anything was last heard."""
        return time.monotonic() - self._heard_at

    def note(self, text: str) -> None:
        """Keep something that a person should be able to read about this server."""
        if text not in self.status.notes:
            self.update(notes=(*self.status.notes, text))

    def update(self, **changes: Any) -> None:
        """Change the status, and tell."""
        self.status = msgspec.structs.replace(self.status, **changes)
        self._changed()

    def _log(self, level: Level, text: str) -> None:
        self._store.append(Draft(self.settings.name, level, CONNECTION, clean(text)))


def _identity(client: Client) -> dict[str, Any]:
    info = client.server_info
    return {
        "protocol": client.protocol_version,
        "title": clean(info.title or info.name, 80) if info is not None else "",
        "version": clean(info.version, 40) if info is not None else "",
        "instructions": client.instructions or "",
        "notes": (),
    }
