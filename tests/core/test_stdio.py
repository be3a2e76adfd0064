"""The stdio transport: any bytes a child may write."""

import asyncio
import tracemalloc

import anyio
import mcp_types as types
import pytest
from mcp.shared.message import SessionMessage

from mcp_tui.core import stdio
from mcp_tui.core.levels import Level
from mcp_tui.core.secrets import Secret
from mcp_tui.core.status import CallState, State
from mcp_tui.core.stdio import MAX_LINE
from support.hubs import events, until
from support.stdio_links import linked, odd, run, script, texts


async def test_a_conversation() -> None:
    async with odd() as hub:
        outcome = await run(hub, "notify", count=3)
        assert outcome.state is CallState.FINISHED
        assert texts(hub, "message") == ["0", "1", "2"]
        assert {event.call for event in events(hub, "message")} == {outcome.number}


async def test_a_hundred_thousand_notifications_of_one_call_arrive_in_order() -> None:
    async with odd() as hub:
        outcome = await run(hub, "notify", count=100_000)
        assert outcome.state is CallState.FINISHED
        assert hub.store.count(Level.NOTICE) == 100_000
        held = hub.store.by_level[Level.NOTICE]
        assert [int(event.text) for event in held.between(held.first, held.end)] == list(range(100_000))


async def test_what_is_no_message_costs_one_line_each() -> None:
    async with odd() as hub:
        outcome = await run(hub, "garbage")
        assert outcome.state is CallState.FINISHED
        found = [event for event in events(hub, "connection") if event.level is Level.ERROR]
        assert [event.text[:40] for event in found] == [
            "unreadable message: Listening on port 80",
            "unreadable message: {",
            'unreadable message: {"method": ',
            'no message of MCP: {"method": 5}',
            "unreadable message: [[[[[[[[[[[[[[[[[[[[",
            'no message of MCP: {"jsonrpc": "2.0", "id": 1, "method": 7}'[:40],
        ]
        assert texts(hub, "odd") == ["odd"]
        assert hub.server("odd").state is State.READY


async def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    async with odd() as hub:
        outcome = await run(hub, "latin")
        assert outcome.state is CallState.FINISHED
        assert outcome.result is not None
        assert "latin caf\ufffd" in outcome.result.text
        assert texts(hub, "message") == ["caf\ufffd"]


async def test_lines_may_end_with_a_carriage_return_too() -> None:
    async with odd() as hub:
        await run(hub, "crlf")
        assert texts(hub, "message") == ["one", "two"]
        assert not [event for event in events(hub, "connection") if event.level is Level.ERROR]


async def test_a_line_that_is_too_long_is_left_out_and_the_session_goes_on() -> None:
    async with odd() as hub:
        assert (await run(hub, "endless", megabytes=9)).state is CallState.FINISHED
        assert (await run(hub, "endless", megabytes=7)).state is CallState.FINISHED
        left_out, unreadable = [event.text for event in events(hub, "connection") if event.level is Level.ERROR]
        assert left_out.startswith("a line of more than 8,388,608 bytes was left out: xxx")
        assert unreadable.startswith("unreadable message: xxx")


async def test_a_line_without_end_takes_no_more_memory_than_one_may() -> None:
    endless = "import sys\nwhile sys.stdout.write('x' * 2**20): pass"
    async with linked(script(endless)) as link:
        tracemalloc.start()
        try:
            # 1,600 chunks of 64 KiB at most are 100 MiB; a pipe may hand on less at a time.
            await link.witness.until(lambda: link.witness.times_heard > 1600)
            assert tracemalloc.get_traced_memory()[1] < 4 * MAX_LINE
        finally:
            tracemalloc.stop()
        assert len(link.witness.texts) == 1


