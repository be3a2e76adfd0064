"""A server that has control sequences in every text of its, and a user who looks at all of them in a terminal."""

import os
import re
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.dashboard import MCP_TUI, RUN, close_result, dashboard
from support.hostile import ATTACK, FAIL, ODD, REFUSE
from support.hostile_stdio import SEQUENCES
from support.nasty import harmful
from support.terminal import Terminal, terminal

SERVER = Path(__file__).parents[1] / "support" / "hostile_stdio.py"

SHIFT_TAB = "\x1b[Z"
ESCAPE, ENTER = "\x1b", "\r"
JSON = "\x0a"
PALETTE = "\x10"

MODES = "|".join(map(str, (7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004, 2026, 2048)))
TEXTUAL = re.compile(
    rf"\x1b\[\d*(?:;\d+)*m"  # colours
    rf"|\x1b\[\d+;\d+H"  # the cursor
    rf"|\x1b\[\?(?:{MODES})(?:[hl]|\$p)"  # what the terminal is to do, and whether it can
    r"|\x1b\[[<>]\d*u"  # keys
    r"|\x1b\]22;[a-z]+\x07"  # the shape of the mouse pointer
)
"""What the dashboard writes beside text. (A colour of ``SEQUENCES`` would pass, and is looked for by itself.)"""

