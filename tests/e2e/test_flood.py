"""A hundred thousand notifications in one call: all arrive, in order, also while the history cannot keep up."""

import sys

import anyio
import pytest

from mcp_tui.core.events import MESSAGE, Event
from mcp_tui.core.status import CallState, State
from mcp_tui.settings import ServerSettings
from support.faulty import serving
from support.hubs import COUNTING_SERVER, running

COUNT = 100_000
LINKS = [(transport, era) for transport in ("streamable-http", "sse", "stdio") for era in ("auto", "legacy")]
links = pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])


class Recorder:
    """A sink that keeps what the messages said, and takes no more than ``slowness`` of them without a rest."""

    def __init__(self, slowness: int = 0) -> None:
        self.said: list[str] = []
        self.waits = 0
        self._slowness = slowness
        self._taken = 0

    def put(self, event: Event) -> None:
        if event.kind == MESSAGE:
            self.said.append(event.text)
            self._taken += 1

    @property
    def full(self) -> bool:
        return bool(self._slowness) and self._taken >= self._slowness

    async def room(self) -> None:
        self.waits += 1
        await anyio.sleep(0.005)
        self._taken = 0

    def close(self) -> None:
        """Nothing is held back."""


@links
@pytest.mark.parametrize("slowness", [0, 2_000], ids=["quick", "slow"])
async def test_every_notification_of_a_flood_arrives_in_order(transport: str, protocol: str, slowness: int) -> None:
    async with serving() as server:
        settings = server.settings(transport=transport, protocol=protocol)
        if transport == "stdio":
            command = (sys.executable, str(COUNTING_SERVER.parent / "faulty_stdio.py"))
            settings = ServerSettings("faulty", "stdio", command=command, protocol=protocol)
        async with running(settings) as hub:
            recorder = Recorder(slowness)
            hub.store.add_sink(recorder)
            outcome = await hub.outcome(hub.call("faulty", "flood", {"n": COUNT}))
            assert outcome.state is CallState.FINISHED, outcome.error
            assert recorder.said == [str(number) for number in range(COUNT)]
            assert outcome.events == COUNT
            assert bool(recorder.waits) is bool(slowness)
            assert hub.server("faulty").state is State.READY
