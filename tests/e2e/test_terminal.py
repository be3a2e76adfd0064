"""The real dashboard in a real (pseudo-)terminal."""

import os
import re
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.terminal import Terminal, terminal

MCP_TUI = Path(sys.executable).with_name("mcp-tui")
HOSTILE = Path(__file__).parents[1] / "support" / "hostile_server.py"


@contextmanager
def dashboard(home: Path, *words: str, size: tuple[int, int] = (120, 40)) -> Generator[Terminal]:
    with terminal(MCP_TUI, *words, size=size, HOME=str(home), PATH=os.environ["PATH"]) as opened:
        yield opened


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_demo_connects_and_q_leaves_a_clean_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    with dashboard(tmp_path, "demo", size=size) as screen:
        screen.until("connected to")
        screen.send("q")
        assert screen.wait() == 0
        assert screen.restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_is_the_exit_status(tmp_path: Path, number: signal.Signals) -> None:
    with dashboard(tmp_path, "demo") as screen:
        screen.until("connected to")
        screen.process.send_signal(number)
        assert screen.wait() == 128 + number
        assert screen.restored


def test_every_level_gets_its_line(tmp_path: Path) -> None:
    with dashboard(tmp_path, "demo") as screen:
        screen.until("connected to")
        screen.send("t")
        screen.until("Call a tool")
        screen.send("emit_levels\r")
        screen.until("Logger")
        screen.send("\x12")
        screen.until("Queue is full")
        screen.send("q")
        assert screen.wait() == 0


def test_nothing_a_server_sends_reaches_the_terminal_as_a_control_sequence(tmp_path: Path) -> None:
    config = tmp_path / "hostile.toml"
    config.write_text(f'[servers.hostile]\ncommand = ["{sys.executable}", "{HOSTILE}"]\n')
    with dashboard(tmp_path, "--config", str(config)) as screen:
        screen.until("connected to")
        screen.send("t")
        screen.until("Call a tool")
        screen.send("\r")
        screen.until("Run")
        screen.send("\x12")
        screen.until("finished")
        screen.send("c")
        screen.until("Cancel")
        screen.send("\r")
        screen.until("outcome")
        # The text is there, with what it tried to do made visible ...
        assert "evil␛]52;c;aGFja2Vk" in screen.output.decode("utf-8", "replace")
        screen.process.send_signal(signal.SIGTERM)
        screen.wait()
        # ... and none of it as what it was.
        # (OSC 22 is Textual's own: the shape of the mouse pointer.)
        written = re.sub(rb"\x1b\]22;[a-z]+\x07", b"", screen.output)
        for sequence in (b"\x1b]52", b"\x1b]0;title", b"\x9b31m".decode("latin-1").encode(), b"\x1b[2Jright"):
            assert sequence not in written
        for character in ("\u202e", "\u200b", "\x7f", "\x07"):
            assert character.encode() not in written
