"""Untrusted text made safe."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.text import clean, clean_block

_IGNORABLE = [
    *(0x00AD, 0x034F, 0x061C, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
]
"""Unicode's Default_Ignorable_Code_Point without U+FE00 to U+FE0F, which only choose how an emoji looks."""

UNSAFE = frozenset(map(chr, _IGNORABLE))

SPECIAL = st.sampled_from([*sorted(UNSAFE), *map(chr, range(0xA0)), "\u2028", "\u2029", "\ud800", "\udfff"])
ANY_TEXT = st.text(st.one_of(SPECIAL, st.characters(exclude_categories=())))


def harmless(text: str) -> bool:
    """Whether nothing in ``text`` controls a terminal, hides, turns the direction or cannot be encoded."""
    return not any(each in UNSAFE or unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text)


def test_no_unsafe_character_is_overlooked() -> None:
    alone = [chr(code) for code in range(0x110000) if not harmless(chr(code))]
    assert [f"U+{ord(each):04X}" for each in alone if not harmless(clean(each))] == []


@given(ANY_TEXT)
def test_nothing_unsafe_survives(text: str) -> None:
    assert harmless(clean(text))


@given(ANY_TEXT)
def test_the_result_is_one_line_that_any_terminal_can_be_sent(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode("utf-8")


@given(ANY_TEXT)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m", "<U+009B>31m"),
        ("\x90q\x9c", "<U+0090>q<U+009C>"),
        ("a\x00b\x08c\x7fd", "a␀b␈c␡d"),
        ("user\u202egpj.exe", "user<U+202E>gpj.exe"),
        ("\u2066hidden\u2069", "<U+2066>hidden<U+2069>"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("tag\U000e0041", "tag<U+E0041>"),
        ("one\ntwo\r\nthree\rfour", "one↵two↵three␍four"),
        ("one\u2028two\u2029", "one<U+2028>two<U+2029>"),
        ("one\x85two", "one<U+0085>two"),
        ("a\tb", "a    b"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("\udcff", "\ufffd"),
    ],
)
def test_the_unsafe_is_made_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain ASCII, [markup] and 100 % \\n",
        "Grüße, façade, naïve, ½ €",
        "Привет, γειά, שלום, مرحبا, नमस्ते, สวัสดี",
        "你好，世界 こんにちは 안녕하세요",
        "emoji 🚀 👍🏽 ❤️ 🇪🇺",
        "e\u0301 combining, no\u00a0break",
        "␛ ↵ <U+202E> \ufffd",
    ],
)
def test_ordinary_text_is_untouched(text: str) -> None:
    assert clean(text) == text


def test_what_is_cut_is_counted() -> None:
    assert clean("x" * 1_510, 10) == "x" * 10 + "… (+1,500 characters)"
    assert clean("x" * 10, 10) == "x" * 10


def test_a_row_has_a_limit_without_being_given_one() -> None:
    assert clean("y" * 5_000) == "y" * 4_096 + "… (+904 characters)"


def test_the_cut_happens_before_anything_grows() -> None:
    assert clean("\u202e" * 20, 2) == "<U+202E><U+202E>… (+18 characters)"


def test_a_block_keeps_its_lines() -> None:
    assert clean_block("one\ntwo\x1b[0m\r\n\tthree") == "one\ntwo␛[0m\n    three"


@given(ANY_TEXT)
def test_every_line_of_a_block_is_safe(text: str) -> None:
    assert harmless(clean_block(text).replace("\n", ""))


def test_what_is_cut_of_a_block_is_counted() -> None:
    assert clean_block("abc\ndef", 4) == "abc\n… (+3 characters)"
