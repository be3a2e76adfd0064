"""Redactor: configured secrets, and what looks like credentials, taken out of any text.

A server may send back what it was sent: the header in an error, the token of a URL in a log line, its
environment in a traceback. Everything that is kept, shown, printed or written passes here once, where it enters.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

import msgspec

from mcp_tui.core.levels import LABELS
from mcp_tui.core.secrets import MASK
from mcp_tui.core.text import clean
from mcp_tui.settings import Config, ServerSettings

SHORTEST = 4
"""Characters from which on a configured value is looked for; a shorter one would be found everywhere."""

NO_SECRETS = frozenset({"true", "false", "null", "none", *LABELS})
"""Configured values that say nothing, and that many an ordinary text holds."""

_FEW = 12
"""Needles up to which looking for each is quicker than one regular expression."""

_CREDENTIALS = ("earer", "asic ", "eyJ", "EARER", "ASIC ")
"""What stands in every text that ``_BEARER``, ``_BASIC`` or ``_JWT`` could find something in."""

_WORDS = (
    "auth[a-z]*|tokens?|schemes?|credentials?|headers?|errors?|challenges?|formats?|access|"
    "required|missing|invalid|expected|prefix|values?|strings?"
)
_BEARER = re.compile(
    # No word of a sentence ("a Bearer token") and no parameter of a challenge (realm="here").
    rf"\b(bearer:?\s+)(?!(?:{_WORDS})\.?(?![\w.~+/=-]))(?>[\w.~+/-]{{5,}}=*)(?![\"'\w])",
    re.IGNORECASE | re.ASCII,
)
_BASIC = re.compile(r"\b(basic\s+)([A-Za-z0-9+/_-]{6,}={0,2})", re.IGNORECASE)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*)+", re.ASCII)

_ENCODED = re.compile(r"\\|%[0-9a-fA-F]{2}")
"""What every escaped or percent-encoded character begins with."""

_CUT = re.compile(r"… \(\+[\d,]+ characters\)")
"""Where ``clean`` has cut a text, perhaps in the middle of a secret."""

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s"\[\]{},:]+', re.DOTALL)

_STRUCTURE = frozenset({"enum", "const", "required", "type", "format", "pattern", "$ref", "$id", "$schema"})
"""The keywords of a JSON Schema that a tool is called by: masked, it could not be called."""


class Redactor:
    """Replaces each occurrence of a secret by a mask. One for all of a process; ``learn`` adds what it looks for.

    Found are secrets of the configurations it was given (as they are, escaped as in JSON, percent-encoded, and
    user info as in a Basic header), also where the text was cut inside of one, and, configured or not,
    bearer tokens, Basic credentials and JSON Web Tokens.
    """

    def __init__(self, config: Config | None = None) -> None:
        self._secrets: tuple[str, ...] = ()
        self._configure(frozenset())
        if config is not None:
            self.learn(config)

    def learn(self, config: Config) -> None:
        """Look for the secrets of ``config``, too. What was configured before may be valid for a while yet."""
        known = frozenset(self._secrets)
        found = known.union(*(_secrets_of(server) for server in config.servers))
        if found != known:
            self._configure(found)

    def text(self, text: str) -> str:
        """``text`` without secrets."""
        if not self._suspect(text):
            return text
        return self._replace(text)

    def json(self, raw: str) -> str:
        """JSON text without secrets, and JSON still; whatever holds none stays as it is, to the character."""
        if not self._suspect(raw):
            return raw
        if not self._hinted(raw) and self._secret.search(raw) is None:
            return raw
        try:
            return _JSON_TOKEN.sub(self._json_token, raw)
        except ValueError:
            return self._replace(raw)

    def value(self, value: Any) -> Any:
        """A text, or a plain or frozen value with texts in it, without secrets."""
        match value:
            case str():
                return self.text(value)
            case tuple():
                return tuple(self.value(item) for item in cast("tuple[Any, ...]", value))
            case list():
                return [self.value(item) for item in cast("list[Any]", value)]
            case dict():
                return self._schema(cast("dict[Any, Any]", value))
            case _:
                return value

    def struct[T: msgspec.Struct](self, struct: T) -> T:
        raise NotImplementedError
