"""The real commands, as processes: what they print where, and their exit codes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from support.hubs import counting_server, free_port

MCP_TUI = Path(sys.executable).with_name("mcp-tui")


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    with counting_server("http") as url:
        yield url


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of the user's is found."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}


class Cli:
    """Runs mcp-tui in a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def config(self, text: str) -> None:
        (self.folder / "config.toml").write_text(text)

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [MCP_TUI, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )

    @contextlib.contextmanager
    def start(self, *words: str, stdout: int = subprocess.PIPE) -> Generator[subprocess.Popen[str]]:
        command, pipe = [MCP_TUI, *words], subprocess.PIPE
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=stdout, stderr=pipe, text=True
        ) as child:
            try:
                yield child
            finally:
                child.kill()


@pytest.fixture
def cli(tmp_path: Path, home: dict[str, str], url: str) -> Cli:
    made = Cli(tmp_path, home)
    made.config(f'[servers.counting]\nurl = "{url}"\n')
    return made


def ndjson(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_check_prints_a_line_for_each_server(cli: Cli) -> None:
    done = cli("check")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.split()[:3] == ["counting", "ready", "2026-07-28"]
    assert "4 tools" in line


def test_check_says_which_server_is_down_and_exits_3(cli: Cli, url: str) -> None:
    cli.config(f'[servers.down]\nurl = "http://127.0.0.1:{free_port()}/mcp"\n[servers.counting]\nurl = "{url}"\n')
    done = cli("check", "--json")
    assert done.returncode == 3
    down, up = ndjson(done.stdout)
    assert (down["server"], down["state"], down["reason"]) == ("down", "unreachable", "connection refused")
    assert (up["server"], up["state"], up["tools"]) == ("counting", "ready", 4)


def test_tools_lists_arguments(cli: Cli) -> None:
    done = cli("tools", "counting")
    assert done.returncode == 0
    assert "counting count" in done.stdout
    assert "n=integer  (required)" in done.stdout
    listed = ndjson(cli("tools", "--json").stdout)
    assert [tool["name"] for tool in listed] == ["count", "hang", "fail", "add_tool"]
    assert listed[0]["inputSchema"]["required"] == ["n"]


def test_call_prints_its_result_alone_on_standard_output(cli: Cli) -> None:
    done = cli("call", "counting", "count", "n=3")
    assert (done.returncode, done.stdout) == (0, "3\n")
    assert '"number":2' in done.stderr.replace(" ", "")


def test_call_as_json_ends_with_the_result(cli: Cli) -> None:
    done = cli("call", "counting", "count", "--args", '{"n": 2}', "label=x", "--json")
    assert done.returncode == 0
    lines = ndjson(done.stdout)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    messages = [line["data"] for line in lines if line["kind"] == "message"]
    assert messages == [{"label": "x", "number": 0}, {"label": "x", "number": 1}]
    assert lines[-1]["kind"] == "result"
    assert lines[-1]["data"]["content"][0]["text"] == "2"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("call", "counting", "fail"), 5, "Error executing tool fail"),
        (("call", "counting", "coutn"), 2, "Did you mean count?"),
        (("call", "countin", "count"), 2, "Did you mean counting?"),
        (("call", "counting", "count"), 2, "count: n: a value is required"),
        (("call", "counting", "count", "n=many"), 2, "'many' is not a whole number"),
        (("call", "counting", "count", "n"), 2, "KEY=VALUE"),
        (("call", "counting", "count", "--args", "{"), 2, "--args is not JSON"),
        (("watch", "--level", "loud"), 2, "'loud' is not one of"),
        (("nonsense",), 2, "No such command 'nonsense'"),
        ((), 2, "needs a terminal"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_said_and_has_its_exit_code(
    cli: Cli, words: tuple[str, ...], code: int, said: str
) -> None:
    done = cli(*words)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("serverz = 1", ["serverz is not a known key", "did you mean servers?"]),
        ('[servers.a]\nurl = "http://127.0.0.1/mcp"\nenabled = "yes"', ["servers.a.enabled", "true or false"]),
        ('[servers.a]\nurl = "localhost:80/mcp"', ["servers.a.url", "a URL such as"]),
        (
            '[servers.a]\nurl = "http://127.0.0.1/mcp"\nheaders = { X = "${NOT_SET_HERE}" }',
            ["servers.a.headers.X", "NOT_SET_HERE", "not set"],
        ),
        ("[servers", ["not TOML"]),
    ],
    ids=["unknown key", "wrong type", "bad URL", "missing variable", "not TOML"],
)
def test_a_bad_configuration_is_one_clear_message(cli: Cli, text: str, said: list[str]) -> None:
    cli.config(text)
    for command in ("check", "watch", "tools"):
        done = cli(command)
        assert done.returncode == 2
        assert done.stdout == ""
        for part in ["config.toml", *said]:
            assert part in done.stderr
        assert "Traceback" not in done.stderr


