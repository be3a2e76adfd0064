"""Redactor: configured secrets, and what looks like credentials, taken out of any text.

A server may send back what it was sent: the header in an error, the token of a URL in a log line, its
environment in a traceback. Everything that is kept, shown, printed or written passes here once, where it enters.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from mcp_tui.core.levels import LABELS
from mcp_tui.core.offers import (
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptResult,
    Resource,
    ResourceContents,
    ResourceResult,
    ResourceTemplate,
)
from mcp_tui.core.secrets import MASK, is_credential
from mcp_tui.core.spellings import literal_forms, pattern, shortest, without_escapes
from mcp_tui.core.status import Progress, Result, Tool
from mcp_tui.core.text import clean
from mcp_tui.settings import Config, ServerSettings

SHORTEST = 4
"""Characters from which on a configured value is looked for; a shorter one would be found everywhere."""

NO_SECRETS = frozenset({"true", "false", "null", "none", *LABELS})
"""Configured values that give nothing away, and that many an ordinary text holds."""

_LONG_VALUE = 12
"""Characters from which on a value in a URL is taken for a secret whatever its name."""

_LINE = 8
"""Characters from which on one line of a secret of several lines (a private key) is one by itself."""

_CREDENTIALS = ("earer", "asic ", "eyJ")
"""What stands in every text that ``_BEARER``, ``_BASIC`` and ``_JWT`` are tried on."""

_WORDS = (
    r"auth[a-z]*|tokens?|schemes?|credentials?|headers?|errors?|challenges?|formats?|access|"
    r"required|missing|invalid|expected|prefix|values?|strings?"
)
# No word of a sentence ("a Bearer token is needed") and no parameter of a challenge (realm="here").
_BEARER = re.compile(
    rf"(bearer:?\s+)(?!(?:{_WORDS})[.]?(?![\w.~+/=-]))(?>[\w.~+/-]{{5,}}=*)(?![\"'\w])", re.IGNORECASE | re.ASCII
)
_BASIC = re.compile(r"(basic\s+)([a-z0-9+/_-]{6,})=*", re.IGNORECASE | re.ASCII)
# Possessive, and not in the middle of a word: a text of nothing but beginnings must not take for ever.
_JWT = re.compile(r"(?<![\w.-])eyJ[\w-]{5,}+(?:\.[\w-]++)+", re.ASCII)
_SCHEME = re.compile(r"[\w-]+\s+(\S.*)", re.DOTALL)

_CODED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})|%[0-9a-fA-F]{2}")
"""A character written as a number. Other escapes only put backslashes before a character, or a letter for it."""

_CUT = re.compile(r"… \(\+[\d,]+ characters\)")
"""Where ``clean`` has cut a text, perhaps in the middle of a secret."""

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s"\[\]{},:]+', re.DOTALL)

_STRUCTURE = frozenset({"enum", "const", "required", "type", "format", "pattern", "$ref", "$id", "$schema"})
"""The keywords of a JSON Schema by which a tool is called: masked, it could not be."""

_AS_SENT: Mapping[type[msgspec.Struct], frozenset[str]] = {
    **dict.fromkeys((Tool, Prompt, PromptArgument), frozenset({"name"})),
    **dict.fromkeys((Progress, Result, PromptResult, PromptMessage, ResourceResult), frozenset[str]()),
    Resource: frozenset({"uri"}),
    ResourceTemplate: frozenset({"uri_template", "variables"}),
    ResourceContents: frozenset({"data"}),
}
"""The frozen values that texts are kept in, and the fields of each that stay as they came, to be sent or saved."""

_JSON_TEXTS = frozenset({"raw", "structured"})
"""The fields of theirs that are JSON text."""


class Redactor:
    """Replaces each occurrence of a secret by a mask. A process has one; ``learn`` tells it what to look for.

    It finds the secrets of the configurations it was given, as they are, escaped as in JSON, percent-encoded, and
    user info as it stands in a Basic header, also where a text was cut inside of one; and, configured or not,
    bearer tokens, Basic credentials and JSON Web Tokens.
    """

    def __init__(self, config: Config | None = None) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._needles: tuple[str, ...] = _CREDENTIALS
        self._bare: tuple[str, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        if config is not None:
            self.learn(config)

    def learn(self, config: Config) -> None:
        """Look for the secrets of ``config``, too. Those known before may be valid for a while yet."""
        secrets = self._secrets.union(*map(_secrets_of, config.servers))
        if secrets == self._secrets:
            return
        self._secrets, self._pattern = secrets, None
        forms = {form for secret in secrets for form in literal_forms(secret)}
        self._needles = (*shortest(forms), *_CREDENTIALS)
        self._bare = tuple(shortest({without_escapes(form) for form in forms}))

    def text(self, text: str) -> str:
        """``text`` without secrets."""
        # Nearly every text gets no further than this; a function for the loop would double what it takes.
        for needle in self._needles:
            if needle in text:
                return self._masked(text)
        if ("\\" in text or "%" in text) and self._holds_coded(text):
            return self._masked(text)
        return text if text.isascii() or "… (+" not in text else self._masked(text)

    def json(self, raw: str) -> str:
        """JSON text without secrets: JSON still, and the same to the character where it holds none."""
        for needle in self._needles:
            if needle in raw:
                break
        else:
            if ("\\" not in raw and "%" not in raw) or not self._holds_coded(raw):
                return raw
        try:
            msgspec.json.decode(raw, type=msgspec.Raw)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return self._masked(raw)
        return _JSON_TOKEN.sub(self._masked_token, raw)

    def value(self, value: Any) -> Any:
        """The same for what texts are kept in: lists, tables, and the frozen values of ``status``."""
        match value:
            case Enum():
                return value
            case str():
                return self.text(value)
            case tuple():
                return tuple(self.value(item) for item in cast("tuple[Any, ...]", value))
            case list():
                return [self.value(item) for item in cast("list[Any]", value)]
            case dict():
                return self._table(cast("dict[Any, Any]", value))
            case msgspec.Struct() if type(value) in _AS_SENT:
                return self._struct(value)
            case _:
                return value

    def _holds_coded(self, text: str) -> bool:
        """Whether there is a secret in ``text``, in which there are backslashes or percent signs."""
        if _CODED.search(text) is None:
            bare = text.replace("\\", "")
            if not any(needle in bare for needle in self._bare):
                return False
        return self._secret_pattern.search(text) is not None

    @property
    def _secret_pattern(self) -> re.Pattern[str]:
        """Every secret in every spelling; made when it is first needed, which takes milliseconds."""
        if self._pattern is None:
            self._pattern = pattern(self._secrets)
        return self._pattern

    def _masked(self, text: str) -> str:
        text = self._secret_pattern.sub(MASK, text)
        if "… (+" in text:
            text = self._masked_cuts(text)
        text = _BEARER.sub(rf"\1{MASK}", text)
        text = _BASIC.sub(_masked_basic, text)
        return _JWT.sub(MASK, text)

    def _masked_cuts(self, text: str) -> str:
        """Mask the beginning of a secret where the rest of it was cut off."""
        parts: list[str] = []
        begin = 0
        for cut in _CUT.finditer(text):
            kept = text[begin : cut.start()]
            lost = max((_overlap(kept, clean(secret)) for secret in self._secrets), default=0)
            parts.append(f"{kept[: len(kept) - lost]}{MASK}{cut[0]}" if lost else f"{kept}{cut[0]}")
            begin = cut.end()
        return "".join((*parts, text[begin:]))

    def _masked_token(self, match: re.Match[str]) -> str:
        """One text, number or word of a JSON text."""
        token = match[0]
        if token[0] != '"':
            # A number is not to be cut: it is a secret as a whole, or it is none.
            return f'"{MASK}"' if token in self._secrets else token
        value = json.loads(token)
        masked = self.text(value)
        if masked == value:
            return token
        try:
            masked.encode()
        except UnicodeEncodeError:
            # Half of a surrogate pair is legal in JSON only as an escape.
            return json.dumps(masked)
        return json.dumps(masked, ensure_ascii=False)

    def _table(self, table: dict[Any, Any]) -> dict[Any, Any]:
        """A table, such as a JSON Schema; a default that would be masked is left out, for the server to fill in."""
        masked: dict[Any, Any] = {}
        for key, value in table.items():
            if key in _STRUCTURE and not isinstance(value, dict):
                masked[key] = value
                continue
            masked[key] = self.value(value)
            if key == "default" and isinstance(value, str) and masked[key] != value:
                del masked[key]
        return masked

    def _struct(self, struct: msgspec.Struct) -> msgspec.Struct:
        names = [name for name in struct.__struct_fields__ if name not in _AS_SENT[type(struct)]]
        return msgspec.structs.replace(struct, **{name: self._field(name, getattr(struct, name)) for name in names})

    def _field(self, name: str, value: Any) -> Any:
        return self.json(value) if name in _JSON_TEXTS and value is not None else self.value(value)


# What is secret.


def _secrets_of(server: ServerSettings) -> frozenset[str]:
    """The values that must not be seen, and the parts of them that say as much.

    What was filled in from the environment, and what stands in the file under a name that says so; any other
    value (a port, a team) may be an ordinary word of the servers' own.
    """
    values = [*server.headers.items(), *server.env.items()]
    secrets = [*server.secrets, *(value for name, value in values if is_credential(name))]
    found = {part for secret in secrets for part in _parts(secret.reveal())}
    # A value that is no secret may be a URL with one in it.
    for url in (server.url, *(value.reveal() for _, value in values)):
        found.update(_parts_of_url(url))
    return frozenset(text for text in found if len(text) >= SHORTEST and text.lower() not in NO_SECRETS)


def _parts(text: str) -> Iterator[str]:
    yield text
    yield from (line.strip() for line in text.splitlines() if len(line.strip()) >= _LINE)
    if (credentials := _SCHEME.fullmatch(text)) is not None:
        yield credentials[1]
        if (decoded := _decoded(credentials[1])) is not None:
            yield decoded
            yield decoded.partition(":")[2]
    yield from _parts_of_url(text)


def _parts_of_url(url: str) -> Iterator[str]:
    """User info and query values, as they are written and as they are meant."""
    if "://" not in url:
        return
    try:
        parts = urlsplit(url)
        user_info, at, _ = parts.netloc.rpartition("@")
    except ValueError:
        return
    if at:
        user, _, password = user_info.partition(":")
        meant = f"{unquote(user)}:{unquote(password)}"
        yield from (user_info, user, password, unquote(user), unquote(password), meant)
        encoded = base64.b64encode(meant.encode("utf-8", "replace")).decode()
        yield from (encoded, encoded.rstrip("="))
    for pair in parts.query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or is_credential(name) or len(value) >= _LONG_VALUE:
            yield from (value, unquote(value)) if equals else (name,)
    yield from (value for name, value in parse_qsl(parts.query) if is_credential(name))


def _decoded(token: str) -> str | None:
    """``user:password`` where ``token`` is that in Base64."""
    text = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except ValueError:
        return None
    return decoded if ":" in decoded and decoded.isprintable() else None


def _masked_basic(match: re.Match[str]) -> str:
    return match[0] if _decoded(match[2]) is None else f"{match[1]}{MASK}"


def _overlap(text: str, secret: str) -> int:
    """How much of the beginning of ``secret`` is the end of ``text``; too little to matter is nothing."""
    longest = min(len(text), len(secret))
    return next((size for size in range(longest, SHORTEST - 1, -1) if text.endswith(secret[:size])), 0)
