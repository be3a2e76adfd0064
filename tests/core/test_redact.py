"""No secret survives, and nothing else is touched."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.core.support import draft

from mcp_tui.core.levels import Level
from mcp_tui.core.redact import NO_SECRETS, SHORTEST, Redactor
from mcp_tui.core.secrets import MASK, Secret
from mcp_tui.core.status import Result, State, Tool
from mcp_tui.core.store import EventStore
from mcp_tui.core.text import clean
from mcp_tui.settings import Config, ServerSettings


def redactor(*secrets: str, url: str = "http://127.0.0.1/mcp") -> Redactor:
    headers = {f"X-Token-{number}": Secret(text) for number, text in enumerate(secrets)}
    return Redactor(Config((ServerSettings("one", "streamable-http", url, headers=headers),)))


letters = st.characters(codec="utf-8") | st.sampled_from("\\\\\\\"/%\n\r\t +'u0né\U0001f600")
secrets = st.text(letters, min_size=SHORTEST, max_size=20).filter(
    lambda text: text.lower() not in NO_SECRETS and MASK[0] not in text and text.strip()
)
around = st.text(letters, max_size=20)


def escaped(text: str) -> str:
    """Every character as JSON may write it, in numbers."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "clean": lambda text: clean(text),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "numbers": escaped,
    "slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "URL": lambda text: quote(text, safe=""),
    "path": lambda text: quote(text),
    "form": lambda text: quote_plus(text),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=list(SPELLINGS))
@given(secret=secrets, before=around, after=around)
def test_no_spelling_of_a_secret_survives(spell: Any, secret: str, before: str, after: str) -> None:
    spelled = spell(secret)
    # The neighbours may make another secret of it, or a longer escape.
    assume(MASK[0] not in before + after)
    shown = redactor(secret).text(f"{before.rstrip(chr(92))} {spelled} {after}")
    assert spelled not in shown
    assert MASK in shown


@given(secret=secrets, before=around, after=around)
def test_no_secret_survives_in_json_which_stays_json(secret: str, before: str, after: str) -> None:
    value = {"key": [f"{before}{secret}{after}", 1.50, None, {"inner": json.dumps({"deep": secret})}], secret: True}
    for ascii_only in (True, False):
        shown = redactor(secret).json(json.dumps(value, ensure_ascii=ascii_only))
        decoded = json.loads(shown)
        texts = [decoded["key"][0], json.loads(decoded["key"][3]["inner"])["deep"], *decoded]
        assert not any(secret in text for text in texts)
        assert decoded["key"][1:3] == [1.50, None]


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=10))
def test_json_without_a_secret_stays_as_it_is_to_the_character(value: Any) -> None:
    raw = json.dumps(value)
    assert redactor("a-secret-that-is-not-in-it").json(raw) == raw


@given(text=st.text())
def test_ordinary_text_is_untouched(text: str) -> None:
    assume(not any(hint in text.lower() for hint in ("bearer", "basic", "eyj")))
    assert redactor("a-secret-that-is-not-in-it").text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Processing item 4/10 at 50%: C:\\users\\new, 100%",
        "the server wants a Bearer token.",
        'Bearer realm="here", error="invalid_token"',
        "Bearer error=invalid_token",
        "Bearer authentication is required",
        "Basic usage and basic examples",
        'Basic realm="basic"',
        "eyJvZmZzZXQiOjEwfQ is a cursor",
        '{"a": "50%20", "b": "\\u0041"}',
    ],
)
def test_what_only_looks_like_credentials_is_untouched(text: str) -> None:
    assert redactor("hunter2-token").text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcde", "Authorization: Bearer •••"),
        ("bearer mF_9.B5f-4.1JqM==, more", "bearer •••, more"),
        ("Bearer token-123", "Bearer •••"),
        (f"Basic {base64.b64encode(b'user:pass').decode()}", "Basic •••"),
        ("at eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d.", "at •••."),
    ],
)
def test_what_looks_like_credentials_is_masked_though_nobody_configured_it(text: str, shown: str) -> None:
    assert Redactor().text(text) == shown
    assert json.loads(Redactor().json(json.dumps({"text": f"\n{text}"}))) == {"text": f"\n{shown}"}


@pytest.mark.parametrize(
    "text",
    [
        "alice:hunt@er2",
        "hunt%40er2",
        "hunt@er2",
        base64.b64encode(b"alice:hunt@er2").decode(),
        base64.b64encode(b"alice:hunt@er2").decode().rstrip("="),
        "q/token",
        "q%2Ftoken",
        "http://alice:hunt%40er2@h/mcp?key=q%2Ftoken&other",
    ],
)
def test_user_info_and_query_values_of_a_url_are_secret(text: str) -> None:
    shown = redactor(url="http://alice:hunt%40er2@h/mcp?key=q%2Ftoken&other").text(f"<{text}>")
    assert not any(part in shown for part in ("hunt", "token", "aHVud", "YWxpY2U6"))