def test_without_a_configuration_the_demo_is_suggested(tmp_path: Path, home: dict[str, str]) -> None:
    done = Cli(tmp_path, home)("check")
    assert done.returncode == 2
    assert "mcp-tui demo" in done.stderr


def test_watch_ends_when_its_time_is_over(cli: Cli) -> None:
    done = cli("watch", "--for", "1", "--json", "--no-history")
    assert (done.returncode, done.stderr) == (0, "")
    # Nothing, where connecting took longer than that.
    assert all(line["text"].startswith("connected to counting") for line in ndjson(done.stdout)[:1])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_watch_ends_with_a_signal(cli: Cli, number: signal.Signals, code: int) -> None:
    with cli.start("watch", "--no-history") as child:
        assert child.stdout is not None
        assert "connected to counting" in child.stdout.readline()
        child.send_signal(number)
        assert child.wait(60) == code
        assert child.stderr is not None
        assert child.stderr.read() == ""


def test_watch_ends_when_nobody_reads_any_more(cli: Cli) -> None:
    cli.config(
        f'[servers.talks]\nurl = "http://127.0.0.1:{free_port()}/mcp"\nprotocol = "legacy"\nsample = "metrics"\n'
    )
    with cli.start("watch", "--no-history") as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(60) == 0
        assert child.stderr is not None
        assert child.stderr.read() == ""


def test_watch_ends_with_a_signal_although_nobody_reads(cli: Cli) -> None:
    cli.config(
        f'[servers.talks]\nurl = "http://127.0.0.1:{free_port()}/mcp"\nprotocol = "legacy"\nsample = "metrics"\n'
    )
    reading, writing = os.pipe()
    # Fill the pipe, so that the first line already has no room.
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(writing, b"x" * 65_536):
            pass
    os.set_blocking(writing, True)
    with cli.start("watch", "--log-file", "log", stdout=writing) as child:
        log = cli.folder / "log"
        while not (log.exists() and "session ID" in log.read_text()):
            assert child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 143
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("words", [("check",), ("tools",), ("watch", "--no-history")])
def test_output_that_cannot_be_written_is_one_line(cli: Cli, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full, cli.start(*words, stdout=full.fileno()) as child:
        assert child.stderr is not None
        said = child.stderr.read()
        assert child.wait(60) == 1
    assert "cannot be written: No space left on device" in said
    assert "Traceback" not in said


def test_an_interrupted_call_is_cancelled(cli: Cli) -> None:
    with cli.start("call", "counting", "hang") as child:
        assert child.stderr is not None
        while "hanging" not in (line := child.stderr.readline()):
            assert line
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 130
        assert "hang cancelled" in child.stderr.read()


def test_add_appends_and_changes_nothing_else(cli: Cli, url: str) -> None:
    text = (cli.folder / "config.toml").read_text() + "# mine"
    cli.config(text)
    done = cli("add", "second", url)
    assert done.returncode == 0, done.stderr
    assert (cli.folder / "config.toml").read_text() == f'{text}\n\n[servers.second]\nurl = "{url}"\n'
    assert [line.split()[1] for line in cli("check").stdout.splitlines()] == ["ready", "ready"]


def test_add_finds_the_transport_out(cli: Cli) -> None:
    with counting_server("sse") as url:
        done = cli("add", "old", url)
    assert done.returncode == 0, done.stderr
    assert 'transport = "sse"' in (cli.folder / "config.toml").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "counting", "http://127.0.0.1:1/mcp"), 2, "already"),
        (("add", "new", "not a url"), 2, "servers.new.url"),
        (("add", "new name", "http://127.0.0.1:1/mcp"), 2, "not a usable name"),
        (("add", "new", "http://127.0.0.1:1/mcp"), 3, "Nothing was added"),
    ],
)
def test_add_refuses_what_would_not_work(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    before = (cli.folder / "config.toml").read_text()
    done = cli(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert (cli.folder / "config.toml").read_text() == before


def test_a_command_of_an_unnamed_file_is_not_run(cli: Cli, tmp_path: Path) -> None:
    cli.config(f'[servers.evil]\ncommand = ["touch", "{tmp_path}/touched"]\n')
    done = cli("check")
    assert done.returncode == 3
    assert "not trusted" in done.stdout
    assert not (tmp_path / "touched").exists()
    cli("check", "--config", "config.toml")
    assert (tmp_path / "touched").exists()
