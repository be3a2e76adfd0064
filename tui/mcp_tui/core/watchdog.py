"""Watchdog: whether a connected server is still there, seen soon and without asking it much."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError

from mcp_tui.core.answer import FAILED_EXCHANGE
from mcp_tui.core.reach import accepts_connections, on_this_machine
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean

PORT_SECONDS = 0.5
"""How often the port of a server on this machine is looked at, where nothing else would tell of its end."""


class Busy(Protocol):
    """The caller, as far as the watchdog asks it."""

    @property
    def busy(self) -> bool:
        """Whether any call is in flight."""
        ...


class Watched(Protocol):
    """The connection, as far as the watchdog asks and tells."""

    status: ServerStatus

    def quiet_for(self) -> float:
        """Seconds since anything was last heard."""
        ...

    def lost_session(self, reason: str) -> None:
        """The session is of no more use."""
        ...

    def update(self, **changes: Any) -> None:
        """Change the server's status."""
        ...


class Watchdog:
    """Probes a server that has been silent for a heartbeat, or when something looked wrong.

    probe: one round trip, which raises MCPError. calls: a server that is busy with one may be deaf to anything
    else. url: empty for stdio, where the end of a pipe tells of the server's. heartbeat: seconds.
    """

    def __init__(
        self,
        probe: Callable[[], Awaitable[None]],
        calls: Busy,
        watched: Watched,
        url: str,
        heartbeat: float,
    ) -> None:
        self._probe = probe
        self._calls = calls
        self._watched = watched
        self._url = url
        self._heartbeat = heartbeat
        self._alarm = anyio.Event()
        self._suspected = False

    def alarm(self) -> None:
        """Something looked wrong: ask the server at once whether it is there."""
        self._alarm.set()

    async def watch(self) -> None:
        """Watch until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._look_at_port)
            while True:
                with anyio.move_on_after(self._heartbeat - min(self._watched.quiet_for(), self._heartbeat)):
                    await self._alarm.wait()
                alarmed = self._alarm.is_set()
                self._alarm = anyio.Event()
                if alarmed or self._silent:
                    await self._check(tasks)
                elif self._suspected:
                    self._suspect("")

    @property
    def _silent(self) -> bool:
        return self._watched.quiet_for() >= self._heartbeat

    async def _look_at_port(self) -> None:
        """See within a second that a server was killed of which no standing stream breaks.

        Only on this machine, where looking costs nobody anything and no proxy stands in for the server.
        """
        if not on_this_machine(self._url):
            return
        while True:
            await anyio.sleep(PORT_SECONDS)
            if self._watched.status.silent and not await accepts_connections(self._url):
                self.alarm()

    async def _check(self, tasks: anyio.abc.TaskGroup) -> None:
        """See whether the server is there."""
        answered, scope = anyio.Event(), anyio.CancelScope()
        tasks.start_soon(self._ask_for_life, answered, scope)
        with anyio.move_on_after(self._heartbeat):
            await answered.wait()
            self._suspect("")
            return
        if self._silent and self._calls.busy:
            self._suspect(f"no answer for {self._watched.quiet_for():.0f} s while a call runs")
        elif self._silent:
            self._watched.lost_session(f"no answer for {self._heartbeat:g} s")
        # This may take the SDK seconds, which nobody is made to wait for.
        scope.cancel()

    def _suspect(self, reason: str) -> None:
        """Say that a server may be frozen which has as long as its call; or no longer say it."""
        if reason or self._suspected:
            self._suspected = bool(reason)
            self._watched.update(reason=reason)

    async def _ask_for_life(self, answered: anyio.Event, scope: anyio.CancelScope) -> None:
        """Probe the server; a single exchange that fails costs no session, a second one does."""
        with scope:
            for last in (False, True):
                try:
                    await self._probe()
                except MCPError as error:
                    if error.code == types.CONNECTION_CLOSED or (last and error.code == FAILED_EXCHANGE):
                        self._watched.lost_session(clean(error.message))
                    elif error.code == FAILED_EXCHANGE:
                        continue
                break
            answered.set()
