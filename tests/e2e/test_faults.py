"""Servers that are down, never answer, want credentials or die: each says so, and none delays another."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from mcp_tui.core.status import CallState, State
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Limits, ServerSettings
from support.hubs import COUNTING_SERVER, counting_server, events, free_port, process, running, until


def http(name: str, url: str, **options: object) -> ServerSettings:
    transport = "sse" if url.endswith("/sse") else "streamable-http"
    return ServerSettings(name, transport, url, **options)  # type: ignore[arg-type]


@asynccontextmanager
async def answering(response: bytes) -> AsyncGenerator[int]:
    """A port at which every request gets ``response``, or, when that is empty, no answer at all."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        if response:
            writer.write(response)
            await writer.drain()
            writer.close()
        else:
            await reader.read()
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize("path", ["mcp", "sse"])
async def test_a_server_that_is_down_says_so_and_is_tried_again(path: str) -> None:
    async with running(http("down", f"http://127.0.0.1:{free_port()}/{path}")) as hub:
        assert hub.server("down").reason == "connection refused"
        await until(hub, lambda: hub.server("down").attempt >= 2)
        assert [event.text for event in events(hub, "connection")] == ["cannot connect: connection refused"]


@pytest.mark.parametrize("path", ["mcp", "sse"])
async def test_a_server_that_never_answers_delays_neither_the_others_nor_leaving(path: str) -> None:
    async with answering(b"") as port:
        with counting_server("http") as url:
            servers = http("mute", f"http://127.0.0.1:{port}/{path}"), http("fine", url)
            async with running(*servers, limits=Limits(connect=600.0), verdicts=False) as hub:
                await until(hub, lambda: hub.server("fine").state is State.READY)
                assert hub.server("mute").state is State.CONNECTING
                started = time.monotonic()
            # Two seconds at most are promised; ten minutes is how long the mute one may take.
            assert time.monotonic() - started < 20


@pytest.mark.parametrize("path", ["mcp", "sse"])
async def test_a_server_that_wants_credentials_is_not_tried_again_by_itself(path: str) -> None:
    refusal = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm="here"\r\nContent-Length: 0\r\n\r\n'
    async with answering(refusal) as port, running(http("locked", f"http://127.0.0.1:{port}/{path}")) as hub:
        status = hub.server("locked")
        assert status.state is State.UNAUTHORIZED
        assert "401" in status.reason
        assert 'Bearer realm="here"' in status.reason
        assert "headers" in status.hint
        with pytest.raises(McpTuiError, match="locked is unauthorized"):
            hub.call("locked", "any", {})


async def test_a_web_page_is_no_mcp_server() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    async with answering(page) as port, running(http("page", f"http://127.0.0.1:{port}/mcp")) as hub:
        status = hub.server("page")
        assert status.state is State.WAITING
        assert "text/html" in status.reason
        assert "MCP server" in status.hint


async def test_a_command_that_does_not_exist_fails_for_good() -> None:
    missing = ServerSettings("missing", "stdio", command=("no-such-command-at-all",))
    async with running(missing) as hub:
        status = hub.server("missing")
        assert status.state is State.FAILED
        assert "no-such-command-at-all" in status.reason
        assert "command" in status.hint


async def test_a_command_that_ends_at_once_says_so_and_its_stderr_is_kept() -> None:
    script = "import sys; print('cannot start: no database', file=sys.stderr); sys.exit(3)"
    async with running(ServerSettings("dies", "stdio", command=(sys.executable, "-c", script))) as hub:
        assert hub.server("dies").reason == "the server has ended with status 3: cannot start: no database"
        await until(hub, lambda: events(hub, "stderr"))
        assert events(hub, "stderr")[0].text == "cannot start: no database"


@pytest.mark.parametrize("transport", ["http", "sse"])
@pytest.mark.parametrize("protocol", ["auto", "legacy"])
async def test_a_server_that_is_killed_is_seen_and_found_again(transport: str, protocol: str) -> None:
    port = free_port()
    command = (sys.executable, str(COUNTING_SERVER), transport, str(port))
    url = f"http://127.0.0.1:{port}/{'sse' if transport == 'sse' else 'mcp'}"
    with process(*command, port=port) as child:
        async with running(http("server", url, protocol=protocol)) as hub:
            assert hub.server("server").state is State.READY
            await until(hub, lambda: not hub.server("server").silent)
            call = hub.call("server", "hang", {})
            # A server that dies before it has the call could not have run the tool.
            await until(hub, lambda: events(hub, "message", call=call))
            child.kill()
            await until(hub, lambda: hub.server("server").state is not State.READY)
            assert (await hub.outcome(call)).state is CallState.LOST
            assert "may have run" in (await hub.outcome(call)).error
            with process(*command, port=port):
                await until(hub, lambda: hub.server("server").state is State.READY)
                again = await hub.outcome(hub.call("server", "count", {"n": 3}))
                assert again.state is CallState.FINISHED
            lost = [event for event in events(hub, "connection") if event.text.startswith("connection lost")]
            assert len(lost) == 1


async def test_a_frozen_server_is_noticed_and_leaving_it_is_quick() -> None:
    port = free_port()
    command = (sys.executable, str(COUNTING_SERVER), "http", str(port))
    with process(*command, port=port) as child:
        async with running(http("server", f"http://127.0.0.1:{port}/mcp"), limits=Limits(heartbeat=0.5)) as hub:
            assert hub.server("server").state is State.READY
            child.send_signal(signal.SIGSTOP)
            await until(hub, lambda: hub.server("server").state is not State.READY)
            assert "no answer" in hub.server("server").reason
            started = time.monotonic()
        # Two seconds at most are promised; left to itself, the SDK waits for minutes.
        assert time.monotonic() - started < 20
