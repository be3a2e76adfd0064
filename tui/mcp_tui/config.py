"""config.toml to typed settings.

Strict: whatever is not understood is an error that names file, key, what was found and what is allowed.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from mcp_tui.core.levels import LABELS, Level
from mcp_tui.core.secrets import MASK, Secret
from mcp_tui.core.text import clean
from mcp_tui.errors import ConfigError
from mcp_tui.settings import PROTOCOLS, SAMPLES, THEMES, TRANSPORTS, Config, Limits, ServerSettings

FILE_NAME = "config.toml"
ENV_FILE = "MCP_TUI_CONFIG"

_SERVER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ROUTABLE = re.compile(r"[a-z_]+(/[a-z_]+)*")
_USER_INFO = re.compile(r"^([a-z]+://)?.*@", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def find(named: Path | None = None, environ: Mapping[str, str] = os.environ) -> tuple[Path, bool]:
    """The configuration file to use, and whether it was found as ``./config.toml`` without being named.

    Raises ConfigError when there is none.
    """
    if named is not None:
        return named, False
    if given := environ.get(ENV_FILE):
        return Path(given), False
    if Path(FILE_NAME).is_file():
        return Path(FILE_NAME), True
    user = user_file()
    if user.is_file():
        return user, False
    raise ConfigError(
        f"no configuration: neither ./{FILE_NAME} nor {user} exists",
        hint="Try `mcp-tui demo`, or name a file with --config FILE.",
    )


def user_file() -> Path:
    """The configuration file of the user's own configuration folder."""
    import platformdirs

    return platformdirs.user_config_path("mcp-tui") / FILE_NAME


