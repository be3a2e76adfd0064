"""mcp-tui in a terminal, and what its user does: no key is sent before the screen that takes it has been seen."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from support.terminal import Terminal, terminal

MCP_TUI = Path(sys.executable).with_name("mcp-tui")
RUN = "\x12"
FORM = "Run  ^r"

PATIENT = """
from mcp_tui.cli import dashboard, main
from mcp_tui.ui import app

app.AGAIN_SECONDS = dashboard.GIVE_UP_SECONDS = 600.0
main()
"""


@contextmanager
def dashboard(
    home: Path, *words: str, size: tuple[int, int] = (120, 40), **environment: str
) -> Generator[Terminal]:
    """``mcp-tui`` with ``words`` as its arguments, in a home of its own."""
    given = {"HOME": str(home), "PATH": os.environ["PATH"], **environment}
    with terminal(MCP_TUI, *words, size=size, **given) as opened:
        yield opened


@contextmanager
def patient_dashboard(home: Path, *words: str) -> Generator[Terminal]:
    """``mcp-tui`` that gives a second ctrl+c, and its own end, as long as the slowest machine takes."""
    with terminal(sys.executable, "-c", PATIENT, *words, HOME=str(home), PATH=os.environ["PATH"]) as opened:
        yield opened


def call_tool(screen: Terminal, number: int, server: str, tool: str) -> None:
    """Call ``tool`` with what its form starts with; it is call ``number`` of the run."""
    screen.send("t")
    screen.shows("Call a tool")
    screen.send(f"{tool} {server}")
    screen.shows(f"▌{server}")
    screen.send("\r")
    screen.shows(FORM)
    screen.send(RUN)
    screen.gone(FORM)
    screen.shows(f"#{number} {server}.{tool}")


def open_result(screen: Terminal, number: int) -> None:
    """Open the newest call, which is call ``number``, once it has finished."""
    screen.shows(f"#{number} ", "finished")
    screen.send("c")
    screen.shows("Cancel/dismiss")
    screen.send("\r")
    screen.shows(f"─ #{number} ")
    screen.shows("outcome")


def close_result(screen: Terminal) -> None:
    """Back to the dashboard."""
    screen.send("q")
    screen.gone("outcome")
