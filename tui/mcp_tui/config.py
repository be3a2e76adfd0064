"""config.toml to typed settings.

Strict: whatever is not understood is an error that names file, key, what was found and what is allowed.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from mcp_tui.core.levels import LABELS, Level
from mcp_tui.core.secrets import Secret, is_credential, mask_url
from mcp_tui.core.text import clean
from mcp_tui.core.variables import MissingVariableError, Variables
from mcp_tui.core.wording import kind, nearest, show
from mcp_tui.errors import ConfigError
from mcp_tui.settings import PROTOCOLS, SAMPLES, SERVER_KEYS, THEMES, TRANSPORTS, Config, Limits, ServerSettings

FILE_NAME = "config.toml"
ENV_FILE = "MCP_TUI_CONFIG"

_SERVER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
# RFC 9110, sections 5.1 and 5.5.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
_ROUTABLE = re.compile(r"[a-z_]+(/[a-z_]+)*")


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


def load(
    path: Path,
    *,
    implicit: bool = False,
    only: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """Read and check ``path``, and keep the servers in ``only`` if any are named. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{path}: cannot be read: {reason}") from error
    return narrowed(parse(text, path, implicit=implicit, environ=environ), only)


def narrowed(config: Config, only: Sequence[str]) -> Config:
    """``config`` with the servers in ``only`` alone. Raises ConfigError for one that it does not have."""
    names = [server.name for server in config.servers]
    for name in only:
        if name not in names:
            hint = nearest(name, tuple(names)).strip(" ()").capitalize()
            there = f"There are: {', '.join(names) or 'none'}."
            raise ConfigError(clean(f"{config.path}: no server is named {name!r}"), hint=hint or there)
    if not only:
        return config
    kept = tuple(server for server in config.servers if server.name in only)
    return msgspec.structs.replace(config, servers=kept, only=tuple(only))


