"""Texts that a hostile server might send, to draw from, and what may not be left of them where they are shown."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

SEQUENCES = (
    "\x1b[31;7m",
    "\x1b[2J",
    "\x1b[6n",
    "\x1b[?1049l",
    "\x1bc",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]0;owned\x1b\\",
    "\x1b]8;;http://evil.test\x1b\\click\x1b]8;;\x1b\\",
    "\x1bPq#0\x1b\\",
    "\x9b2J",
    "\x9d52;c;aGFja2Vk\x9c",
    "\x90q\x9c",
)
"""CSI, OSC and DCS, in seven bits and in eight: colour, clear, ask, leave the screen, reset, copy, name, link."""

MARKUP = (
    "[bold red]x[/]",
    "[@click=app.quit]quit[/]",
    "[link=http://evil.test]link[/link]",
    "[/]",
    "[/nothing]",
    "[",
    "\\[b]",
    "[$error on $success]",
    ":skull:",
    "{name} %s",
)
"""What Textual and Rich would read as markup, and what is no valid markup at all."""

LINES = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\n2026-11-24 EMERGENCY forged\n")
"""What is, or might be taken for, the end of a line."""

HIDDEN = (
    *("\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u061c"),  # bidirectional
    *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e"),  # zero-width
    *("\U000e0001", "\U000e0068\U000e0069", "\U000e0100"),  # tags, variation selectors of the supplement
    *("\x00", "\x07", "\x08", "\x7f", "\t"),
    *("\ud800", "\udfff", "\ud83d"),
)
"""Bidirectional controls, what has no width, controls, halves of surrogate pairs."""

LAYOUT = (
    "o" + "\u0301" * 40,
    "\u0301",
    "❤\ufe0f",
    "👨‍👩‍👧",
    "🇪🇺",
    "漢字",
    "\ue000\U0010fffd",
    "\U0001d5b3",
    "\u0e33",
    "x" * 5_000,
)
"""Harmless, and hard to lay out: combining floods, emoji of several code points, wide, private use, very long."""

FRAGMENTS = (*SEQUENCES, *MARKUP, *LINES, *HIDDEN, *LAYOUT)

EVERYTHING = "".join(f"<{fragment}>" for fragment in FRAGMENTS if len(fragment) < 100)
"""All of it in one text."""

NASTY: st.SearchStrategy[str] = st.lists(
    st.one_of(
        st.sampled_from(FRAGMENTS),
        st.text(st.characters(exclude_categories=()), max_size=8),
        st.text(st.sampled_from([*map(chr, range(0xA1)), "[", "]", "/"]), max_size=8),
    ),
    max_size=8,
).map("".join)
"""Any text, and mostly such as this."""

_HIDING = {"Cc", "Cf", "Cs", "Zl", "Zp"}

_SEEN = frozenset(
    [
        *"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd",
        *map(chr, range(0x13430, 0x13440)),
    ]
)
"""The format characters with a shape of their own: around Arabic, Syriac and Kaithi numbers, of hieroglyphs."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""The default ignorable characters outside of these categories, without U+FE00 to U+FE0F (how an emoji looks)."""


def harmful(text: str) -> set[str]:
    """The characters of ``text`` that control a terminal, hide, turn its direction, end a line or are none."""
    return {character for character in set(text) if _harms(character)}


def _harms(character: str) -> bool:
    if character in _SEEN:
        return False
    tag = "\U000e0000" <= character <= "\U000e0fff"
    return tag or character in _INVISIBLE or unicodedata.category(character) in _HIDING
