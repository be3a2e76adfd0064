"""``mcp-tui history``: what earlier runs saw, as a process prints it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from mcp_tui.cli.history import parse_since
from mcp_tui.errors import ConfigError
from support.hubs import counting_server

MCP_TUI = Path(sys.executable).with_name("mcp-tui")
NOW = datetime(2026, 11, 20, 12, 30)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs mcp-tui with a home of its own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def run_it(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [MCP_TUI, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )

    return run_it


def test_what_a_run_saw_is_there_afterwards(run: Run, tmp_path: Path) -> None:
    with counting_server("http") as url:
        (tmp_path / "config.toml").write_text(f'[servers.counting]\nurl = "{url}"\n')
        assert run("watch", "--for", "1").returncode == 0
    done = run("history", "--search", "CONNECTED to", "--since", "1h", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["run"], found["server"], found["kind"]) == (1, "counting", "connection")
    as_text = run("history", "--server", "counting", "--last", "1").stdout
    assert as_text.startswith(f"{datetime.now():%Y-}")
    assert len(as_text.splitlines()) == 1
    assert " counting  " in as_text
    assert run("history", "--level", "emergency").stdout == ""
    assert run("history", "--server", "other").stdout == ""


def test_without_a_history_it_says_so(run: Run) -> None:
    done = run("history")
    assert done.returncode == 1
    assert "there is no history yet" in done.stderr
    assert "--no-history" in done.stderr


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("90s", datetime(2026, 11, 20, 12, 28, 30)),
        ("10 m", datetime(2026, 11, 20, 12, 20)),
        ("2H", datetime(2026, 11, 20, 10, 30)),
        ("1w", datetime(2026, 11, 13, 12, 30)),
        ("today", datetime(2026, 11, 20)),
        ("Yesterday", datetime(2026, 11, 19)),
        ("2026-11-01", datetime(2026, 11, 1)),
        ("2026-11-01T09:30", datetime(2026, 11, 1, 9, 30)),
        ("2026-11-01T09:30:00+00:00", datetime.fromisoformat("2026-11-01T09:30:00+00:00")),
    ],
)
def test_a_time_is_read_as_people_write_it(said: str, meant: datetime) -> None:
    assert parse_since(said, NOW) == meant.timestamp()


@pytest.mark.parametrize("said", ["soon", "10", "10x", "2026-13-01", "-5m", "9999999w"])
def test_what_is_no_time_says_what_is(said: str) -> None:
    with pytest.raises(ConfigError, match="is no time") as caught:
        parse_since(said, NOW)
    assert "yesterday" in caught.value.hint


def test_a_time_before_the_calendar_is_no_time() -> None:
    with pytest.raises(ConfigError):
        parse_since("999999w", NOW)