def load(path: Path, *, implicit: bool = False, environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check ``path``. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{path}: cannot be read: {reason}") from error
    return parse(text, path, implicit=implicit, environ=environ)


def parse(text: str, path: Path, *, implicit: bool = False, environ: Mapping[str, str] = os.environ) -> Config:
    """Check ``text``, the content of ``path``. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return _Reader(path, environ).config(table, implicit)


class _Reader:
    """Checks one file; every error names it."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ

    def config(self, table: dict[str, Any], implicit: bool) -> Config:
        self.known(table, "", ("level", "theme", "routing", "limits", "servers"))
        level = self.level(table, "level", Level.DEBUG)
        servers = self.table(table, "servers", "servers")
        return Config(
            servers=tuple(self.server(name, servers, level) for name in servers),
            path=self.path,
            implicit=implicit,
            theme=self.one_of(table, "theme", THEMES, "theme", "mcp-dark"),
            routing=self.routing(self.table(table, "routing", "routing")),
            limits=self.limits(self.table(table, "limits", "limits")),
        )

    def routing(self, table: dict[str, Any]) -> dict[str, Level]:
        for kind in table:
            if not _ROUTABLE.fullmatch(kind):
                raise self.error(
                    f"routing.{kind}", "is not the name of a notification", 'for example "tools/list_changed"'
                )
        return {kind: self.level(table, kind, Level.INFO, f"routing.{kind}") for kind in table}

    def limits(self, table: dict[str, Any]) -> Limits:
        names = Limits.__struct_fields__
        self.known(table, "limits", names)
        values: dict[str, float] = {}
        for name, value in table.items():
            lowest = 0.0 if name.startswith("call_") else 0.1
            if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= 86_400:
                raise self.error(f"limits.{name}", f"is {_show(value)}", f"seconds, {lowest:g} to 86400")
            values[name] = float(value)
        return Limits(**values)

    def server(self, name: str, servers: dict[str, Any], level: Level) -> ServerSettings:
        key = f"servers.{name}"
        if not _SERVER_NAME.fullmatch(name):
            raise self.error(key, "is not a usable name", "letters, digits, _ . and -, at most 40")
        table = self.table(servers, name, key)
        self.known(table, key, _SERVER_KEYS)
        enabled = self.value(table, "enabled", key, bool, "true or false", default=True)
        transport = self.transport(table, key)
        shared: dict[str, Any] = {
            "name": name,
            "transport": transport,
            "level": self.level(table, "level", level, f"{key}.level"),
            "protocol": self.one_of(table, "protocol", PROTOCOLS, f"{key}.protocol", "auto"),
            "enabled": enabled,
        }
        if transport == "stdio":
            self.only(table, key, transport, ("url", "headers", "ca_file", "sample"))
            command = self.strings(table, key, "command", enabled)
            return ServerSettings(**shared, command=command, env=self.secrets(table, key, "env", enabled))
        self.only(table, key, transport, ("command", "env"))
        return ServerSettings(
            **shared,
            url=self.url(table, key, enabled),
            headers=self.secrets(table, key, "headers", enabled),
            ca_file=self.file(table, key, enabled),
            sample=self.one_of(table, "sample", SAMPLES, f"{key}.sample", None),
        )

    def transport(self, table: dict[str, Any], key: str) -> str:
        if "url" not in table and "command" not in table:
            raise self.error(key, "has neither", 'url = "http://..." or command = ["..."]')
        if "url" in table and "command" in table:
            raise self.error(key, "has both url and command", "one of them")
        default = "stdio" if "command" in table else "streamable-http"
        transport = self.one_of(table, "transport", TRANSPORTS, f"{key}.transport", default)
        if (transport == "stdio") != ("command" in table):
            needs = "command" if transport == "stdio" else "url"
            raise self.error(f"{key}.transport", f"is {_show(transport)}", f"that needs {needs}")
        return transport

    def url(self, table: dict[str, Any], key: str, enabled: bool) -> str:
        given = self.value(table, "url", key, str, 'a URL such as "http://127.0.0.1:8101/mcp"')
        url = self.expand(given, f"{key}.url") if enabled else given
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if enabled and (not usable or any(character.isspace() for character in url)):
            raise self.error(f"{key}.url", f"is {_show(given)}", 'a URL such as "http://127.0.0.1:8101/mcp"')
        return url

    def strings(self, table: dict[str, Any], key: str, name: str, enabled: bool) -> tuple[str, ...]:
        allowed = 'a list of texts such as ["uvx", "mcp-server-git"]'
        items = self.value(table, name, key, list, allowed)
        if not items or not all(isinstance(item, str) for item in items):
            raise self.error(f"{key}.{name}", f"is {_show(items)}", allowed)
        return tuple(self.expand(item, f"{key}.{name}") if enabled else item for item in items)

    def secrets(self, table: dict[str, Any], key: str, name: str, enabled: bool) -> dict[str, Secret]:
        entries = self.table(table, name, f"{key}.{name}")
        for entry, value in entries.items():
            if not isinstance(value, str):
                raise self.error(f"{key}.{name}.{entry}", f"is a {_kind(value)}", "a text in quotes")
        if not enabled:
            return {}
        return {entry: Secret(self.expand(text, f"{key}.{name}.{entry}")) for entry, text in entries.items()}

    def file(self, table: dict[str, Any], key: str, enabled: bool) -> Path | None:
        given = self.value(table, "ca_file", key, str, "the path of a file", default="")
        if not given or not enabled:
            return None
        path = self.path.parent / Path(self.expand(given, f"{key}.ca_file")).expanduser()
        if not path.is_file():
            raise self.error(f"{key}.ca_file", f"is {_show(given)}, which is no file", f"looked for {path}")
        return path

    def expand(self, text: str, key: str) -> str:
        """``text`` with each ``${NAME}`` replaced from the environment; ``$${`` stands for ``${`` itself."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if (found := self.environ.get(name)) is None:
                raise ConfigError(
                    clean(f"{self.path}: {key} needs the environment variable {name}, which is not set"),
                    hint=clean(f"Set it (export {name}=...), or switch the server off with enabled = false."),
                )
            return found

        return "${".join(_VARIABLE.sub(value, part) for part in text.split("$${"))

    def level(self, table: dict[str, Any], name: str, default: Level, key: str = "") -> Level:
        label = self.one_of(table, name, LABELS, key or name, default.label)
        return Level[label.upper()]

    def one_of(self, table: dict[str, Any], name: str, allowed: tuple[str, ...], key: str, default: Any) -> Any:
        value = table.get(name, default)
        if value is not default and value not in allowed:
            raise self.error(key, f"is {_show(value)}", f"one of {', '.join(allowed)}{_nearest(value, allowed)}")
        return value

    def value(
        self, table: dict[str, Any], name: str, key: str, kind: type, allowed: str, default: Any = None
    ) -> Any:
        value = table.get(name, default)
        if not isinstance(value, kind):
            # A text where a list belongs may be a whole command line, with whatever stands in it.
            found = f"a {_kind(value)}" if kind is list else _show(value)
            raise self.error(f"{key}.{name}", f"is {found}", allowed)
        return value

    def table(self, table: dict[str, Any], name: str, key: str) -> dict[str, Any]:
        value = table.get(name, {})
        if not isinstance(value, dict):
            # A text where a table belongs may be a header or a variable with its value.
            found = f"a {_kind(value)}" if isinstance(value, str) else _show(value)
            raise self.error(key, f"is {found}", f"a table: [{key}]")
        return cast("dict[str, Any]", value)

    def known(self, table: dict[str, Any], where: str, allowed: Iterable[str]) -> None:
        allowed = tuple(allowed)
        for name in table:
            if name not in allowed:
                key = f"{where}.{name}" if where else name
                raise self.error(key, "is not a known key", f"{', '.join(allowed)}{_nearest(name, allowed)}")

    def only(self, table: dict[str, Any], key: str, transport: str, foreign: tuple[str, ...]) -> None:
        for name in foreign:
            if name in table:
                raise self.error(f"{key}.{name}", f"does not go with {transport}", f"leave {name} out")

    def error(self, key: str, found: str, allowed: str) -> ConfigError:
        # Keys and values are somebody's text: the file may have come with a repository.
        return ConfigError(clean(f"{self.path}: {key} {found}"), hint=clean(f"Allowed: {allowed}."))


# The settings are the one list of keys.
_SERVER_KEYS = tuple(name for name in ServerSettings.__struct_fields__ if name != "name")


def _nearest(name: Any, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(str(name), allowed, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _show(value: Any) -> str:
    """A value from the file, short, and without what may be a secret: in a list, in a URL (even in a bad one)."""
    if isinstance(value, str):
        shown = _QUERY.sub(f"?{MASK}", _USER_INFO.sub(rf"\1{MASK}@", value))
        return f'"{shown[:60]}"'
    if value is None:
        return "missing"
    return f"a {_kind(value)}" if isinstance(value, list | dict) else f"a {_kind(value)} ({str(value)[:60]})"


def _kind(value: Any) -> str:
    names = {"bool": "boolean", "int": "number", "float": "number", "str": "text", "dict": "table"}
    kind = type(value).__name__
    return names.get(kind, kind)
