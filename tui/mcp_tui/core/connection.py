"""Connection: one server, one supervisor task, one state machine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anyio
import msgspec
from mcp.client import Client

from mcp_tui.core import problem as problems
from mcp_tui.core.ears import Ears, tap_for
from mcp_tui.core.events import CONNECTION, Draft
from mcp_tui.core.gaps import Gaps
from mcp_tui.core.levels import Level
from mcp_tui.core.pace import Pace
from mcp_tui.core.problem import Problem
from mcp_tui.core.session import Session, open_client
from mcp_tui.core.shared import Shared
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.core.text import clean
from mcp_tui.core.transport import OpenLink, open_link
from mcp_tui.settings import DEFAULT_LIMITS, Limits, ServerSettings

LEAVE_SECONDS = 2.0
"""How long leaving a session may take before it is cut."""

Prepare = Callable[[ServerSettings], None]
"""Run before each try; starts a bundled sample server where none answers."""

_DOUBTFUL = (400, 404)
"""Statuses that may mean that the server no longer knows the session, which a request will tell."""

_NOT_LISTENING_YET = "not listening yet"


class Connection:
    """Keeps one server connected, tells what it sends and how it fares.

    The one task in ``run`` owns the SDK's client: it alone enters it, leaves it, and builds it anew after every
    way of dying. Implements what guard and session report to (``Notes``, ``Owner``).
    session: the one there is; it takes calls and requests while the state is ``ready``.
    """

    def __init__(
        self,
        settings: ServerSettings,
        shared: Shared,
        *,
        limits: Limits = DEFAULT_LIMITS,
        routing: Mapping[str, Level] | None = None,
        open_link: OpenLink = open_link,
        prepare: Prepare = lambda settings: None,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self.settings = settings
        state = State.CONNECTING if settings.enabled else State.DISABLED
        self.status = ServerStatus(settings.name, state, settings.transport, settings.address)
        self._shared = shared
        self._limits = limits
        self._open_link = open_link
        self._prepare = prepare
        self._clock = clock
        self._pace = pace or Pace(settings.url)
        self._ears = Ears(settings.name, shared.store, shared.book)
        self._tap = tap_for(settings, self._ears, routing or {}, shared.wire)
        self.session: Session | None = None
        self._scope = anyio.CancelScope()
        self._leash = anyio.CancelScope()
        self._was_ready = False
        self._over = anyio.Event()
        self._problem: Problem | None = None
        self._failure: Problem | None = None
        self._gaps = Gaps()

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
        self._over, self._problem, self._was_ready = anyio.Event(), None, False
        with anyio.CancelScope(deadline=anyio.current_time() + self._limits.connect) as self._leash:
            try:
                self._prepare(self.settings)
                link = self._open_link(self.settings, self._tap, self)
                async with open_client(self.settings, link, self._shared.inbox) as client:
                    self._leash.deadline = math.inf
                    try:
                        await self._serve(client)
                    finally:
                        self._leave()
            # The boundary: whatever kills a session becomes the state of this one server.
            except Exception as error:  # noqa: BLE001
                self._problem = self._problem or problems.of_exception(error)
        if self._leash.cancelled_caught and not self._was_ready:
            text = f"no answer within {self._limits.connect:g} s"
            self._problem = self._problem or Problem("timeout", text, "Is this an MCP server?")
        return self._was_ready

    def _leave(self) -> None:
        """From here on the session takes no call, and has little time left."""
        if self.session is not None:
            self.session.close()
        self.session = self._ears.session = None
        self._leash.deadline = min(self._leash.deadline, anyio.current_time() + LEAVE_SECONDS)
        if self.status.state is State.READY:
            self.update(state=State.CONNECTING)

    async def _serve(self, client: Client) -> None:
        """Be connected, until the session is over."""
        self._problem = self._failure = None
        asking = partial(self._shared.inbox.waits, self.settings.name)
        session = self.session = self._ears.session = Session(
            client, self.settings, self._limits, self, self._shared.book, asking, self._shared.store.redact
        )
        silent = "" if self.settings.transport != "streamable-http" else _NOT_LISTENING_YET
        self.update(silent=self.status.silent or silent, **session.identity)
        if session.wrong_version:
            hint = 'Set protocol = "auto" for it in config.toml.'
            self._problem = Problem("protocol", session.wrong_version, hint)
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._end_when_over, tasks)
            with anyio.CancelScope(deadline=anyio.current_time() + self._limits.connect) as starting:
                await session.start()
            if starting.cancelled_caught:
                self.note("It was slow to answer the first questions.")
            self._ready()
            if self.status.silent == _NOT_LISTENING_YET and not session.modern:
                # The SDK asks for the stream as soon as there is a session, long before this.
                self.standing(False, "the server keeps no session, so it has no standing stream to offer")
            session.open(tasks)

    async def _end_when_over(self, tasks: anyio.abc.TaskGroup) -> None:
        await self._over.wait()
        tasks.cancel_scope.cancel()

    def _ready(self) -> None:
        status = self.status
        self._was_ready = True
        back = self._gaps.back(status.attempt)
        named = f" to {status.title} {status.version}".rstrip() if status.title else ""
        # What it said in a gap is missing, which a reader of the warnings should know.
        level = Level.WARNING if back.startswith(" again") else Level.INFO
        self.log(level, f"connected{back}{named}, {status.protocol} over {status.transport}")
        self.update(state=State.READY, reason="", hint="", attempt=0)

    def _report(self, problem: Problem, was_ready: bool) -> None:
        """One line for each outage, however many tries it takes; the status counts them."""
        tries = self._pace.tries
        if was_ready:
            self._gaps.lost()
            asked = problem.kind == "asked"
            text = problem.text if asked else f"connection lost: {problem.text}"
            self.log(Level.NOTICE if asked else Level.ERROR, text)
        elif tries == 1:
            self.log(Level.ERROR, f"cannot connect: {problem.text}")
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
        if self.session is not None:
            self._problem = self._problem or Problem("asked", "reconnecting, as asked")
            self._end(self._problem.text, gently=True)

    def cancel(self, number: int) -> None:
        """Ask for one of this server's calls to end."""
        if self.session is not None:
            self.session.caller.cancel(number)

    # Notes: what the guard saw

    def answered(self) -> None:
        """Forget a refusal: while eras are tried, that of the one is followed by an answer to the other."""
        if self.session is None:
            self._problem = None

    def failed(self, problem: Problem) -> None:
        """Keep the failure as the reason, should the session end, and see whether the server is still there."""
        self._failure = problem
        if self.session is None:
            self._problem = problem
        elif problem.status == 401:
            self._problem = problem
            self._end(problem.text)
        elif problem.kind in ("refused", "cut", "timeout") or problem.status in _DOUBTFUL:
            self.session.watchdog.alarm()

    def lost_session(self, reason: str) -> None:
        """End this session; the supervisor builds another."""
        if self._problem is None:
            # The failure that it was knows more: what to do about it, when to try again.
            known = self._failure if self._failure is not None and self._failure.text == reason else None
            self._problem = known or Problem("cut", reason)
        self._end(reason)

    def _end(self, reason: str, *, gently: bool = False) -> None:
        """End the session; from here on it takes no call, however long leaving it may take.

        There is nobody left to take leave of, unless it is to be done ``gently``.
        """
        self._over.set()
        if gently:
            self._leash.deadline = anyio.current_time() + LEAVE_SECONDS
        else:
            self._leash.cancel()
        if self.status.state is State.READY:
            self.update(state=State.CONNECTING, reason=reason)

    def standing(self, open_: bool, reason: str = "") -> None:
        """Show whether the server is heard unasked; when the stream broke, ask whether the server is there."""
        silent = "" if open_ else f"not listening: {reason}"
        broke = bool(silent) and not self.status.silent
        if silent != self.status.silent:
            self.update(silent=silent)
        if self.session is None or self._over.is_set():
            return
        if broke:
            self._gaps.deaf()
            self.session.watchdog.alarm()
        elif open_ and (gap := self._gaps.heard()) is not None:
            self.missed()
            if gap:
                self.log(Level.WARNING, gap)

    # Owner: what the session tells

    def quiet_for(self) -> float:
        """Seconds since anything was last heard."""
        return self._ears.quiet_for()

    def note(self, text: str) -> None:
        """Keep something that a person should be able to read about this server."""
        text = self._shared.store.redact.text(text)
        if text not in self.status.notes:
            self.update(notes=(*self.status.notes, text))

    def missed(self) -> None:
        """Fetch again what the server may have told to have changed while it was not heard."""
        if self.session is not None:
            self.session.missed()

    def update(self, **changes: Any) -> None:
        """Change the status, and tell."""
        changes = self._shared.store.redact.value(changes)
        self.status = msgspec.structs.replace(self.status, **changes)
        self._shared.changed()

    def log(self, level: Level, text: str, kind: str = CONNECTION) -> None:
        """Enter something that was observed of this server."""
        self._shared.store.append(Draft(self.settings.name, level, kind, clean(text)))
