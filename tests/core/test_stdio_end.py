"""How a child over stdio ends and is left: whatever it does, nothing of it stays."""

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from typing import Any

import anyio
import mcp_types as types
import pytest
from anyio.abc import Process
from mcp.client import Client
from mcp.shared.message import SessionMessage

from mcp_tui.core import stdio
from mcp_tui.core.status import CallState, State
from mcp_tui.core.stdio import stdio_link
from mcp_tui.core.tap import Tap
from mcp_tui.settings import Limits, ServerSettings
from support.hubs import running, until
from support.stdio_links import ODD, Witness, descriptors, linked, living, odd, run, script, texts

SOON = 20.0
"""Seconds that are many for what takes two, even on a busy machine, and few against a child that lives on."""
PATIENCE = 60.0
DEAF = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print(flush=True); time.sleep(1000)"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """Every process that is started."""
    started: list[Process] = []
    original = anyio.open_process

    async def open_process(*arguments: Any, **options: Any) -> Process:
        process = await original(*arguments, **options)
        started.append(process)
        return process

    monkeypatch.setattr(anyio, "open_process", open_process)
    return started


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, a child that ends has ended, and been seen to, before its time is up."""
    for name in ("_KILLED", "_LEAVE_SECONDS", "_STATUS_SECONDS"):
        monkeypatch.setattr(stdio, name, PATIENCE)


def test_a_server_has_two_seconds_to_end_at_most() -> None:
    assert stdio._ASKED + stdio._TERMINATED + stdio._KILLED <= stdio._LEAVE_SECONDS < 2  # pyright: ignore[reportPrivateUsage]


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"status": 3}, "the server has ended with status 3: a last word"),
        ({"status": 0}, "the server has ended with status 0"),
        ({"signal": signal.SIGKILL}, "the server was ended by signal SIGKILL: a last word"),
    ],
)
async def test_the_end_of_a_server_is_told_with_its_last_words(arguments: dict[str, int], reason: str) -> None:
    async with odd() as hub:
        outcome = await run(hub, "leave", **arguments)
        assert outcome.state is CallState.LOST
        await until(hub, lambda: f"connection lost: {reason}" in texts(hub, "connection"))
        assert texts(hub, "message") == ["a last message"]
        assert "a last word" in texts(hub, "stderr")
        # It is started again.
        await until(hub, lambda: hub.server("odd").state is State.READY)


@pytest.mark.parametrize(("pipe", "what"), [(0, "input"), (1, "output")])
async def test_a_server_that_closes_a_pipe_and_lives_on_is_lost(pipe: int, what: str) -> None:
    child = f"import os, time; os.close({pipe}); print('closed', file=open(2, 'w'), flush=True); time.sleep(1000)"
    async with linked(script(child)) as link:
        await link.witness.until(lambda: link.witness.events)
        with suppress(anyio.BrokenResourceError):
            await link.write.send(SessionMessage(types.JSONRPCNotification(jsonrpc="2.0", method="x")))
        with pytest.raises(anyio.EndOfStream):
            await link.receive()
        assert link.witness.lost == [f"the server has closed its {what}"]


@pytest.mark.usefixtures("unhurried")
async def test_a_server_has_ended_although_its_child_holds_the_pipes() -> None:
    async with odd() as hub:
        await run(hub, "child")
        pid = int(texts(hub, "stderr")[0])
        assert len(living(pid)) == 2
        await run(hub, "leave", status=5)
        lost = "connection lost: the server has ended with status 5"
        await until(hub, lambda: [text for text in texts(hub, "connection") if text.startswith(lost)])
        assert not living(pid)


@pytest.mark.parametrize("path", ["/no/such/command", "/"])
async def test_a_command_that_cannot_be_started(path: str) -> None:
    open_before = descriptors()
    with pytest.raises((FileNotFoundError, PermissionError)) as caught:
        async with linked(ServerSettings("child", "stdio", command=(path,))):
            pass
    assert caught.value.filename == path
    assert descriptors() == open_before


# How it is left


@pytest.mark.usefixtures("unhurried")
async def test_a_well_behaved_server_is_left_at_once_and_nothing_is_said_of_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stdio, "_ASKED", PATIENCE)
    async with linked(
        script("import sys; print(flush=True); sys.stdin.read(); print('bye', file=sys.stderr)")
    ) as link:
        await link.witness.until(lambda: link.witness.times_heard)
        started = time.monotonic()
    assert time.monotonic() - started < SOON
    assert link.witness.lost == []
    assert link.witness.texts == ["bye"]