CLICK = re.compile(r"\x1b\[(?:0|1|22|3\d|9\d)m")
"""What the commands write beside text."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.toml"
    path.write_text(f'[servers.hostile]\ncommand = ["{sys.executable}", "{SERVER}"]\n')
    return path


def assert_harmless(written: bytes, own: re.Pattern[str]) -> None:
    """Nothing but text and what mcp-tui itself writes has reached the terminal."""
    text = written.decode()
    assert [sequence for sequence in SEQUENCES if sequence in text] == []
    rest = own.sub("", text)
    found = harmful(rest) - {"\r", "\n"}
    assert found == set(), [rest[max(0, at - 60) : at + 60] for at, each in enumerate(rest) if each in found][:5]


@contextmanager
def looked_at(home: Path, config: Path) -> Generator[Terminal]:
    """The dashboard on the hostile server; at the end, nothing has come through."""
    with dashboard(home, "--config", str(config), size=(160, 70)) as screen:
        screen.shows("● hostile")
        screen.shows("stderr=␛]52;c;aGFja2Vk␇")
        yield screen
        screen.process.send_signal(signal.SIGTERM)
        assert screen.wait() == 128 + signal.SIGTERM
        assert screen.restored
        assert_harmless(screen.output, TEXTUAL)


def test_nothing_of_a_server_its_tools_and_its_calls_comes_through(tmp_path: Path, config: Path) -> None:
    with looked_at(tmp_path, config) as screen:
        look_at_the_server(screen)
        look_at_the_form(screen)
        for number, tool in enumerate((FAIL, REFUSE, ODD), 2):
            run_as_json(screen, number, tool, "failed")
        look_at_the_calls(screen)


def test_nothing_of_its_events_comes_through(tmp_path: Path, config: Path) -> None:
    with looked_at(tmp_path, config) as screen:
        run_as_json(screen, 1, ATTACK, "finished")
        look_at_the_events(screen)


def test_nothing_comes_through_elsewhere(tmp_path: Path, config: Path) -> None:
    with looked_at(tmp_path, config) as screen:
        look_at_the_rest(screen, config)


def look_at_the_server(screen: Terminal) -> None:
    """Its details."""
    screen.send(SHIFT_TAB * 3)
    screen.shows("▌● hostile")
    screen.send(ENTER)
    screen.shows("instructions=␛]52")
    screen.shows("malformed-tool=␛]52")
    screen.send("G")
    screen.shows("titled-tool=␛]52")
    screen.send("q")
    screen.gone("Server hostile")


def look_at_the_form(screen: Terminal) -> None:
    """The picker, the form, its choices, its complaint, its JSON; then the call."""
    screen.send("t")
    screen.shows("Call a tool")
    screen.send(f"{ATTACK} hostile")
    screen.shows("▌hostile")
    screen.shows("description=␛]52")
    screen.send(ENTER)
    screen.shows("argument-description=␛]52")
    screen.shows("enum=␛]52")
    screen.send(RUN)
    screen.shows("✖")
    screen.send(JSON)
    screen.shows("Form  ^j")
    screen.send(RUN)
    say_yes(screen, ATTACK)
    screen.shows("#1 hostile.attack", "finished")


def say_yes(screen: Terminal, tool: str) -> None:
    """The server calls its tools destructive, so that the dashboard asks first."""
    screen.shows(f"Call {tool} on hostile?")
    screen.send("Y")
    screen.gone(f"Call {tool} on hostile?")


def run_as_json(screen: Terminal, number: int, tool: str, outcome: str) -> None:
    """Call a tool with the arguments that it suggests itself, which its form would not send."""
    screen.send("t")
    screen.shows("Call a tool")
    screen.send(f"{tool} hostile")
    screen.shows("▌hostile")
    screen.send(ENTER)
    screen.shows("JSON  ^j")
    screen.send(JSON)
    screen.shows("Form  ^j")
    screen.send(RUN)
    say_yes(screen, tool)
    screen.shows(f"#{number} hostile.{tool}", outcome)


def look_at_the_calls(screen: Terminal) -> None:
    """Their rows, and each result."""
    screen.send("c")
    screen.shows("Cancel/dismiss")
    screen.shows("refusal=␛]52")
    for number, first, last in (
        (4, "result-type=␛]52", "As the server sent it"),
        (3, "refusal=␛]52", "Arguments"),
        (2, "failure=␛]52", "As the server sent it"),
        (1, "progress=␛]52", "structured-value="),
    ):
        screen.shows("▌", f"#{number} ")
        screen.send(ENTER)
        screen.shows(f"─ #{number} ")
        screen.shows(first)
        screen.send("G")
        screen.shows(last)
        close_result(screen)
        screen.send("k")


def look_at_the_events(screen: Terminal) -> None:
    """All in one pane, then one of each kind in full, the search and the filter."""
    screen.send("0")
    screen.shows("all levels")
    for kind in ("log-text", "log-key", "level", "progress", "uri", "reason", "method"):
        screen.send("/")
        screen.shows("search")
        screen.send(f"{kind}={ENTER}")
        screen.shows(f"─ /{kind}=", " of ")
        screen.send(ENTER)
        screen.shows("─ Event ")
        screen.shows("─ JSON ")
        screen.send("q")
        screen.gone("─ Event ")
        screen.send(ESCAPE)
        screen.gone(f"─ /{kind}=")


def look_at_the_rest(screen: Terminal, config: Path) -> None:
    """Help, palette, accounts, and what is said of a file that somebody has made hostile."""
    screen.send("?")
    screen.shows("─ Keys ")
    screen.send("q")
    screen.gone("─ Keys ")
    screen.send(PALETTE)
    screen.shows("Search for commands")
    screen.send("call tool")
    screen.shows("forged on hostile")
    screen.send(ESCAPE)
    screen.gone("fill in its arguments")
    screen.send("a")
    screen.shows("─ Accounts ")
    screen.send("q")
    screen.gone("─ Accounts ")
    config.write_text('"key=\\u001b]52;c;aGFja2Vk\\u0007\\u009b2J" = 1\n')
    screen.shows("key=␛]52;c;aGFja2Vk␇<U+009B>2J")


# The commands


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--json"),
        ("tools",),
        ("tools", "--json"),
        ("call", "hostile", ATTACK),
        ("call", "hostile", ATTACK, "--json"),
        ("call", "hostile", FAIL),
        ("call", "hostile", REFUSE),
        ("call", "hostile", ODD),
        ("call", "hostile", "none of these"),
    ],
    ids=" ".join,
)
def test_no_command_lets_a_sequence_through(tmp_path: Path, config: Path, words: tuple[str, ...]) -> None:
    with running(tmp_path, config, *words) as screen:
        screen.wait()
        assert screen.output
        assert_harmless(screen.output, CLICK)


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["text", "json"])
def test_watching_lets_no_sequence_through(tmp_path: Path, config: Path, words: tuple[str, ...]) -> None:
    with running(tmp_path, config, "watch", "--no-history", *words) as screen:
        screen.shows("stderr=")
        screen.shows("connected to")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.wait() == 128 + signal.SIGTERM
        assert_harmless(screen.output, CLICK)


@contextmanager
def running(home: Path, config: Path, *words: str) -> Generator[Terminal]:
    given = {"HOME": str(home), "PATH": os.environ["PATH"]}
    with terminal(MCP_TUI, "--config", config, *words, size=(200, 50), **given) as screen:
        yield screen
