"""Which files may do what they ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcp_tui.config import parse
from mcp_tui.core.trust import Trust
from mcp_tui.settings import Config

LOCAL = """
[servers.local]
command = ["uvx", "git"]
env = { A = "${SECRET}", B = "b" }
"""
REMOTE = """
[servers.remote]
url = "http://127.0.0.1/mcp"
headers = { Authorization = "Bearer ${SECRET}" }
"""
PLAIN = """
[servers.plain]
url = "http://127.0.0.1/mcp"
headers = { X-Team = "tools" }
"""


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "state" / "trusted.json")


def found(folder: Path, *texts: str, implicit: bool = True) -> Config:
    """A configuration that was found without being named."""
    path = folder / "config.toml"
    return parse("".join(texts), path, implicit=implicit, environ={"SECRET": "hunter2", "OTHER": "x"})


def test_a_file_that_was_only_found_is_not_trusted_until_the_user_says_so(trust: Trust, tmp_path: Path) -> None:
    config = found(tmp_path, LOCAL)
    assert not trust.covers(config)
    trust.add(config)
    assert trust.covers(config)


def test_a_file_that_was_named_is_trusted(trust: Trust, tmp_path: Path) -> None:
    assert trust.covers(found(tmp_path, LOCAL, implicit=False))


def test_the_answer_is_kept_for_the_next_run(tmp_path: Path) -> None:
    Trust(tmp_path / "trusted.json").add(found(tmp_path, LOCAL))
    assert Trust(tmp_path / "trusted.json").covers(found(tmp_path, LOCAL))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"git"', '"evil"'),
        ('"git"', '"git", "--evil"'),
        ('"uvx", "git"', '"uvx git"'),
        (', B = "b"', ""),
        ('B = "b"', 'B = "evil"'),
        ('B = "b"', 'B = "b", LD_PRELOAD = "evil.so"'),
        ('"git"]\nenv = { A = "${SECRET}", B = "b" }', '"git", "A=${SECRET}", "B=b"]'),
        ("${SECRET}", "${OTHER}"),
        ("servers.local", "servers.other"),
    ],
)
def test_a_change_of_what_would_be_run_asks_again(trust: Trust, tmp_path: Path, old: str, new: str) -> None:
    trust.add(found(tmp_path, LOCAL))
    assert old in LOCAL
    assert not trust.covers(found(tmp_path, LOCAL.replace(old, new)))


def test_a_value_of_the_environment_is_not_sent_anywhere_unasked(trust: Trust, tmp_path: Path) -> None:
    config = found(tmp_path, REMOTE)
    assert config.servers[0].asks == ("sends $SECRET to http://127.0.0.1/mcp",)
    assert not trust.covers(config)
    trust.add(config)
    assert trust.covers(config)
    assert not trust.covers(found(tmp_path, REMOTE.replace("127.0.0.1", "evil.test")))


def test_a_server_that_asks_nothing_needs_no_trust(trust: Trust, tmp_path: Path) -> None:
    assert found(tmp_path, PLAIN).servers[0].asks == ()
    trust.add(found(tmp_path, LOCAL))
    assert trust.covers(found(tmp_path, LOCAL, PLAIN))
    assert not trust.covers(found(tmp_path, LOCAL, REMOTE))


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
