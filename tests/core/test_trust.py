"""Whose commands may be run."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from mcp_tui.core.secrets import Secret
from mcp_tui.core.trust import Trust
from mcp_tui.settings import Config, ServerSettings

LOCAL = ServerSettings("local", "stdio", command=("uvx", "git"), env={"A": Secret("hunter2"), "B": Secret("b")})


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "state" / "trusted.json")


def found(path: Path, *servers: ServerSettings) -> Config:
    """A configuration that was found without being named."""
    return Config(servers=servers, path=path / "config.toml", implicit=True)


def test_a_file_that_was_only_found_is_not_trusted_until_the_user_says_so(trust: Trust, tmp_path: Path) -> None:
    config = found(tmp_path, LOCAL)
    assert not trust.covers(config)
    trust.add(config)
    assert trust.covers(config)


def test_a_file_that_was_named_is_trusted(trust: Trust, tmp_path: Path) -> None:
    named = msgspec.structs.replace(found(tmp_path, LOCAL), implicit=False)
    assert trust.covers(named)
    assert trust.covers(Config(servers=(LOCAL,), implicit=True))


def test_the_answer_is_kept_for_the_next_run(tmp_path: Path) -> None:
    Trust(tmp_path / "trusted.json").add(found(tmp_path, LOCAL))
    assert Trust(tmp_path / "trusted.json").covers(found(tmp_path, LOCAL))


@pytest.mark.parametrize(
    "other",
    [
        {"command": ("uvx", "evil")},
        {"command": ("uvx", "git", "--evil")},
        {"command": ("uvx git",)},
        {"env": {"A": Secret("hunter2")}},
        {"env": {"A": Secret("hunter2"), "B": Secret("evil")}},
        {"env": {"A": Secret("hunter2"), "B": Secret("b"), "LD_PRELOAD": Secret("evil.so")}},
        {"command": ("uvx", "git", "A=hunter2", "B=b"), "env": {}},
        {"command": ("uvx", "git", "A=hunter2"), "env": {"B": Secret("b")}},
        {"name": "other"},
    ],
)
def test_a_change_of_what_would_be_run_asks_again(trust: Trust, tmp_path: Path, other: dict[str, object]) -> None:
    trust.add(found(tmp_path, LOCAL))
    assert not trust.covers(found(tmp_path, msgspec.structs.replace(LOCAL, **other)))


def test_one_more_command_asks_again_and_one_more_url_does_not(trust: Trust, tmp_path: Path) -> None:
    trust.add(found(tmp_path, LOCAL))
    more = ServerSettings("more", "stdio", command=("x",))
    remote = ServerSettings("remote", "sse", url="http://h/sse")
    assert not trust.covers(found(tmp_path, LOCAL, more))
    assert trust.covers(found(tmp_path, LOCAL, remote))


def test_a_file_is_trusted_at_its_own_place(trust: Trust, tmp_path: Path) -> None:
    trust.add(found(tmp_path / "mine", LOCAL))
    assert not trust.covers(found(tmp_path / "theirs", LOCAL))


def test_the_place_is_the_same_however_it_is_written(
    trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trust.add(found(tmp_path, LOCAL))
    assert trust.covers(found(Path(), LOCAL))


def test_several_files_can_be_trusted(trust: Trust, tmp_path: Path) -> None:
    configs = [found(tmp_path / name, LOCAL) for name in ("a", "b")]
    for config in configs:
        trust.add(config)
    assert all(trust.covers(config) for config in configs)


def test_what_is_kept_holds_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "trusted.json"
    Trust(file).add(found(tmp_path, LOCAL))
    assert "hunter2" not in file.read_text()
    assert list(json.loads(file.read_text())) == [str(tmp_path / "config.toml")]


@pytest.mark.parametrize("content", [b"", b"not JSON", b"[]", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_trusts_nothing_and_can_be_written_again(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "trusted.json"
    file.write_bytes(content)
    trust, config = Trust(file), found(tmp_path, LOCAL)
    assert not trust.covers(config)
    trust.add(config)
    assert trust.covers(config)
