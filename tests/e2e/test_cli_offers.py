"""The commands for prompts and resources, as processes: what they print where, and their exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from support.hubs import free_port, process
from support.offering_server import NOTE, NOTES, PICTURE
from support.terminal import terminal

MCP_TUI = Path(sys.executable).with_name("mcp-tui")
OFFERING_SERVER = Path(__file__).parents[1] / "support" / "offering_server.py"
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    port = free_port()
    with process(sys.executable, str(OFFERING_SERVER), "http", str(port), port=port):
        yield f"http://127.0.0.1:{port}/mcp"


class Cli:
    """Runs mcp-tui in a folder of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
        (folder / "config.toml").write_text(f'[servers.offering]\nurl = "{url}"\n')

    def __call__(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [MCP_TUI, *words], cwd=self.folder, env=self.environment, capture_output=True, timeout=60
        )


@pytest.fixture
def cli(tmp_path: Path, url: str) -> Cli:
    return Cli(tmp_path, url)


def test_prompts_are_listed_with_their_arguments(cli: Cli) -> None:
    done = cli("prompts", "offering")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[:3] == [
        "offering greet  Greet somebody.",
        "    country=text  (required)",
        "    city=text  (optional)",
    ]
    listed = [json.loads(line) for line in cli("prompts", "--json").stdout.splitlines()]
    assert [(each["server"], each["name"]) for each in listed] == [("offering", "greet"), ("offering", "ask")]
    assert listed[0]["arguments"][0] == {
        "name": "country",
        "title": None,
        "description": None,
        "required": True,
    }


def test_resources_are_listed_and_templates_with_them(cli: Cli) -> None:
    done = cli("resources")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines() == [
        f"offering {NOTE}  A note that changes.",
        "    Note, text/plain",
        f"offering {PICTURE}  Bytes that are no text.",
        "    picture, image/png",
        f"offering {NOTES}  A note by its name.",
        "    notes, text/plain",
    ]
    listed = [json.loads(line) for line in cli("resources", "offering", "--json").stdout.splitlines()]
    assert [each.get("uri") or each["uriTemplate"] for each in listed] == [NOTE, PICTURE, NOTES]


def test_a_prompt_is_printed_as_its_messages(cli: Cli) -> None:
    done = cli("prompt", "offering", "greet", "country=japan", "city=Kyoto")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"user: Hello to Kyoto in japan!\n", b"")
    result = json.loads(cli("prompt", "offering", "greet", "country=japan", "--json").stdout)
    assert result["messages"][0]["content"]["text"] == "Hello to anywhere in japan!"


def test_a_question_is_declined_and_that_is_said(cli: Cli) -> None:
    done = cli("prompt", "offering", "ask")
    assert (done.returncode, done.stdout) == (0, b'user: {"action":"decline"}\n')
    assert b"asked, and was refused, since nobody is here to answer: Whose?" in done.stderr


def test_a_resource_is_printed_as_it_is(cli: Cli) -> None:
    assert cli("read", "offering", NOTE).stdout == b"version 0"
    assert cli("read", "offering", PICTURE).stdout == PNG
    result = json.loads(cli("read", "offering", NOTE, "--json").stdout)
    assert result["contents"][0]["text"] == "version 0"


def test_a_resource_is_saved_as_it_was_sent(cli: Cli, tmp_path: Path) -> None:
    done = cli("read", "offering", PICTURE, "--output", "picture.png")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "picture.png").read_bytes() == PNG


def test_a_terminal_is_shown_text_and_no_bytes(cli: Cli) -> None:
    words = ("--config", str(cli.folder / "config.toml"))
    with terminal(MCP_TUI, "read", *words, "offering", NOTE, size=(100, 20), **cli.environment) as screen:
        assert screen.wait() == 0
        screen.shows("version 0")
    with terminal(MCP_TUI, "read", *words, "offering", PICTURE, size=(100, 20), **cli.environment) as screen:
        assert screen.wait() == 2
        screen.shows("is not text (image/png, 10 bytes)")
        screen.shows("Save it with --output FILE.")
    assert b"PNG" not in screen.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("prompt", "offering", "great"), 2, "Did you mean greet?"),
        (("prompt", "offering", "greet"), 2, "greet: country: a value is required"),
        (("prompt", "offering", "greet", "country"), 2, "KEY=VALUE"),
        (("prompt", "offerin", "greet"), 2, "Did you mean offering?"),
        (("read", "offering", "offering://nothing"), 1, "offering: "),
        (("read", "offering", NOTE, "--output", "no/such/folder"), 1, "--output no/such/folder: cannot be written"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_said_and_has_its_exit_code(
    cli: Cli, words: tuple[str, ...], code: int, said: str
) -> None:
    done = cli(*words)
    assert (done.returncode, done.stdout) == (code, b"")
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_an_argument_that_the_prompt_does_not_name_is_sent_and_said(cli: Cli) -> None:
    done = cli("prompt", "offering", "greet", "country=japan", "planet=mars")
    assert b"greet names no argument 'planet'; sent all the same" in done.stderr


@pytest.mark.parametrize("command", ["prompts", "resources"])
def test_a_server_that_is_down_is_one_line_and_the_others_are_listed(cli: Cli, command: str) -> None:
    with (cli.folder / "config.toml").open("a") as file:
        file.write(f'[servers.down]\nurl = "http://127.0.0.1:{free_port()}/mcp"\n')
    done = cli(command)
    assert done.returncode == 3
    assert done.stdout.startswith(b"offering ")
    (line,) = done.stderr.decode().splitlines()
    assert "connection refused" in line