def parse(text: str, path: Path, *, implicit: bool = False, environ: Mapping[str, str] = os.environ) -> Config:
    """Check ``text``, the content of ``path``. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deep to be read") from error
    return _Reader(path, environ).config(table, implicit)


class _Reader:
    """Checks one file; every error names it."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        self.variables = Variables(environ)

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
        for name in table:
            if not _ROUTABLE.fullmatch(name):
                raise self.error(
                    f"routing.{name}", "is not the name of a notification", 'for example "tools/list_changed"'
                )
        return {name: self.level(table, name, Level.INFO, f"routing.{name}") for name in table}

    def limits(self, table: dict[str, Any]) -> Limits:
        names = Limits.__struct_fields__
        self.known(table, "limits", names)
        values: dict[str, float] = {}
        for name, value in table.items():
            lowest = 0.0 if name.startswith("call_") else 0.1
            if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= 86_400:
                raise self.error(f"limits.{name}", f"is {show(value)}", f"seconds, {lowest:g} to 86400")
            values[name] = float(value)
        return Limits(**values)

    def server(self, name: str, servers: dict[str, Any], level: Level) -> ServerSettings:
        key = f"servers.{name}"
        if not _SERVER_NAME.fullmatch(name):
            raise self.error(key, "is not a usable name", "letters, digits, _ . and -, at most 40")
        table = self.table(servers, name, key)
        self.known(table, key, SERVER_KEYS)
        self.variables = Variables(self.environ)
        enabled = self.value(table, "enabled", key, bool, "true or false", default=True)
        transport = self.transport(table, key)
        shared: dict[str, Any] = {
            "name": name,
            "transport": transport,
            "level": self.level(table, "level", level, f"{key}.level"),
            "protocol": self.one_of(table, "protocol", PROTOCOLS, f"{key}.protocol", "auto"),
            "enabled": enabled,
        }
        fill = self.stdio if transport == "stdio" else self.http
        return ServerSettings(**shared, **fill(table, key, enabled), secrets=tuple(self.variables.secrets))

    def stdio(self, table: dict[str, Any], key: str, enabled: bool) -> dict[str, Any]:
        self.only(table, key, "stdio", ("url", "headers", "ca_file", "sample"))
        command = self.strings(table, key, "command", enabled)
        env = self.secrets(table, key, "env", enabled)
        shown = shlex.join(table["command"])
        given = [f"{name}={value}" for name, value in table.get("env", {}).items()]
        asks = (f"runs {shown}", *(f"sets {text} for it" for text in given)) if enabled else ()
        return {"command": command, "env": env, "shown": shown, "asks": tuple(map(clean, asks))}

    def http(self, table: dict[str, Any], key: str, enabled: bool) -> dict[str, Any]:
        self.only(table, key, table.get("transport", "streamable-http"), ("command", "env"))
        url = self.url(table, key, enabled)
        headers = self.secrets(table, key, "headers", enabled)
        asks = [f"sends ${name} to {mask_url(table['url'])}" for name in self.variables.used]
        return {
            "url": url,
            "headers": headers,
            "ca_file": self.file(table, key, enabled),
            "sample": self.one_of(table, "sample", SAMPLES, f"{key}.sample", None),
            "shown": table["url"],
            "asks": tuple(map(clean, asks)),
        }

    def transport(self, table: dict[str, Any], key: str) -> str:
        if "url" not in table and "command" not in table:
            raise self.error(key, "has neither", 'url = "http://..." or command = ["..."]')
        if "url" in table and "command" in table:
            raise self.error(key, "has both url and command", "one of them")
        default = "stdio" if "command" in table else "streamable-http"
        transport = self.one_of(table, "transport", TRANSPORTS, f"{key}.transport", default)
        if (transport == "stdio") != ("command" in table):
            needs = "command" if transport == "stdio" else "url"
            raise self.error(f"{key}.transport", f"is {show(transport)}", f"that needs {needs}")
        return transport

    def url(self, table: dict[str, Any], key: str, enabled: bool) -> str:
        given = self.value(table, "url", key, str, 'a URL such as "http://127.0.0.1:8101/mcp"')
        url = self.expand(given, f"{key}.url", secret=True) if enabled else given
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if enabled and (not usable or any(character.isspace() for character in url)):
            raise self.error(f"{key}.url", f"is {show(given)}", 'a URL such as "http://127.0.0.1:8101/mcp"')
        return url

    def strings(self, table: dict[str, Any], key: str, name: str, enabled: bool) -> tuple[str, ...]:
        allowed = 'a list of texts such as ["uvx", "mcp-server-git"]'
        items = self.value(table, name, key, list, allowed)
        if not items or not all(isinstance(item, str) for item in items):
            raise self.error(f"{key}.{name}", f"is {show(items)}", allowed)
        return tuple(self.expand(item, f"{key}.{name}") if enabled else item for item in items)

    def secrets(self, table: dict[str, Any], key: str, name: str, enabled: bool) -> dict[str, Secret]:
        entries = self.table(table, name, f"{key}.{name}")
        for entry, value in entries.items():
            if not isinstance(value, str):
                raise self.error(f"{key}.{name}.{entry}", f"is a {kind(value)}", "a text in quotes")
        sent = name == "headers"
        filled = {
            entry: self.expand(text, f"{key}.{name}.{entry}", secret=sent or is_credential(entry))
            for entry, text in (entries.items() if enabled else ())
        }
        for entry, text in filled.items() if sent else ():
            if not _HEADER_NAME.fullmatch(entry) or not _HEADER_VALUE.fullmatch(text):
                raise self.error(
                    f"{key}.{name}.{entry}", "is no HTTP header", "visible ASCII characters, in one line"
                )
        return {entry: Secret(text) for entry, text in filled.items()}

    def file(self, table: dict[str, Any], key: str, enabled: bool) -> Path | None:
        given = self.value(table, "ca_file", key, str, "the path of a file", default="")
        if not given or not enabled:
            return None
        try:
            path = self.path.parent / Path(self.expand(given, f"{key}.ca_file")).expanduser()
        except RuntimeError as error:
            raise self.error(f"{key}.ca_file", f"is {show(given)}", "the path of a file") from error
        if not path.is_file():
            raise self.error(f"{key}.ca_file", f"is {show(given)}, which is no file", f"looked for {path}")
        return path

    def expand(self, text: str, key: str, *, secret: bool = False) -> str:
        """``text`` with its variables filled in."""
        try:
            return self.variables.expand(text, secret=secret)
        except MissingVariableError as error:
            name = error.name
            raise ConfigError(
                clean(f"{self.path}: {key} needs the environment variable {name}, which is not set"),
                hint=clean(f"Set it (export {name}=...), or switch the server off with enabled = false."),
            ) from error

    def level(self, table: dict[str, Any], name: str, default: Level, key: str = "") -> Level:
        label = self.one_of(table, name, LABELS, key or name, default.label)
        return Level[label.upper()]

    def one_of(self, table: dict[str, Any], name: str, allowed: tuple[str, ...], key: str, default: Any) -> Any:
        value = table.get(name, default)
        if value is not default and value not in allowed:
            raise self.error(key, f"is {show(value)}", f"one of {', '.join(allowed)}{nearest(value, allowed)}")
        return value

    def value(
        self, table: dict[str, Any], name: str, key: str, wanted: type, allowed: str, default: Any = None
    ) -> Any:
        value = table.get(name, default)
        if not isinstance(value, wanted):
            # A text where a list belongs may be a whole command line, with whatever stands in it.
            found = f"a {kind(value)}" if wanted is list else show(value)
            raise self.error(f"{key}.{name}", f"is {found}", allowed)
        return value

    def table(self, table: dict[str, Any], name: str, key: str) -> dict[str, Any]:
        value = table.get(name, {})
        if not isinstance(value, dict):
            # A text where a table belongs may be a header or a variable with its value.
            found = f"a {kind(value)}" if isinstance(value, str) else show(value)
            raise self.error(key, f"is {found}", f"a table: [{key}]")
        return cast("dict[str, Any]", value)

    def known(self, table: dict[str, Any], where: str, allowed: Iterable[str]) -> None:
        allowed = tuple(allowed)
        for name in table:
            if name not in allowed:
                key = f"{where}.{name}" if where else name
                raise self.error(key, "is not a known key", f"{', '.join(allowed)}{nearest(name, allowed)}")

    def only(self, table: dict[str, Any], key: str, transport: str, foreign: tuple[str, ...]) -> None:
        for name in foreign:
            if name in table:
                raise self.error(f"{key}.{name}", f"does not go with {transport}", f"leave {name} out")

    def error(self, key: str, found: str, allowed: str) -> ConfigError:
        # Keys and values are somebody's text: the file may have come with a repository.
        return ConfigError(clean(f"{self.path}: {key} {found}"), hint=clean(f"Allowed: {allowed}."))
