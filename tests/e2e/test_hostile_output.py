"""What the commands print of a hostile server, to a terminal: nothing that a terminal would obey."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from mcp_tui.cli import cli, fail, logs
from mcp_tui.errors import McpTuiError
from support.faulty import Faulty
from support.hostile import ATTACK, FAIL, ODD, REFUSE, Hostile, saying
from support.hostile_offers import NOTE, PROMPT
from support.nasty import EVERYTHING, NASTY, harmful

OWN_STYLES = re.compile(r"\x1b\[(?:0|1|22|3\d|9\d)m")
"""What click writes for a style. No nasty text has one of these."""

COMMANDS = (
    ("check",),
    ("tools",),
    ("call", "faulty", ATTACK),
    ("call", "faulty", FAIL),
    ("call", "faulty", REFUSE),
    ("call", "faulty", ODD),
    ("prompts",),
    ("resources",),
    ("prompt", "faulty", PROMPT),
    ("read", "faulty", NOTE),
)
MISTAKES = (
    ("call", "faulty", "atack"),
    ("prompt", "faulty", "plan"),
    ("prompt", "faulty", PROMPT, "<b>=1"),
    ("call", "faulty", "<tool name>"),
    ("call", "faulty", ATTACK, "choice=none of these"),
    ("call", "faulty", ATTACK, "number=many"),
    ("call", "faulty", ATTACK, "object=1"),
)


class Served:
    """A hostile server in a thread of its own, since a command has the event loop of this one."""

    def __init__(self) -> None:
        self._server = Faulty(Hostile(saying([""])).answers)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result()

    def say(self, text: str) -> None:
        """Have ``text`` in every place from now on."""
        self._server.answers.update(Hostile(saying([text])).answers)

    @property
    def url(self) -> str:
        return self._server.settings().url

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    served = Served()
    served.start()
    yield served
    served.stop()


@pytest.fixture
def config(tmp_path: Path, served: Served) -> str:
    path = tmp_path / "config.toml"
    path.write_text(f'[servers.faulty]\nurl = "{served.url}"\n')
    return str(path)


Printed = pytest.CaptureFixture[str]


def run(printed: Printed, *words: str) -> tuple[str, str]:
    """What a command writes where it takes its output for a terminal: to standard output, to standard error."""
    with pytest.MonkeyPatch.context() as patch, suppress(SystemExit):
        patch.setattr(logs, "quiet", lambda: None)
        for stream in (sys.stdout, sys.stderr):
            patch.setattr(stream, "isatty", lambda: True)
        try:
            cli.main([*words], standalone_mode=False)
        except McpTuiError as error:
            fail(error)
    return printed.readouterr()


every_text = settings(
    max_examples=8,
    deadline=None,
    # The server, the file and the capture are the same for every text.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("words", [*COMMANDS, *MISTAKES], ids=" ".join)
@given(NASTY)
@example(EVERYTHING)
@every_text
def test_text_is_harmless(served: Served, config: str, capfd: Printed, words: tuple[str, ...], text: str) -> None:
    served.say(text)
    out, err = run(capfd, "--config", config, *words)
    assert out or err
    for name, written in (("stdout", out), ("stderr", err)):
        shown = OWN_STYLES.sub("", written).replace("\n", "")
        assert (name, harmful(shown)) == (name, set()), shown[:500]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@given(NASTY)
@example(EVERYTHING)
@every_text
def test_json_is_harmless_and_json(
    served: Served, config: str, capfd: Printed, words: tuple[str, ...], text: str
) -> None:
    served.say(text)
    out, _ = run(capfd, "--config", config, *words, "--json")
    assert out
    assert harmful(out.replace("\n", "")) == set()
    assert [type(json.loads(line)) for line in out.splitlines()] == [dict] * out.count("\n")


def test_json_means_what_the_server_sent(served: Served, config: str, capfd: Printed) -> None:
    sent = "C1 \x9b2J, DEL \x7f, bidi \u202e, tag \U000e0041, BEL \x07, end"
    served.say(sent)
    out, _ = run(capfd, "--config", config, "call", "faulty", ATTACK, "--json")
    events = [json.loads(line) for line in out.splitlines()]
    (logged,) = [event for event in events if event["kind"] == "message" and event["level"] == "error"]
    assert logged["data"] == f"{sent}<log text>"
    assert events[-1]["data"]["content"][0]["text"] == f"{sent}<result>"


@pytest.mark.parametrize("words", [("check",), ("tools",), ("check", "--json")], ids=" ".join)
def test_a_hostile_file_is_harmless(tmp_path: Path, capfd: Printed, words: tuple[str, ...]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(r"""
[servers.address]
url = "http://127.0.0.1:9/\u009b2J\u001b]52;c;aGFja2Vk\u0007\u202e"
[servers.command]
command = ["no-such-program\u009b2J\u001b]52;c;aGFja2Vk\u0007\u202e"]
""")
    out, err = run(capfd, "--config", str(path), *words)
    assert harmful(OWN_STYLES.sub("", out + err).replace("\n", "")) == set()
    assert "52;c;aGFja2Vk" in out + err
