"""Saving to a file: a name is suggested, and nothing is written over unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from mcp_tui.core.offers import ResourceContents, ResourceResult
from mcp_tui.ui.screens.contents import ContentsScreen
from mcp_tui.ui.screens.save import SaveScreen, suggested
from ui.fakes import FakeHub
from ui.host import HOSTILE, Host, until


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docs://folder/report.json", "report.json"),
        ("docs://folder/", "folder.txt"),
        ("greet", "greet.txt"),
        ("../../.bashrc", "bashrc.txt"),
        ("/", "saved.txt"),
        ("a\x1b]52;c;x\x07 \u202eb", "a_52_c_x_b.txt"),
        ("x" * 500, "x" * 100 + ".txt"),
    ],
)
def test_a_name_is_one_plain_name(name: str, expected: str) -> None:
    assert suggested(name, ".txt") == expected


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def saving(tmp_path: Path, name: str = "new.bin", data: bytes = b"\x00new") -> Host:
    return Host(screen=SaveScreen(data, str(tmp_path / name)))


async def test_enter_saves_the_bytes_as_they_are(tmp_path: Path) -> None:
    app = saving(tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Save 4 bytes to a file" in app.text())
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [None])
    assert (tmp_path / "new.bin").read_bytes() == b"\x00new"


async def test_a_file_that_is_there_is_replaced_only_when_told_twice(tmp_path: Path) -> None:
    old, other = tmp_path / "old.bin", tmp_path / "old.binx"
    old.write_bytes(b"old")
    other.write_bytes(b"other")
    app = saving(tmp_path, "old.bin")
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "There is such a file" in app.text())
        assert old.read_bytes() == b"old"
        # Another file that is there: that one has not been asked about.
        await pilot.press("x", "enter")
        await until(pilot, lambda: "There is such a file" in app.text())
        await pilot.press("backspace")
        await until(pilot, lambda: "There is such a file" not in app.text())
        await pilot.press("enter")
        await until(pilot, lambda: "There is such a file" in app.text())
        assert (old.read_bytes(), other.read_bytes()) == (b"old", b"other")
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [None])
    assert (old.read_bytes(), other.read_bytes()) == (b"\x00new", b"other")


@pytest.mark.parametrize(
    ("name", "problem"),
    [("", "it is a folder; add a name"), ("none/x", "No such file"), ("~nobody-at-all/x", "This is no path")],
)
async def test_what_cannot_be_written_is_said(tmp_path: Path, name: str, problem: str) -> None:
    app = saving(tmp_path)
    async with app.run_test() as pilot:
        box = app.screen.query_one(Input)
        box.value = name if name.startswith("~") else str(tmp_path / name)
        await pilot.press("enter")
        await until(pilot, lambda: problem in app.text())
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])
    assert files(tmp_path) == {}


async def test_a_resource_is_saved_as_the_server_sent_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hub = FakeHub()
    contents = (ResourceContents("", "image/png", b"\x89PNG"), ResourceContents("", "", b"+", "+"))
    hub.requests("items").contents = ResourceResult(contents, "{}")
    app = Host(screen=ContentsScreen(hub, "items", f"docs://{HOSTILE}/logo?size=1/2", "Logo"))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "4 bytes that are no text" in app.text())
        await pilot.press("s", "enter")
        await until(pilot, lambda: isinstance(app.screen, ContentsScreen))
    assert files(tmp_path) == {"logo.png": b"\x89PNG+"}
