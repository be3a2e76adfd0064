"""JSON for reading: indented, coloured, harmless; and for editing: harmless, and the same value when read."""

from __future__ import annotations

import json
import re
from typing import Any

from textual.content import Content, Span

from mcp_tui.core.text import clean_block

SHOWN = 50_000
"""Characters of one text that a screen lays out; a copy has all of them."""

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")(?P<colon>\s*:)?|(?P<literal>-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b)'
)


def pretty(text: str) -> str:
    """JSON text, indented; anything else as it came. Not cleaned."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


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
