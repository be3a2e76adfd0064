"""Links to children over stdio, with and without an SDK session on them, and what is left of the children."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
from mcp.shared.message import SessionMessage

from core.support import Ears, NoteBook
from mcp_tui.core.events import Draft
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, State
from mcp_tui.core.stdio import stdio_link
from mcp_tui.core.tap import Tap
from mcp_tui.settings import ServerSettings
from support.hubs import events, running

ODD_SERVER = Path(__file__).parent / "stdio_server.py"
ODD = ServerSettings("odd", "stdio", command=(sys.executable, str(ODD_SERVER)), protocol="legacy")


def script(text: str, **options: Any) -> ServerSettings:
    """A child that runs ``text``."""
    return ServerSettings("child", "stdio", command=(sys.executable, "-c", text), **options)


class Witness(Ears, NoteBook):
    """Hears and notes, and wakes whoever waits for it. ``room`` holds the child back until it is set."""

    def __init__(self) -> None:
        Ears.__init__(self)
        NoteBook.__init__(self)
        self.room = asyncio.Event()
        self.room.set()
        self._changed = asyncio.Event()

    async def heard(self) -> None:
        await super().heard()
        self._changed.set()
        await self.room.wait()

    def event(self, draft: Draft) -> None:
        super().event(draft)
        self._changed.set()

    def lost_session(self, reason: str) -> None:
        super().lost_session(reason)
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        with anyio.fail_after(60):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


class Linked:
    """One end of a link to a child, without an SDK session on it."""

    def __init__(self, read: Any, write: Any, witness: Witness) -> None:
        self.read = read
        self.write = write
        self.witness = witness

    async def receive(self) -> Any:
        with anyio.fail_after(60):
            return (await self.read.receive()).message

    async def ask(self, number: int, **params: Any) -> None:
        """Send a request with this id."""
        request = types.JSONRPCRequest(jsonrpc="2.0", id=number, method="ask", params=params)
        await self.write.send(SessionMessage(request))


@asynccontextmanager
async def linked(settings: ServerSettings) -> AsyncGenerator[Linked]:
    witness = Witness()
    async with stdio_link(settings, Tap("child", witness, {}), witness) as (read, write):
        yield Linked(read, write, witness)


@asynccontextmanager
async def odd(**options: Any) -> AsyncGenerator[Hub]:
    async with running(ODD, **options) as hub:
        assert hub.server("odd").state is State.READY, hub.server("odd").reason
        yield hub


async def run(hub: Hub, tool: str, **arguments: Any) -> Call:
    with anyio.fail_after(60):
        return await hub.outcome(hub.call("odd", tool, arguments))


def texts(hub: Hub, kind: str) -> list[str]:
    return [event.text for event in events(hub, kind)]


def descriptors() -> int:
    """How many file descriptors are open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def living(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    listing = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
    return [" ".join(row[1:]) for row in rows if row[0] == str(group) and not row[1].startswith("Z")]
