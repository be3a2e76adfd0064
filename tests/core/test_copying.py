"""Copies of a call, each of them run: through the words of a shell and the command's parser, by curl, by Python."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from mcp_tui.cli.commands import call as call_command
from mcp_tui.core import schema
from mcp_tui.core.copying import FILL_IN, UNPRINTABLE, Copy, Subject, as_command, as_curl, as_python
from mcp_tui.core.secrets import MASK, Secret
from mcp_tui.core.status import Tool
from mcp_tui.settings import ServerSettings
from support.hubs import COUNTING_SERVER, counting_server

MODERN, HANDSHAKE = "2026-07-28", "2025-11-25"
COUNT = Tool(
    "count", input_schema={"properties": {"n": {"type": "integer"}, "label": {"type": "string"}}, "required": ["n"]}
)
EVERY_KIND = {
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "number"},
        "whole": {"type": "integer"},
        "yes": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
        "choice": {"enum": ["a", 1, None]},
        "any": {},
    }
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(list(EVERY_KIND["properties"])) | st.text()


def http(url: str = "http://127.0.0.1:8101/mcp", **more: Any) -> ServerSettings:
    return ServerSettings("items", "streamable-http", url, **more)


def subject(settings: ServerSettings, tool: Tool = COUNT, protocol: str = MODERN, **arguments: Any) -> Subject:
    return Subject(settings, tool, arguments or {"n": 2, "label": 'it\'s $HOME `x` \\ "q"'}, protocol)


# mcp-tui call


def understood(text: str, tool: Tool) -> dict[str, Any]:
    """What the command makes of the words that a shell makes of ``text``."""
    program, command, *words = shlex.split(text)
    assert (program, command) == ("mcp-tui", "call")
    taken: dict[str, Any] = {}

    def run_call(config_file: Path | None, *, texts: dict[str, str], given: dict[str, Any], **rest: Any) -> None:
        taken.update(rest, config=config_file, arguments={**given, **schema.arguments(tool.input_schema, texts)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcp_tui.cli.call.run_call", run_call)
        done = CliRunner().invoke(call_command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return taken


@given(st.dictionaries(NAMES, VALUES, max_size=5))
@example({"text": ""})
@example({"yes": True, "number": 1, "whole": 1.0})
@example({"names": ["a", "-b"], "-x": "--", "a=b": "c", "": 0})
@example({"text": "\x1b]52;c;aGk=\x07\u202e\x7f\n"})
@example({"any": "1", "other": "true"})
def test_the_command_says_exactly_the_arguments(arguments: dict[str, Any]) -> None:
    tool = Tool("do it", input_schema=EVERY_KIND)
    copy = as_command(Subject(http(), tool, arguments))
    assert copy.text.isprintable()
    taken = understood(copy.text, tool)
    assert (taken["server"], taken["tool"]) == ("items", "do it")
    assert json.dumps(taken["arguments"], sort_keys=True) == json.dumps(arguments, sort_keys=True)


def test_words_stay_readable_where_they_can() -> None:
    arguments = {"n": 3, "label": "two words", "extra": {"a": None}}
    copy = as_command(Subject(http(), COUNT, arguments, config=Path("/home/me/config.toml")))
    assert copy == Copy(
        "mcp-tui call --config /home/me/config.toml items count n=3 'label=two words' 'extra={\"a\": null}'"
    )


def test_a_name_that_looks_like_an_option_is_none() -> None:
    tool = Tool("--json")
    assert understood(as_command(Subject(http(), tool, {})).text, tool)["tool"] == "--json"


def test_a_name_that_could_harm_a_terminal_is_not_copied() -> None:
    assert as_command(Subject(http(), Tool("a\x1b[2J"), {})) == Copy("", UNPRINTABLE)


# curl


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    with counting_server("http") as url:
        yield url


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")


def shell(text: str, **environment: str) -> str:
    """What a shell makes of ``text``."""
    env = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **environment}
    done = subprocess.run(["/bin/sh", "-c", text], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def messages(stream: str) -> list[dict[str, Any]]:
    return [json.loads(line[5:]) for line in stream.splitlines() if line.startswith("data:")]


@needs_curl
def test_curl_gets_the_notifications_and_the_result(url: str) -> None:
    sent = subject(http(url))
    copy = as_curl(sent)
    assert not copy.note
    *told, answer = messages(shell(copy.text))
    assert answer["result"]["structuredContent"] == {"result": 2}
    logged = [each["params"]["data"] for each in told if each["method"] == "notifications/message"]
    assert logged == [{"label": sent.arguments["label"], "number": number} for number in range(2)]
    assert [each["params"]["progress"] for each in told if each["method"] == "notifications/progress"] == [1, 2]


@needs_curl
def test_a_variable_in_the_address_is_left_to_the_shell(url: str) -> None:
    shown = url.replace("127.0.0.1", "${MCP_HOST}")
    text = as_curl(subject(http(url, shown=shown), n=1)).text
    assert "127.0.0.1" not in text
    answer = messages(shell(text, MCP_HOST="127.0.0.1"))[-1]
    assert answer["result"]["structuredContent"] == {"result": 1}


def test_curl_names_arguments_in_headers_where_the_schema_asks_for_it() -> None:
    tool = Tool("zürich", input_schema={"properties": {"n": {"type": "integer", "x-mcp-header": "Count"}}})
    words = shlex.split(as_curl(subject(http(), tool, n=7)).text.replace("\\\n", ""))
    assert {"Mcp-Param-Count: 7", "mcp-name: =?base64?esO8cmljaA==?=", "mcp-method: tools/call"} <= set(words)


def test_curl_trusts_the_same_authority() -> None:
    assert "--cacert '/a b.pem'" in as_curl(subject(http(ca_file=Path("/a b.pem")))).text


@pytest.mark.parametrize(
    ("settings", "protocol", "said"),
    [
        (http(), HANDSHAKE, "2025-11-25, where a call needs a session"),
        (http(), "", "a call needs a session"),
        (ServerSettings("items", "sse", "http://h/sse"), MODERN, "reached over sse"),
        (ServerSettings("items", "stdio", command=("x",)), MODERN, "reached over stdio"),
    ],
)
def test_where_one_post_is_not_enough_that_is_said(settings: ServerSettings, protocol: str, said: str) -> None:
    copy = as_curl(subject(settings, protocol=protocol))
    assert not copy.text
    assert said in copy.note


# Python


def program(text: str, folder: Path, **environment: str) -> str:
    """What a program prints."""
    file = folder / "program.py"
    file.write_text(text)
    env = {**os.environ, **environment}
    done = subprocess.run([sys.executable, file], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("protocol", ["auto", "legacy", MODERN])
def test_the_program_calls_the_tool(url: str, tmp_path: Path, protocol: str) -> None:
    text = as_python(subject(http(url, protocol=protocol))).text
    assert "'result': 2" in program(text, tmp_path)


def test_the_program_fills_in_the_environment(url: str, tmp_path: Path) -> None:
    settings = http(url, shown=url.replace("127.0.0.1", "${MCP_HOST}"), headers={"X-Team": Secret("{blue}")})
    text = as_python(subject(settings)).text
    assert "{blue}" in text
    assert "127.0.0.1" not in text
    assert "'result': 2" in program(text, tmp_path, MCP_HOST="127.0.0.1")


def test_the_program_speaks_sse(tmp_path: Path) -> None:
    with counting_server("sse") as url:
        settings = ServerSettings("items", "sse", url, headers={"X-Team": Secret("blue")})
        assert "'result': 2" in program(as_python(subject(settings)).text, tmp_path)


def test_the_program_starts_the_server(tmp_path: Path) -> None:
    command = (sys.executable, str(COUNTING_SERVER), "stdio")
    settings = ServerSettings("items", "stdio", command=command, env={"TEAM": Secret("blue")})
    assert "'result': 2" in program(as_python(subject(settings)).text, tmp_path)


@given(st.dictionaries(st.text(), VALUES, max_size=3), st.text())
def test_every_program_is_python_and_harmless(arguments: dict[str, Any], name: str) -> None:
    text = as_python(Subject(http(headers={"X-A": Secret("a")}, ca_file=Path("a{b")), Tool(name), arguments)).text
    compile(text, "program", "exec")
    assert text.replace("\n", "").isprintable()


# Secrets


@pytest.mark.parametrize("copy", [as_curl, as_python])
def test_secrets_are_not_copied(copy: Any) -> None:
    token = Secret("hunter2secret")
    settings = http(
        "https://user:hunter2secret@h.test/mcp?key=hunter2secret",
        headers={
            "Authorization": Secret("Bearer typed"),
            "X-Who": Secret("hunter2secret"),
            "X-Team": Secret("blue"),
        },
        secrets=(token,),
    )
    made: Copy = copy(subject(settings))
    assert made.note == FILL_IN
    assert "hunter2" not in made.text
    assert "typed" not in made.text
    assert made.text.count(MASK) == 3
    assert "blue" in made.text


def test_a_masked_argument_is_said_to_be_one() -> None:
    assert FILL_IN in as_command(subject(http(), n=1, label=MASK)).note
    assert as_curl(subject(http(), n=1, label=f"{MASK}\n")).note == FILL_IN
