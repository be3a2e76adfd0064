"""How a secret may be spelled in a text: escaped as in JSON, percent-encoded, made visible."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mcp_tui.core.text import clean

_LETTERS = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
"""The control characters that JSON writes as a letter after a backslash."""


def literal_forms(secret: str) -> set[str]:
    """The spellings of a secret in which no character is escaped or percent-encoded."""
    forms = {secret, secret.replace(" ", "+")}
    return forms | {clean(form, len(form)) for form in forms}


def without_escapes(form: str) -> str:
    """A spelling as it is when it is escaped and the backslashes are left out."""
    return "".join(_LETTERS.get(character, character) for character in form).replace("\\", "")


def shortest(forms: Iterable[str]) -> list[str]:
    """Those of ``forms`` that contain none of the others: where one of the others is, so is one of them."""
    found: list[str] = []
    for form in sorted(forms, key=len):
        if not any(shorter in form for shorter in found):
            found.append(form)
    return found


def pattern(secrets: Iterable[str]) -> re.Pattern[str]:
    """Matches every spelling of every secret, the longest secret first."""
    ordered = sorted(secrets, key=lambda secret: (-len(secret), secret))
    if not ordered:
        return re.compile(r"(?!)")
    # Where neither a secret nor an escape can begin, there is nothing to try.
    begins = "".join(sorted({re.escape(form[0]) for secret in ordered for form in literal_forms(secret)}))
    return re.compile(rf"(?=[{begins}\\%])(?:{'|'.join(map(_spellings, ordered))})")


def _spellings(secret: str) -> str:
    # A run of backslashes is tried once, from its beginning: a hostile text may be nothing but backslashes.
    return r"(?<!\\)" + "".join(_spelling(run) for run in re.findall(r"\\+|\r\n|[^\\]", secret, re.DOTALL))


def _spelling(run: str) -> str:
    """A regular expression for one character of a secret (or a run of backslashes, or a line end).

    As it is, as ``clean`` shows it, percent-encoded, or escaped, with as many backslashes as JSON inside of JSON
    takes.
    """
    if run[0] == "\\":
        count = len(run)
        return rf"(?:\\{{{count},}}+|(?i:(?:\\*+(?:u005c|x5c|%5c)){{{count}}}))"
    if run == "\r\n":
        return rf"(?:↵|{_spelling(run[0])}{_spelling(run[1])})"
    forms = {run, clean(run), *("+" if run == " " else "")}
    units = run.encode("utf-16-be", "surrogatepass")
    escape = r"\\++".join(f"u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    coded = [escape, "".join(f"%{byte:02x}" for byte in run.encode("utf-8", "surrogatepass"))]
    if ord(run) < 0x100:
        coded.append(f"x{ord(run):02x}")
    if run in _LETTERS:
        forms.add(_LETTERS[run])
    return rf"\\*+(?:{'|'.join(sorted(map(re.escape, forms)))}|(?i:{'|'.join(coded)}))"
