"""What is left of a crash, and ctrl+c."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input
from textual.worker import WorkerFailed

from mcp_tui.core.redact import Redactor
from mcp_tui.core.secrets import Secret
from mcp_tui.errors import ConfigError
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui import crash
from mcp_tui.ui.app import AGAIN_SECONDS, McpTuiApp
from mcp_tui.ui.screens.tools import ToolPicker
from ui.fakes import FakeHub
from ui.host import until
from ui.stage import Stage, stage

TOKEN = "hunter2-the-token"
HEADERS = {"X-Token": Secret(f"Bearer {TOKEN}")}
REDACT = Redactor(Config((ServerSettings("one", "streamable-http", "http://h/mcp", headers=HEADERS),)))


def count(folder: Path) -> int:
    return len(list(folder.glob("*")))


def raised(error: Exception) -> Exception:
    of_the_frame = TOKEN.upper()
    with pytest.raises(type(error)) as caught:
        raise error
    assert of_the_frame
    return caught.value


def test_a_report_has_versions_and_a_traceback_but_no_secrets_and_no_locals(reports: Path) -> None:
    said = crash.report(raised(ValueError(f"refused {TOKEN}\x1b[2J")), REDACT)
    assert said.message == "stopped by a fault of its own: ValueError: refused •••␛[2J"
    assert said.exit_code == 1
    (path,) = reports.iterdir()
    assert re.fullmatch(r"crash-\d{8}-\d{6}\.txt", path.name)
    assert str(path) in said.hint
    assert path.stat().st_mode & 0o777 == 0o600
    assert reports.stat().st_mode & 0o777 == 0o700
    text = path.read_text()
    for part in ("mcp-tui 0.", "Python 3.", "textual 8.", "Traceback (most recent call last)", "in raised", "•••"):
        assert part in text
    assert TOKEN not in text
    assert TOKEN.upper() not in text
    assert "\x1b" not in text


def test_what_is_said_is_what_was_raised_first() -> None:
    error = raised(KeyError("x"))
    group = ExceptionGroup("inner", [error])
    for wrapped in (WorkerFailed(error), group, ExceptionGroup("outer", [group])):
        assert "KeyError: 'x'" in crash.report(wrapped, REDACT).message


def test_an_exception_that_cannot_even_be_shown() -> None:
    class Odd(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise RuntimeError

    assert "Odd" in crash.report(raised(Odd()), REDACT).message


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    said = crash.report(raised(ValueError("x")), REDACT, file / "folder")
    assert "ValueError: x" in said.message
    assert "could not be written: Not a directory" in said.hint


async def test_a_handler_that_raises_ends_the_app_with_one_message(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(app: McpTuiApp) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(McpTuiApp, "action_toggle_theme", fail)
    app = McpTuiApp(FakeHub())
    with pytest.raises(LookupError):
        async with app.run_test() as pilot:
            await pilot.press("ctrl+t")
    assert app.return_code == 1
    assert app.error is not None
    assert "LookupError: no such thing" in app.error.message
    assert count(reports) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("failure", "code", "written"),
    [(ConfigError("no such key", hint="remove it"), 2, 0), (RuntimeError("boom"), 1, 1)],
    ids=["words", "report"],
)
async def test_the_hub_ends_the_app_with_its_own_words_or_a_report(
    reports: Path, failure: Exception, code: int, written: int
) -> None:
    app = McpTuiApp(FakeHub(failure=failure))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_code)
    assert app.error is not None
    assert app.error.exit_code == app.return_code == code
    assert str(failure) in app.error.message
    assert count(reports) == written


# ctrl+c


def notices(it: Stage) -> list[str]:
    return [toast.message for toast in it.toasts]


async def test_ctrl_c_quits_at_the_second_press() -> None:
    async with stage() as it:
        await it.pilot.press("ctrl+c")
        assert notices(it) == ["ctrl+c again quits"]
        assert it.app.return_code is None
        it.hub.advance(AGAIN_SECONDS)
        await it.pilot.press("ctrl+c")
        await it.until(lambda: it.app.return_code == 130)


async def test_a_second_ctrl_c_that_comes_too_late_is_a_first_one() -> None:
    async with stage() as it:
        await it.pilot.press("ctrl+c")
        it.hub.advance(AGAIN_SECONDS + 0.1)
        await it.pilot.press("ctrl+c")
        assert it.app.return_code is None


async def test_ctrl_c_in_a_dialog_copies_what_is_selected_and_else_quits() -> None:
    async with stage() as it:
        await it.press("t", *"abc")
        assert isinstance(it.app.screen, ToolPicker)
        it.app.screen.query_one(Input).select_all()
        await it.pilot.press("ctrl+c")
        assert it.app.clipboard == "abc"
        assert notices(it) == []
        await it.pilot.press("end", "ctrl+c")
        assert notices(it) == ["ctrl+c again quits"]
        await it.pilot.press("ctrl+c")
        await it.until(lambda: it.app.return_code == 130)
