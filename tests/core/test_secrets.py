"""Secrets stay out of sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.secrets import MASK, Secret, mask_url


def test_a_secret_shows_itself_only_when_revealed() -> None:
    secret = Secret("hunter2")
    assert [repr(secret), str(secret), f"{secret}", f"{[secret]}"] == [MASK, MASK, MASK, f"[{MASK}]"]
    assert secret.reveal() == "hunter2"


def test_a_secret_has_no_attributes_to_print() -> None:
    assert not hasattr(Secret("hunter2"), "__dict__")


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8101/mcp", "http://127.0.0.1:8101/mcp"),
        ("https://user:hunter2@example.com/mcp", "https://example.com/mcp"),
        ("https://hunter2@example.com:8443/mcp", "https://example.com:8443/mcp"),
        ("https://user:hunt@er2@example.com/mcp", "https://example.com/mcp"),
        ("https://example.com/mcp?key=hunter2&b=", f"https://example.com/mcp?key={MASK}&b={MASK}"),
        ("https://example.com/mcp?hunter2", f"https://example.com/mcp?{MASK}"),
        ("https://example.com/mcp#hunter2", "https://example.com/mcp"),
        ("http://user:hunter2@[::1]:80/mcp", "http://[::1]:80/mcp"),
        ("https://example.com/a@b", "https://example.com/a@b"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert mask_url(url) == shown


@pytest.mark.parametrize("url", ["http://user:hunter2@[::1/mcp", "http://[hunter2/"])
def test_what_is_no_url_is_not_shown_at_all(url: str) -> None:
    assert "hunter2" not in mask_url(url)
    assert MASK in mask_url(url)


@given(st.text())
def test_no_text_is_too_odd_to_be_masked(text: str) -> None:
    assert isinstance(mask_url(text), str)
