"""How the dashboard ends: quickly, whatever the servers do, and with a word where it was its own fault."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from mcp_tui.cli import headless
from support.dashboard import MCP_TUI, call_tool, dashboard, patient_dashboard
from support.hubs import COUNTING_SERVER, free_port, process, wait_for_port
from support.terminal import terminal

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
def servers(count: int) -> Generator[tuple[dict[str, str], subprocess.Popen[bytes]]]:
    """Counting servers, half of them over SSE: the URL of each by its name, and the process of them all."""
    transports = [("http", "mcp"), ("sse", "sse")] * (count // 2)
    ports = [free_port() for _ in transports]
    words = [word for (name, _), port in zip(transports, ports, strict=True) for word in (name, str(port))]
    urls = {
        f"server{number}": f"http://127.0.0.1:{port}/{path}"
        for number, ((_, path), port) in enumerate(zip(transports, ports, strict=True))
    }
    with process(sys.executable, str(COUNTING_SERVER), *words, port=ports[0]) as child:
        for port in ports[1:]:
            wait_for_port(child, port)
        yield urls, child


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


def until_ended(processes: Collection[int], seconds: float = 60) -> None:
    """Wait until none of ``processes`` is left."""
    ends = time.monotonic() + seconds
    while any(map(runs, processes)):
        assert time.monotonic() < ends, "some of them go on"
        time.sleep(0.05)


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


@pytest.mark.timeout(600)
def test_q_is_quick_although_every_server_is_frozen(tmp_path: Path) -> None:
    with servers(8) as (urls, frozen):
        config = write_config(tmp_path / "config.toml", urls)
        sample = f'[servers.ours]\nurl = "http://127.0.0.1:{free_port()}/mcp"\nsample = "metrics"\n'
        with config.open("a") as file:
            file.write(f"[limits]\nconnect = 60\n{sample}")
        with dashboard(tmp_path, "--config", str(config)) as screen:
            screen.until(lambda: count(tmp_path, "connected%") >= 9)
            children = children_of(screen.process.pid)
            assert children
            # A call over each of the two transports.
            for number, name in enumerate(("server0", "server1"), 1):
                call_tool(screen, number, name, "hang")
                screen.until(lambda number=number: count(tmp_path, "hanging") == number)
            frozen.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            screen.send("q")
            assert screen.wait() == 0
            # Two and a half seconds where nothing else runs; sixteen, were they left one after the other.
            assert time.monotonic() - began < 12
            assert screen.restored
        until_ended(children)
        assert count(tmp_path, "hanging") == 2


def test_a_terminal_that_is_gone_ends_the_program_though_no_signal_says_so(tmp_path: Path) -> None:
    with dashboard(tmp_path, "demo") as screen:
        screen.shows("● items")
        children = children_of(screen.process.pid)
        screen.vanish()
        assert screen.process.wait(60) == 128 + signal.SIGHUP
    until_ended(children)


@pytest.mark.parametrize("dialog", [False, True], ids=["dashboard", "dialog"])
def test_ctrl_c_twice_quits(tmp_path: Path, dialog: bool) -> None:
    with patient_dashboard(tmp_path, "demo") as screen:
        screen.shows("● items")
        if dialog:
            screen.send("t")
            screen.shows("Call a tool")
        screen.send("\x03")
        screen.shows("ctrl+c again")
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
            screen.shows("cannot connect")
            screen.send(keys)
        assert screen.wait() == 1
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
        # Python complains of a task that its loop leaves behind; here that is what is wanted.
        loop.set_exception_handler(lambda loop, context: None)
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
