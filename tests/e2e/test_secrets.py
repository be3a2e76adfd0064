"""Servers that send back what they were given: no secret reaches a screen, a pipe or a file."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

import pytest

from support.dashboard import MCP_TUI, call_tool, close_result, dashboard, open_result
from support.hubs import free_port, process

ECHOING = Path(__file__).parents[1] / "support" / "echoing_server.py"

HEADER = "hdr-zqw/a+b\\c"
QUERY = "query-yqj"
VARIABLE = 'env "wxq" \\o/'
PASSWORD = "pass@kzx"
SECRETS = (HEADER, QUERY, VARIABLE, PASSWORD)


@pytest.fixture(scope="module")
def port() -> Generator[int]:
    port = free_port()
    with process(sys.executable, str(ECHOING), "http", str(port), port=port):
        yield port


@pytest.fixture(scope="module")
def other_port() -> Generator[int]:
    port = free_port()
    with process(sys.executable, str(ECHOING), "http", str(port), port=port):
        yield port


@pytest.fixture
def config(tmp_path: Path, port: int, other_port: int) -> Path:
    path = tmp_path / "config.toml"
    host = f"http://user:{quote(PASSWORD)}@127.0.0.1"
    path.write_text(f"""
[limits]
connect = 60
[servers.header]
url = "http://127.0.0.1:{port}/mcp?token={QUERY}"
headers = {{ Authorization = "Bearer ${{HEADER}}" }}
[servers.basic]
url = "{host}:{other_port}/mcp"
[servers.locked]
url = "http://127.0.0.1:{port}/locked?token={QUERY}"
headers = {{ Authorization = "Bearer ${{HEADER}}" }}
[servers.variable]
command = [{json.dumps(sys.executable)}, {json.dumps(str(ECHOING))}, "stdio"]
env = {{ ECHO_TOKEN = "${{VARIABLE}}" }}
""")
    return path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    found = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    return {**found, "HEADER": HEADER, "VARIABLE": VARIABLE}


def leaks(text: str) -> list[str]:
    """The secrets that stand in ``text``, in any of the spellings that a server or mcp-tui itself may use."""
    found: list[str] = []
    for secret in SECRETS:
        basic = base64.b64encode(f"user:{secret}".encode()).decode().rstrip("=")
        spellings = {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3], quote(secret), basic}
        spellings |= {quote(secret, safe=""), "".join(f"\\u{ord(character):04x}" for character in secret)}
        found += [spelling for spelling in spellings if spelling in text]
    # Whatever else is done to them leaves some of the middle.
    return found + [part for part in ("zqw", "yqj", "wxq", "kzx") if part in text]


def printed(command: list[str | Path], environment: dict[str, str]) -> tuple[str, str]:
    """What a command writes to standard output and error; ``watch`` is ended once it has named every server."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True) as child:
        read = ""
        try:
            if "watch" in command:
                assert child.stdout is not None
                while read.count("connected to") < 3 or "cannot connect: HTTP 401" not in read:
                    read += (line := child.stdout.readline())
                    assert line, read
                child.terminate()
            stdout, stderr = child.communicate(timeout=60)
        finally:
            child.kill()
    return read + stdout, stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--json"),
        ("tools",),
        ("tools", "--json"),
        ("call", "header", "echo"),
        ("call", "header", "echo", "--json"),
        ("call", "basic", "echo", "--json"),
        ("call", "variable", "echo", "--json"),
        ("call", "variable", "echo", "fail=true"),
        ("call", "header", "echo", "fail=true", "--json"),
        ("call", "locked", "echo"),
        ("watch", "--json"),
        ("watch",),
    ],
    ids=" ".join,
)
def test_no_secret_is_printed_logged_or_kept(
    tmp_path: Path, config: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    log = tmp_path / "log.txt"
    options = ("--config", str(config), "--log-file", str(log), "--log-level", "debug")
    stdout, stderr = printed([MCP_TUI, words[0], *options, *words[1:]], environment)
    assert "Traceback" not in stderr
    assert "•••" in stdout + stderr
    assert leaks(stdout) == []
    assert leaks(stderr) == []
    assert log.stat().st_mode & 0o777 == 0o600
    written = log.read_text()
    assert "DEBUG asyncio" in written
    assert leaks(written) == []
    for path in tmp_path.glob(".local/state/mcp-tui/*"):
        assert leaks(path.read_bytes().decode("utf-8", "replace")) == []
    if "--json" in words:
        assert all(isinstance(json.loads(line), dict) for line in stdout.splitlines())


def test_no_secret_is_on_the_screen(tmp_path: Path, config: Path, environment: dict[str, str]) -> None:
    log = tmp_path / "log.txt"
    words = ("--config", str(config), "--log-file", str(log), "--log-level", "debug")
    with dashboard(tmp_path, *words, size=(200, 50), **environment) as screen:
        for server in ("header", "basic", "variable"):
            screen.shows(f"● {server}")
        for number, server in enumerate(("header", "variable"), 1):
            call_tool(screen, number, server, "echo")
            open_result(screen, number)
            close_result(screen)
        screen.send("q")
        assert screen.wait() == 0
        shown = screen.output.decode("utf-8", "replace")
    assert "•••" in shown
    assert leaks(shown) == []
    assert leaks(log.read_text()) == []
    (history,) = tmp_path.glob(".local/state/mcp-tui/history.db")
    kept = history.read_bytes().decode("utf-8", "replace")
    assert "•••" in kept
    assert leaks(kept) == []
