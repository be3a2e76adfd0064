"""The sample servers over real loopback sockets: transports, Host and Origin, plain streaming."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import anyio
import httpx2
import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp.client.sse import sse_client
from mcp.shared.dispatcher import ProgressFnT
from mcp_types import LoggingMessageNotificationParams

from mcp_tui_servers import documents, items
from mcp_tui_servers.catalog import Transport
from mcp_tui_servers.sample import Sample

BOTH: tuple[Transport, ...] = ("streamable-http", "sse")
PATHS = ("/mcp", "/sse", "/messages/", "/stream", "/nowhere")
FOREIGN_ORIGINS = (
    "http://localhost:1.evil.test",
    "http://localhost:{port}.evil.test",
    "http://localhost:1",
    "http://localhost",
    "https://localhost:{port}",
    "http://evil.test",
    "null",
)
FOREIGN_HOSTS = ("evil.test", "localhost", "localhost:1", "localhost:{port}.evil.test", "")

Messages = list[LoggingMessageNotificationParams]
Progress = list[tuple[float, float | None, str | None]]
Serve = Callable[[Sample, tuple[Transport, ...]], AbstractAsyncContextManager[int]]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("transport", BOTH)
async def test_items_over_the_wire(
    transport: Transport,
    mode: str,
    serve: Serve,
    messages: Messages,
    on_log: LoggingFnT,
    progress: Progress,
    on_progress: ProgressFnT,
    until: Until,
) -> None:
    async with serve(items.build(), BOTH) as port:
        root = f"http://127.0.0.1:{port}"
        target = f"{root}/mcp" if transport == "streamable-http" else sse_client(f"{root}/sse")
        async with Client(target, mode=mode, log_level="debug", logging_callback=on_log) as client:
            result = await client.call_tool(
                "process_items",
                {"items": ["a", "b", "c", "d", "e"], "delay_seconds": 0.01},
                progress_callback=on_progress,
            )
            await until(lambda: len(messages) == 5 and len(progress) == 5)
    assert [message.data for message in messages] == [
        f"Processing item {number}/5: {name}" for number, name in enumerate("abcde", start=1)
    ]
    assert [done for done, _, _ in progress] == [1, 2, 3, 4, 5]
    assert result.structured_content is not None
    assert result.structured_content["processed_count"] == 5


async def test_a_cancelled_count_over_the_wire_says_nothing_more(
    serve: Serve, progress: Progress, on_progress: ProgressFnT, until: Until
) -> None:
    async with serve(items.build(), BOTH) as port, Client(f"http://127.0.0.1:{port}/mcp") as client:
        async with anyio.create_task_group() as tasks:

            async def count() -> None:
                await client.call_tool("slow_count", {"seconds": 3600}, progress_callback=on_progress)

            tasks.start_soon(count)
            await until(lambda: len(progress) >= 2)
            tasks.cancel_scope.cancel()
        heard = len(progress)
        # Long enough for three more steps of a count that had gone on.
        await client.call_tool("process_items", {"items": ["a", "b", "c"]})
    assert len(progress) == heard


async def test_documents_serves_sse_alone(serve: Serve) -> None:
    async with serve(documents.build(), ("sse",)) as port:
        async with Client(sse_client(f"http://127.0.0.1:{port}/sse"), mode="legacy") as client:
            result = await client.call_tool("process_documents", {"count": 2, "delay_seconds": 0})
        async with httpx2.AsyncClient() as http:
            response = await http.post(f"http://127.0.0.1:{port}/mcp", json={})
    assert not result.is_error
    assert response.status_code == 404


@pytest.mark.parametrize("path", PATHS)
async def test_a_foreign_origin_is_refused(path: str, serve: Serve) -> None:
    async with serve(items.build(), BOTH) as port, httpx2.AsyncClient() as http:
        for origin in FOREIGN_ORIGINS:
            headers = {"Origin": origin.format(port=port)}
            response = await http.get(f"http://127.0.0.1:{port}{path}", headers=headers)
            assert response.status_code == 403, headers


@pytest.mark.parametrize("path", PATHS)
async def test_a_foreign_host_is_refused(path: str, serve: Serve) -> None:
    async with serve(items.build(), BOTH) as port, httpx2.AsyncClient() as http:
        for host in FOREIGN_HOSTS:
            headers = {"Host": host.format(port=port)}
            response = await http.get(f"http://127.0.0.1:{port}{path}", headers=headers)
            assert response.status_code == 421, headers


async def test_the_servers_own_names_are_answered(serve: Serve) -> None:
    async with serve(items.build(), BOTH) as port, httpx2.AsyncClient() as http:
        for name in ("127.0.0.1", "localhost", "[::1]"):
            headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
            response = await http.get(f"http://127.0.0.1:{port}/nowhere", headers=headers)
            assert response.status_code == 404, headers


async def test_stream_answers_in_chunks(serve: Serve) -> None:
    async with (
        serve(items.build(), BOTH) as port,
        httpx2.AsyncClient() as http,
        http.stream("GET", f"http://127.0.0.1:{port}/stream", params={"message": "olé"}) as response,
    ):
        assert response.headers["transfer-encoding"] == "chunked"
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        chunks = [chunk async for chunk in response.aiter_text()]
    assert chunks == [
        "Processing file 1/3...\n",
        "Processing file 2/3...\n",
        "Processing file 3/3...\n",
        "Here's the file content: olé\n",
    ]


async def test_stream_refuses_a_message_that_is_too_long(serve: Serve) -> None:
    async with serve(items.build(), BOTH) as port, httpx2.AsyncClient() as http:
        response = await http.get(f"http://127.0.0.1:{port}/stream", params={"message": "x" * 2001})
    assert response.status_code == 400
    assert "2000" in response.text


async def test_stopping_ends_an_open_stream_properly(serve: Serve) -> None:
    received: list[bytes] = []
    opened = anyio.Event()
    async with httpx2.AsyncClient() as http, anyio.create_task_group() as tasks:

        async def listen(port: int) -> None:
            async with http.stream("GET", f"http://127.0.0.1:{port}/sse") as response:
                async for chunk in response.aiter_bytes():
                    received.append(chunk)
                    opened.set()

        with anyio.fail_after(60):
            async with serve(items.build(), BOTH) as port:
                tasks.start_soon(listen, port)
                await opened.wait()
    assert b"event: endpoint" in received[0]