@pytest.mark.usefixtures("unhurried")
async def test_what_was_sent_before_leaving_still_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "_ASKED", PATIENCE)
    async with linked(script("import sys; print(len(sys.stdin.read()), file=sys.stderr)")) as link:
        notification = types.JSONRPCNotification(jsonrpc="2.0", method="x", params={"text": "x" * 1_000_000})
        await link.write.send(SessionMessage(notification))
    assert int(link.witness.texts[0]) > 1_000_000


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    "child",
    [
        DEAF,
        "import os, signal; print(flush=True); os.kill(os.getpid(), signal.SIGSTOP)",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {DEAF!r}])",
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]); sys.stdin.read()",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: print('x' * 10_000)",
        "import os\nwhile True: os.write(2, b'x' * 10_000 + b'\\n' if os.write(1, b'x\\n') else b'')",
    ],
    ids=["deaf", "stopped", "waits for a deaf child", "ends before its deaf child", "floods", "floods both"],
)
async def test_whatever_it_does_its_whole_group_has_ended_when_it_is_left(
    child: str, processes: list[Process]
) -> None:
    async with linked(script(child)) as link:
        await link.witness.until(lambda: link.witness.times_heard)
        started = time.monotonic()
    assert time.monotonic() - started < SOON
    (process,) = processes
    assert process.returncode is not None
    assert not living(process.pid)


async def test_a_deaf_server_is_left_while_there_is_no_room(processes: list[Process]) -> None:
    async with linked(script(DEAF)) as link:
        await link.witness.until(lambda: link.witness.times_heard)
        link.witness.room.clear()
        started = time.monotonic()
    assert time.monotonic() - started < SOON
    assert not living(processes[0].pid)


async def test_what_left_the_group_does_not_hold_us() -> None:
    child = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {!r}], start_new_session=True)"
    escaped = "import time; print(flush=True); time.sleep(1000)"
    async with linked(script(f"{child.format(escaped)}; print(p.pid, file=sys.stderr); sys.stdin.read()")) as link:
        await link.witness.until(lambda: link.witness.events and link.witness.times_heard > 1)
        started = time.monotonic()
    assert time.monotonic() - started < SOON
    os.kill(int(link.witness.texts[0]), signal.SIGKILL)


@pytest.mark.usefixtures("unhurried")
async def test_a_stubborn_server_of_a_hub_is_left_too() -> None:
    async with odd() as hub:
        await run(hub, "stubborn")
        pid = int(texts(hub, "stderr")[0])
        started = time.monotonic()
    assert time.monotonic() - started < SOON
    assert not living(pid)


@pytest.mark.usefixtures("unhurried")
async def test_a_mute_server_is_given_up_and_gone(processes: list[Process]) -> None:
    async with running(script(DEAF), limits=Limits(connect=0.5)) as hub:
        assert hub.server("child").reason == "no answer within 0.5 s"
        assert not living(processes[0].pid)


@pytest.mark.parametrize("steps", range(12))
async def test_a_cancellation_while_connecting_leaves_nothing(steps: int, processes: list[Process]) -> None:
    open_before, tasks = descriptors(), asyncio.all_tasks()

    async def connect() -> None:
        async with linked(script("input()")):
            await anyio.sleep_forever()

    with anyio.fail_after(SOON):
        async with anyio.create_task_group() as group:
            group.start_soon(connect)
            for _ in range(steps):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
    assert not any(living(process.pid) for process in processes)
    assert descriptors() == open_before
    assert asyncio.all_tasks() == tasks


async def test_a_bare_cancellation_of_the_task_ends_it_too(processes: list[Process]) -> None:
    ready = asyncio.Event()

    async def connect() -> None:
        async with linked(script(DEAF)) as link:
            await link.witness.until(lambda: link.witness.times_heard)
            ready.set()
            await anyio.sleep_forever()

    task = asyncio.create_task(connect())
    await ready.wait()
    task.cancel()
    with anyio.fail_after(SOON), suppress(asyncio.CancelledError):
        await task
    assert not living(processes[0].pid)


async def test_a_second_cancellation_while_leaving_kills_it(processes: list[Process]) -> None:
    leaving = asyncio.Event()

    async def connect() -> None:
        async with linked(script(DEAF)) as link:
            await link.witness.until(lambda: link.witness.times_heard)
            leaving.set()

    task = asyncio.create_task(connect())
    await leaving.wait()
    for _ in range(5):
        await anyio.lowlevel.checkpoint()
    task.cancel()
    with anyio.fail_after(SOON), suppress(asyncio.CancelledError):
        await task
    with anyio.fail_after(SOON):
        await processes[0].wait()


async def test_descriptors_tasks_and_threads_are_as_before_after_fifty_sessions() -> None:
    async def session() -> None:
        witness = Witness()
        async with Client(stdio_link(ODD, Tap("odd", witness, {}), witness), mode="legacy") as client:
            await client.session.send_ping()

    await session()
    open_before, tasks, threads = descriptors(), asyncio.all_tasks(), threading.active_count()
    for _ in range(10):
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(session)
    assert descriptors() == open_before
    assert asyncio.all_tasks() == tasks
    assert threading.active_count() <= threads + 1