async def test_a_child_waits_while_there_is_no_room() -> None:
    full = asyncio.Event()

    async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        full.set()
        writer.close()

    notification = b'{"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": 1}}\n'
    server = await asyncio.start_server(said, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    child = f"""
import os, socket
rest = memoryview({notification!r} * 50_000)
os.set_blocking(1, False)
try:
    while True: rest = rest[os.write(1, rest):]
except BlockingIOError:
    socket.create_connection(("127.0.0.1", {port})).close()
os.set_blocking(1, True)
while rest: rest = rest[os.write(1, rest):]
"""
    async with server, linked(script(child)) as link:
        link.witness.room.clear()
        with anyio.fail_after(60):
            await full.wait()
        assert not link.witness.events
        link.witness.room.set()
        await link.witness.until(lambda: link.witness.lost)
        assert len(link.witness.events) == 50_000


async def test_a_last_line_without_its_end_is_read() -> None:
    line = '{"jsonrpc": "2.0", "id": 7, "result": {}}'
    async with linked(script(f"input(); print({line!r}, end='')")) as link:
        await link.ask(7)
        assert await link.receive() == types.JSONRPCResponse(jsonrpc="2.0", id=7, result={})
        with pytest.raises(anyio.EndOfStream):
            await link.receive()


async def test_a_lone_surrogate_in_an_argument_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine, the status is known before it is no longer waited for.
    monkeypatch.setattr(stdio, "_STATUS_SECONDS", 600.0)
    async with linked(script("import sys; sys.exit(7 if chr(92) + 'ud800' in input() else 8)")) as link:
        request = types.JSONRPCRequest(jsonrpc="2.0", id=1, method="tools/call", params={"name": "\ud800"})
        await link.write.send(SessionMessage(request))
        await link.witness.until(lambda: link.witness.lost)
        assert link.witness.lost == ["the server has ended with status 7"]


async def test_a_large_message_reaches_a_slow_reader_whole() -> None:
    answer = '{"jsonrpc": "2.0", "id": 7, "result": {"length": %d}}'
    async with linked(script(f"import sys; print({answer!r} % len(sys.stdin.readline()))")) as link:
        await link.ask(7, text="x" * 1_000_000)
        assert (await link.receive()).result["length"] > 1_000_000


async def test_an_answer_to_nothing_is_said_and_passed_to_nobody() -> None:
    stray, error, answer = (
        '{"jsonrpc": "2.0", "id": 8, "result": {}}',
        '{"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "what?"}}',
        '{"jsonrpc": "2.0", "id": 7, "result": {}}',
    )
    async with linked(script(f"input(); print({stray!r}); print({error!r}); print({answer!r})")) as link:
        await link.ask(7)
        assert (await link.receive()).error.message == "what?"
        with pytest.raises(anyio.EndOfStream):
            await link.receive()
        assert [text.partition(": ")[0] for text in link.witness.texts] == ["an answer to no open request"] * 2


# What it writes to stderr


async def test_stderr_becomes_events_and_never_blocks_the_child() -> None:
    async with odd() as hub:
        assert (await run(hub, "flood_stderr", lines=20_000)).state is CallState.FINISHED
        await until(hub, lambda: texts(hub, "stderr")[-1] == "last")
        _pid, *lines, cut, _last = events(hub, "stderr")
        assert len(lines) == 20_000
        assert lines[12].text.startswith("12 caf\ufffd xxx")
        assert {event.level for event in lines} == {Level.INFO}
        assert cut.text.startswith("yyy")
        assert len(cut.text) < 5000


# Its environment


async def test_the_child_has_its_settings_and_no_more_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOT_FOR_CHILDREN", "1")
    shown = "sorted(os.environ), os.environ['TOKEN'], os.getsid(0) == os.getpid()"
    child = f"import os, sys; print({shown}, file=sys.stderr)"
    async with linked(script(child, env={"TOKEN": Secret("hidden")})) as link:
        await link.witness.until(lambda: link.witness.texts)
    assert "NOT_FOR_CHILDREN" not in link.witness.texts[0]
    assert "'PATH'" in link.witness.texts[0]
    assert link.witness.texts[0].endswith("hidden True")
