"""Untrusted text made safe for one row of a terminal.

A server may send anything. A log line with an OSC 52 sequence in it would write to the reader's clipboard, a
right-to-left override would show one thing and mean another, a newline would forge a second line. ``clean``
makes each such character visible instead; it is applied once, where text enters, before it becomes an Event.
"""

import re

MAX_LENGTH = 4096
"""Characters of text kept for a row; the event's data keeps the whole."""

_REPLACEMENTS = {"\n": "↵", "\t": "    ", "\x7f": "␡"}
_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, bidi controls
    "\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\ud800-\udfff"  # lone surrogates cannot be encoded at all
    "\U000e0000-\U000e0fff"  # tags and other invisible plane-14 characters
    "]"
)


def clean(text: str, limit: int = MAX_LENGTH) -> str:
    """Return ``text`` as one line that cannot harm a terminal, of at most about ``limit`` characters.

    Control characters become their control pictures (``␛``), line ends ``↵``, invisible and bidirectional
    characters their code point (``<U+202E>``), lone surrogates U+FFFD. What is cut is counted.
    """
    if len(text) > limit:
        text = f"{text[:limit]}… (+{len(text) - limit:,} characters)"
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))


def clean_block(text: str, limit: int = 1_000_000) -> str:
    """Like ``clean``, for a text of several lines: LF, CR and CRLF stay line ends, and nothing else is one."""
    lines = text[:limit].replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    shown = "\n".join(clean(line, limit) for line in lines)
    return shown if len(text) <= limit else f"{shown}\n… (+{len(text) - limit:,} characters)"


def escaped(text: str) -> str:
    """JSON text in one line that means the same and cannot harm a terminal.

    What ``clean`` would make visible stands as its ``\\u`` escape; line ends and tabs, which valid JSON has only
    between its tokens, become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\t\n\r":
        return " "
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2))


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if replacement := _REPLACEMENTS.get(character):
        return replacement
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"
