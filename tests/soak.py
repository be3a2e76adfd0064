"""Several servers that flood, die, freeze and go deaf, for as long as asked: ``python tests/soak.py --minutes 2``.

Prints what was received and what is held at start and end; exits 1 where anything was lost or has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mcp_tui.core import pace
from mcp_tui.core.events import MESSAGE, Event
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import CallState, State
from mcp_tui.core.store import EventStore
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Config, Limits
from support.faulty import Faulty
from support.held import Held, held
from support.hubs import until

FLOOD = 5_000
CAPACITY = 2_000
MAY_GROW = Held(16, 24, 24.0)
"""Connections that are kept for the next request come and go: two ends each, and a task."""

LINKS = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("sse", "legacy")]


class Account:
    """What one server's calls came to; the numbers of a call must count up from 0 without a gap."""

    def __init__(self) -> None:
        self.calls = self.unfinished = self.received = self.wrong = self.faults = 0
        self.next: dict[int | None, int] = {}

    def take(self, event: Event) -> None:
        self.received += 1
        self.wrong += event.text != str(self.next.get(event.call, 0))
        self.next[event.call] = int(event.text) + 1

    def close(self, number: int, finished: bool) -> None:
        self.calls += 1
        received = self.next.pop(number, 0)
        self.unfinished += not finished
        self.wrong += finished and received != FLOOD


class Ledger:
    """The sink that keeps the accounts."""

    def __init__(self, names: list[str]) -> None:
        self.accounts = {name: Account() for name in names}
        self.reconnects = dict.fromkeys(names, 0)

    def put(self, event: Event) -> None:
        if event.kind == MESSAGE and event.call is not None:
            self.accounts[event.server].take(event)
        elif event.text.startswith("connected again"):
            self.reconnects[event.server] += 1

    @property
    def full(self) -> bool:
        return False

    async def room(self) -> None:
        """There always is."""

    def close(self) -> None:
        """Nothing is held back."""


async def flood(hub: Hub, name: str, account: Account, ends: float) -> None:
    """One flooding call after the other, whenever the server is ready."""
    while time.monotonic() < ends:
        await until(hub, lambda: hub.server(name).state is State.READY, 60)
        with contextlib.suppress(McpTuiError):
            number = hub.call(name, "flood", {"n": FLOOD})
            outcome = await hub.outcome(number)
            account.close(number, outcome.state is CallState.FINISHED)
            hub.dismiss(number)
        await asyncio.sleep(0.05)


async def trouble(server: Faulty, account: Account, ends: float) -> None:
    """Now and then the server dies, freezes or loses its streams."""
    while time.monotonic() < ends:
        await asyncio.sleep(random.uniform(1, 3))
        account.faults += 1
        match random.choice(["dies", "restarts", "freezes", "goes deaf", "forgets"]):
            case "dies":
                await server.stop()
                await asyncio.sleep(random.uniform(0, 2))
                await server.start()
            case "restarts":
                await server.restart()
            case "freezes":
                server.freeze()
                await asyncio.sleep(random.uniform(0, 3))
                server.thaw()
            case "goes deaf":
                for stream in list(server.standing):
                    await stream.cut()
            case _:
                server.sessions.clear()


async def settled(hub: Hub) -> Held:
    """What is held once every server is ready and nothing runs."""
    await until(hub, lambda: all(server.state is State.READY for server in hub.servers), 60)
    await until(hub, lambda: not any(server.silent for server in hub.servers), 60)
    await asyncio.sleep(1)
    return held()


async def rounds(hub: Hub, servers: dict[str, Faulty], ledger: Ledger, seconds: float) -> None:
    """Floods on every server and trouble on all but the healthy one."""
    ends = time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for name, server in servers.items():
            account = ledger.accounts[name]
            tasks.create_task(flood(hub, name, account, ends))
            if not name.startswith("healthy"):
                tasks.create_task(trouble(server, account, ends))


async def soak(minutes: float) -> bool:
    """Whether nothing was lost and nothing has grown."""
    pace.STABLE_SECONDS = 0.5
    servers = {f"{kind} {'-'.join(link)}": Faulty() for kind in ("healthy", "faulty") for link in LINKS}
    for server in servers.values():
        await server.start()
    links = [link for _ in range(2) for link in LINKS]
    settings = [
        server.settings(name, transport=transport, protocol=protocol)
        for (name, server), (transport, protocol) in zip(servers.items(), links, strict=True)
    ]
    ledger = Ledger(list(servers))
    config = Config(tuple(settings), limits=Limits(connect=2, heartbeat=1, call_quiet=5))
    hub = Hub(config, EventStore(capacity=CAPACITY, sinks=[ledger]))
    running = asyncio.create_task(hub.run())
    try:
        await rounds(hub, servers, ledger, min(15, minutes * 15))
        before = await settled(hub)
        await rounds(hub, servers, ledger, minutes * 60)
        after = await settled(hub)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        for server in servers.values():
            await server.stop()
    return report(ledger, before, after)


def report(ledger: Ledger, before: Held, after: Held) -> bool:
    """Print the figures; whether they are good."""
    print(f"{'server':<32}{'calls':>7}{'ended':>7}{'events':>11}{'wrong':>7}{'faults':>8}{'reconnects':>12}")
    good = True
    for name, account in ledger.accounts.items():
        finished = account.calls - account.unfinished
        print(
            f"{name:<32}{account.calls:>7}{finished:>7}{account.received:>11,}{account.wrong:>7}"
            f"{account.faults:>8}{ledger.reconnects[name]:>12}"
        )
        good &= account.wrong == 0 and finished > 0
        good &= not (name.startswith("healthy") and account.unfinished)
    print(f"\n{'held':<12}{'start':>8}{'end':>8}{'may grow':>10}")
    for what, start, end, may_grow in zip(Held._fields, before, after, MAY_GROW, strict=True):
        print(f"{what:<12}{start:>8.0f}{end:>8.0f}{may_grow:>10.0f}")
        good &= end - start <= may_grow
    print("\nNothing was lost and nothing has grown." if good else "\nSomething was lost or has grown.")
    return good


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    sys.exit(0 if asyncio.run(soak(arguments.minutes)) else 1)


if __name__ == "__main__":
    main()