def test_the_parts_of_a_header_are_secret_by_themselves() -> None:
    basic = base64.b64encode(b"user:hunter22").decode()
    redact = redactor("Bearer abc[1].*(def)", f"Basic {basic}")
    for text in ("abc[1].*(def)", "hunter22", basic, "Bearer abc[1].*(def)"):
        assert MASK in redact.text(text)
        assert text not in redact.text(text)
    assert redact.text("abc1 def") == "abc1 def"


def test_a_secret_that_is_a_number_leaves_json_behind() -> None:
    assert json.loads(redactor("12345").json('{"pin": 12345, "ok": true}')) == {"pin": MASK, "ok": True}


def test_what_is_short_or_says_nothing_is_no_secret() -> None:
    redact = redactor("abc", "true", "DEBUG")
    assert redact.text("abc true DEBUG") == "abc true DEBUG"


def test_a_value_whose_name_says_nothing_of_a_secret_is_an_ordinary_word() -> None:
    env = {"PORT": Secret("8080"), "MODE": Secret("production")}
    local = ServerSettings("local", "stdio", command=("x",), env=env)
    remote = ServerSettings("remote", "sse", "http://h/sse?mode=production", headers={"X-Team": Secret("tools")})
    text = '{"port": 8080, "env": "production", "kind": "tools/list_changed", "n": 180805}'
    assert Redactor(Config((local, remote))).json(text) == text


def test_part_of_a_number_is_not_masked() -> None:
    assert redactor("8080").json('{"n": 180805}') == '{"n": 180805}'


def test_a_text_of_beginnings_does_not_take_for_ever() -> None:
    text = "eyJ" * 100_000
    assert redactor("other-secret").text(text) == text


def test_a_secret_that_was_cut_in_the_middle_does_not_show_its_beginning() -> None:
    shown = redactor("hunter2-the-token").text(clean(f"{'x' * 20}hunter2-the-token", 30) + ")")
    assert shown == f"{'x' * 20}{MASK}… (+7 characters))"


def test_a_key_of_several_lines_is_secret_line_by_line() -> None:
    redact = redactor("-----BEGIN-----\nMIIEvgIBADANBg\nxyz\n")
    assert redact.text("read MIIEvgIBADANBg") == f"read {MASK}"


def test_what_was_secret_stays_secret() -> None:
    redact = redactor("first-secret")
    redact.learn(
        Config((ServerSettings("two", "stdio", command=("x",), env={"API_TOKEN": Secret("second-secret")}),))
    )
    assert redact.text("first-secret second-secret") == f"{MASK} {MASK}"


@pytest.mark.parametrize("text", ["\\" * 300_000, "%" * 300_000, "\\u00" * 100_000, "a\\\\" * 100_000])
def test_no_text_takes_for_ever(text: str) -> None:
    assert redactor('a\\b"c', "\\\\server").text(text) == text


def test_a_tool_and_a_result() -> None:
    redact = redactor("hunter2-the-token")
    schema = {
        "type": "object",
        "properties": {
            "default": {"type": "string", "description": "not hunter2-the-token", "default": "hunter2-the-token"},
            "mode": {"enum": ["hunter2-the-token"]},
        },
    }
    (tool,) = redact.value((Tool("t", description="like hunter2-the-token", input_schema=schema),))
    assert tool.description == f"like {MASK}"
    assert tool.input_schema["properties"] == {
        "default": {"type": "string", "description": f"not {MASK}"},
        "mode": {"enum": ["hunter2-the-token"]},
    }
    raw = '{"content":[{"type":"text","text":"hunter2\\u002dthe-token"}]}'
    result = redact.value(Result(text="hunter2-the-token", structured='"hunter2-the-token"', raw=raw))
    assert (result.text, json.loads(result.structured)) == (MASK, MASK)
    assert json.loads(result.raw)["content"][0]["text"] == MASK
    assert redactor("waiting").value(State.WAITING) is State.WAITING


def test_the_store_lets_no_secret_in() -> None:
    store = EventStore(redact=redactor("hunter2-the-token"))
    event = store.append(
        draft(
            level=Level.INFO,
            kind="custom/hunter2-the-token",
            text="hunter2-the-token",
            logger="hunter2-the-token",
            data='{"a":"hunter2-the-token"}',
        )
    )
    assert "hunter2" not in repr(event)
    assert json.loads(event.data or "") == {"a": MASK}
