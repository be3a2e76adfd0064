"""How the dashboard ends: quickly, whatever the servers do, and with a word where it was its own fault."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from mcp_tui.cli import headless
from support.hubs import COUNTING_SERVER, free_port, process
from support.terminal import Terminal, terminal

MCP_TUI = Path(sys.executable).with_name("mcp-tui")

SECRET = "s3cret-of-this-test"

CRASHING = """
from mcp_tui.cli import main
from mcp_tui.core.hub import Hub
from mcp_tui.ui.app import McpTuiApp

async def run(hub):
    fail("the hub")

def key(app):
    fail("a key")

def fail(where):
    of_the_frame = "a local variable"
    raise LookupError(f"{where} failed with {SECRET} \\x1b]0;title\\x07 [bold]")

SECRET = "s3cret-" + "of-this-test"
WHAT
main()
"""


@contextmanager
def dashboard(home: Path, *words: str) -> Generator[Terminal]:
    with terminal(MCP_TUI, *words, HOME=str(home), PATH=os.environ["PATH"]) as opened:
        yield opened


@contextmanager
def servers(count: int) -> Generator[dict[str, tuple[str, subprocess.Popen[bytes]]]]:
    """Counting servers, half of them over SSE: the name, the URL and the process of each."""
    with ExitStack() as stack:
        started: dict[str, tuple[str, subprocess.Popen[bytes]]] = {}
        for number in range(count):
            transport, path = (("http", "mcp"), ("sse", "sse"))[number % 2]
            port = free_port()
            child = stack.enter_context(
                process(sys.executable, str(COUNTING_SERVER), transport, str(port), port=port)
            )
            started[f"server{number}"] = (f"http://127.0.0.1:{port}/{path}", child)
        yield started


def write_config(path: Path, urls: dict[str, str]) -> Path:
    tables = [
        f'[servers.{name}]\nurl = "{url}"\ntransport = "{"sse" if url.endswith("/sse") else "streamable-http"}"\n'
        for name, url in urls.items()
    ]
    path.write_text("\n".join(tables))
    return path


def children_of(process: int) -> list[int]:
    """The processes that ``process`` has started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, parent in map(str.split, listed.splitlines()) if parent == str(process)]


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def count(home: Path, text: str) -> int:
    """How many events with a text like ``text`` are in the history."""
    path = home / ".local/state/mcp-tui/history.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as history, suppress(sqlite3.OperationalError):
        return history.execute("SELECT count(*) FROM events WHERE text LIKE ?", (text,)).fetchone()[0]
    return 0


def call_hang(screen: Terminal, server: str) -> None:
    """Call the tool of ``server`` that never answers."""
    screen.send("t")
    screen.until("Call a tool")
    screen.send(f"hang {server}")
    screen.until("Never answer")
    screen.send("\r")
    screen.until("no arguments")
    screen.send("\x12")


def test_q_is_quick_although_every_server_is_frozen(tmp_path: Path) -> None:
    with servers(8) as started:
        config = write_config(tmp_path / "config.toml", {name: url for name, (url, _) in started.items()})
        with config.open("a") as file:
            file.write(f'[servers.ours]\nurl = "http://127.0.0.1:{free_port()}/mcp"\nsample = "metrics"\n')
        with dashboard(tmp_path, "--config", str(config)) as screen:
            screen.until_holds(lambda: count(tmp_path, "connected to %") == 9)
            children = children_of(screen.process.pid)
            assert children
            for number, name in enumerate(started, 1):
                call_hang(screen, name)
                screen.until_holds(lambda number=number: count(tmp_path, "hang started") == number)
            for _, child in started.values():
                child.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            screen.send("q")
            assert screen.wait(20) == 0
            # Two and a half seconds on a machine that has nothing else to do.
            assert time.monotonic() - began < 5
            assert screen.restored
        assert not any(map(runs, children))
        assert count(tmp_path, "hang started") == 8


@pytest.mark.parametrize("dialog", [False, True], ids=["dashboard", "dialog"])
def test_ctrl_c_twice_quits(tmp_path: Path, dialog: bool) -> None:
    with dashboard(tmp_path, "demo") as screen:
        screen.until("connected to")
        if dialog:
            screen.send("t")
            screen.until("Call a tool")
        screen.send("\x03")
        screen.until("ctrl+c again")
        screen.send("\x03")
        assert screen.wait() == 130
        assert screen.restored


@pytest.mark.parametrize(
    ("what", "keys", "where"),
    [("McpTuiApp.action_toggle_theme = key", "\x14", "a key"), ("Hub.run = run", "", "the hub")],
    ids=["key", "hub"],
)
def test_a_crash_restores_the_terminal_and_says_where_its_report_is(
    tmp_path: Path, what: str, keys: str, where: str
) -> None:
    script = tmp_path / "crash.py"
    script.write_text(CRASHING.replace("WHAT", what))
    config = tmp_path / "config.toml"
    url = f"http://127.0.0.1:{free_port()}/mcp"
    config.write_text(f'[servers.one]\nurl = "{url}"\nheaders = {{ Authorization = "Bearer {SECRET}" }}\n')
    log = tmp_path / "log.txt"
    words = ("--config", str(config), "--log-file", str(log))
    with terminal(sys.executable, script, *words, HOME=str(tmp_path), PATH=os.environ["PATH"]) as screen:
        if keys:
            screen.until("cannot connect")
            screen.send(keys)
        assert screen.wait(30) == 1
        assert screen.restored
        output = screen.output.decode("utf-8", "replace")
    said = output[output.rfind("\x1b[?1049l") :]
    assert f"mcp-tui: stopped by a fault of its own: LookupError: {where} failed with ••• ␛]0;title␇ [bold]" in said
    (report,) = tmp_path.glob(".local/state/mcp-tui/crash-*.txt")
    assert str(report) in said
    assert report.stat().st_mode & 0o777 == 0o600
    assert log.stat().st_mode & 0o777 == 0o600
    for text in (report.read_text(), log.read_text()):
        assert f"{where} failed with •••" in text
        assert "line " in text
        assert "Traceback" in text
    for text in (output, report.read_text(), log.read_text()):
        assert SECRET not in text
        assert "a local variable" not in text.replace('of_the_frame = "a local variable"', "")
    assert "Traceback" not in output


def test_what_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "LEAVE_SECONDS", 0.05)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    held: list[asyncio.Task[None]] = []
    release = threading.Event()

    async def stubborn() -> None:
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def main() -> int:
        loop = asyncio.get_running_loop()
        held.append(asyncio.create_task(stubborn()))
        loop.run_in_executor(None, release.wait)
        await asyncio.sleep(0)
        return 7

    try:
        assert headless.run_loop(main()) == 7
        assert not held[0].done()
    finally:
        release.set()


def test_a_log_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    words = (MCP_TUI, "check", "--log-file", tmp_path / "no" / "log.txt")
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "log.txt: cannot be written: No such file or directory" in done.stderr
