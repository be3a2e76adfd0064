"""The real dashboard in a real (pseudo-)terminal."""

import re
import signal
import sys
from pathlib import Path

import pytest

from support.dashboard import call_tool, dashboard, open_result, patient_dashboard

HOSTILE = Path(__file__).parents[1] / "support" / "hostile_server.py"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_demo_connects_and_q_leaves_a_clean_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    with dashboard(tmp_path, "demo", size=size) as screen:
        screen.shows("● items")
        screen.send("q")
        assert screen.wait() == 0
        assert screen.restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_is_the_exit_status(tmp_path: Path, number: signal.Signals) -> None:
    with patient_dashboard(tmp_path, "demo") as screen:
        screen.shows("● items")
        screen.process.send_signal(number)
        assert screen.wait() == 128 + number
        assert screen.restored


def test_every_level_gets_its_line(tmp_path: Path) -> None:
    with dashboard(tmp_path, "demo") as screen:
        screen.shows("● items")
        call_tool(screen, 1, "items", "emit_levels")
        screen.shows("Queue is full")
        screen.send("q")
        assert screen.wait() == 0


def test_nothing_a_server_sends_reaches_the_terminal_as_a_control_sequence(tmp_path: Path) -> None:
    config = tmp_path / "hostile.toml"
    config.write_text(f'[limits]\nconnect = 60\n[servers.hostile]\ncommand = ["{sys.executable}", "{HOSTILE}"]\n')
    with dashboard(tmp_path, "--config", str(config)) as screen:
        screen.shows("● hostile")
        call_tool(screen, 1, "hostile", "attack")
        open_result(screen, 1)
        # The text is there, with what it tried to do made visible ...
        screen.shows("evil␛]52;c;aGFja2Vk")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.wait() == 128 + signal.SIGTERM
        # ... and none of it as what it was.
        # (OSC 22 is Textual's own: the shape of the mouse pointer.)
        written = re.sub(rb"\x1b\]22;[a-z]+\x07", b"", screen.output)
        for sequence in (b"\x1b]52", b"\x1b]0;title", b"\x9b31m".decode("latin-1").encode(), b"\x1b[2Jright"):
            assert sequence not in written
        for character in ("\u202e", "\u200b", "\x7f", "\x07"):
            assert character.encode() not in written
