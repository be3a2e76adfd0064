"""Secrets, held so that no repr, traceback or log shows them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

MASK = "•••"

_CREDENTIAL = re.compile(
    r"auth|token|secret|passw|passphrase|pwd|credential|cookie|session|bearer|private|api[-_]?key|(^|[-_])(key|pat|sig)$",
    re.IGNORECASE,
)


def is_credential(name: str) -> bool:
    """Whether a header, a variable or a query parameter of this name holds a secret, to judge by its name."""
    return _CREDENTIAL.search(name) is not None


class Secret:
    """A text that shows itself only to ``reveal``."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def mask_url(url: str) -> str:
    """``url`` without user info and with the values of its query masked, fit for a screen or a log."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(_masked(pair) for pair in parts.query.split("&") if pair)
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def _masked(pair: str) -> str:
    """One part of a query: the name stays; without a name, all of it is value."""
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals else MASK
