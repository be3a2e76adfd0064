"""The command `mcp-tui-servers`, as a process of its own."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from typing import IO

import httpx2
import pytest
from click.testing import CliRunner
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from mcp_tui_servers.catalog import CATALOG
from mcp_tui_servers.cli import main
from mcp_tui_servers.sockets import bind_all, port_of

COMMAND = (sys.executable, "-m", "mcp_tui_servers")

Start = Callable[..., subprocess.Popen[str]]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)


def piped(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def url_in(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found is not None
    return found[0]


@pytest.fixture
def start() -> Generator[Start]:
    """Starts the command with pipes; whatever still runs at the end of the test is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start_process(*arguments: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True, pass_fds=pass_fds
        )
        processes.append(process)
        return process

    yield start_process
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def taken() -> Generator[socket.socket]:
    [sock] = bind_all([0])
    with sock:
        yield sock


@pytest.mark.parametrize("option", ["--help", "--version", "--list"])
def test_what_needs_no_server_imports_neither_the_sdk_nor_uvicorn(option: str) -> None:
    program = (
        "import json, sys\n"
        "from mcp_tui_servers.cli import main\n"
        f"main([{option!r}], standalone_mode=False)\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert not modules & {"mcp", "mcp_types", "uvicorn", "starlette", "pydantic", "asyncio"}


def test_list_names_every_server_with_its_urls() -> None:
    lines = run("--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(CATALOG)
    assert "http://127.0.0.1:8101/mcp  (also SSE at http://127.0.0.1:8101/sse)" in lines[0]
    assert "http://127.0.0.1:8102/sse" in lines[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("--stdio",),
        ("--stdio", "items", "metrics"),
        ("--stdio", "items", "--port", "0"),
        ("items", "--fd", "3", "--fd", "4"),
        ("items", "--fd", "3", "--port", "0"),
        ("--port", "65535"),
        ("--port", "65536"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith("Error: ")


def test_a_port_in_use_is_one_line_and_exit_code_1(taken: socket.socket) -> None:
    done = run("items", "--port", str(port_of(taken)))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"Error: port {port_of(taken)} on 127.0.0.1 is in use; choose another with --port"
    ]


def test_a_descriptor_that_is_no_socket_is_one_line_and_exit_code_1() -> None:
    done = run("items", "--fd", "0")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_without_a_name_all_servers_start_and_say_where(start: Start) -> None:
    process = start("--port", "0", "--exit-with-stdin")
    lines = [piped(process.stdout).readline() for _ in CATALOG]
    assert [line.split()[0] for line in lines] == list(CATALOG)
    for line in lines:
        root = url_in(line).rpartition("/")[0]
        assert httpx2.get(f"{root}/nowhere").status_code == 404
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_at_once_though_streams_are_open(
    number: signal.Signals, status: int, start: Start
) -> None:
    process = start("items", "documents", "--port", "0")
    roots = [url_in(piped(process.stdout).readline()).rpartition("/")[0] for _ in range(2)]
    with (
        httpx2.Client() as http,
        http.stream("GET", f"{roots[0]}/sse") as first,
        http.stream("GET", f"{roots[1]}/sse") as second,
    ):
        ends = [first.iter_text(), second.iter_text()]
        assert all("event: endpoint" in next(chunks) for chunks in ends)
        process.send_signal(number)
        # Without an end of their own, the streams would go on for ever.
        _, errors = process.communicate(timeout=60)
        assert all("".join(chunks) == "" for chunks in ends)
    assert (process.returncode, errors) == (status, "")


def test_it_listens_on_inherited_sockets_in_the_order_of_the_names(start: Start) -> None:
    socks = bind_all([0, 0])
    fds = tuple(sock.fileno() for sock in socks)
    options = [option for fd in fds for option in ("--fd", str(fd))]
    process = start("documents", "metrics", *options, "--exit-with-stdin", pass_fds=fds)
    ports = [port_of(sock) for sock in socks]
    for sock in socks:
        sock.close()
    assert [url_in(piped(process.stdout).readline()) for _ in socks] == [
        f"http://127.0.0.1:{ports[0]}/sse",
        f"http://127.0.0.1:{ports[1]}/mcp",
    ]
    origin = {"Origin": f"http://localhost:{ports[1]}"}
    assert httpx2.get(f"http://127.0.0.1:{ports[1]}/nowhere", headers=origin).status_code == 404
    assert httpx2.get(f"http://127.0.0.1:{ports[0]}/nowhere", headers=origin).status_code == 403
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_verbose_logs_each_request_to_standard_error(start: Start) -> None:
    process = start("documents", "--port", "0", "--verbose", "--exit-with-stdin")
    root = url_in(piped(process.stdout).readline()).rpartition("/")[0]
    httpx2.get(f"{root}/nowhere")
    output, errors = process.communicate(timeout=60)
    assert output == ""
    assert "GET /nowhere" in errors


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("name", list(CATALOG))
async def test_stdio_serves_one_server(name: str, mode: str) -> None:
    target = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], name, "--stdio"])
    async with Client(target, mode=mode) as client:
        assert client.server_info is not None
        assert client.server_info.name == name
        assert (await client.list_tools()).tools
