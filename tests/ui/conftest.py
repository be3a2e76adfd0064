"""A crash under test leaves its report with the test."""

from pathlib import Path

import pytest

from mcp_tui.ui import crash


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the crash reports."""
    monkeypatch.setattr(crash, "folder", lambda: tmp_path / "state")
    return tmp_path / "state"
