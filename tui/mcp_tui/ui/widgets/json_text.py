"""JSON for reading: indented, coloured, harmless; and for editing: harmless, and the same value when read."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from textual.content import Content, Span

from mcp_tui.core.text import clean_block

SHOWN = 50_000
"""Characters of one text that a screen lays out; a copy has all of them."""

LARGE = 100_000
"""From so many characters on, JSON is indented without being read: escapes in its texts stay as they were sent."""

# A text that was cut ends where its line does: looking further, each of its quotes would look to the end of all.
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*+(?:"|\\?$))(?P<colon>\s*:)?'
    r"|(?P<literal>-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b)",
    re.MULTILINE,
)


def pretty(text: str) -> str:
    """JSON text, indented; anything else as it came. Not cleaned."""
    try:
        if len(text) > LARGE:
            return msgspec.json.format(text, indent=2)
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # a DecodeError of msgspec is a ValueError
        return text


def same(one: str, other: str) -> bool:
    """Whether two texts are the same JSON; large ones only if they differ just in the space between tokens."""
    try:
        if max(len(one), len(other)) > LARGE:
            return msgspec.json.format(one, indent=-1) == msgspec.json.format(other, indent=-1)
        return bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False


def editable(value: Any) -> str:
    """``value`` as indented JSON without one character that could harm a terminal or break a line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if clean_block(text, len(text) + 1) == text:
        return text
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f")


def block(text: str, limit: int = SHOWN) -> str:
    """Untrusted text of several lines, made safe and cut to what a screen can lay out."""
    return clean_block(text, limit)


def highlighted(text: str) -> Content:
    """Cleaned JSON text with keys and literals in colour."""
    spans: list[Span] = []
    for match in _TOKEN.finditer(text):
        if match["literal"]:
            spans.append(Span(*match.span(), "$secondary"))
        elif match["colon"]:
            spans.append(Span(*match.span("string"), "$primary"))
    return Content(text, spans)


def json_content(text: str) -> Content:
    """Untrusted JSON text, ready to be shown."""
    return highlighted(block(pretty(text)))
