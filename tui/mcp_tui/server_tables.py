"""One ``[servers.NAME]`` table to the settings of that server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mcp_tui.core.levels import Level
from mcp_tui.core.secrets import Secret, is_credential, mask_url
from mcp_tui.core.text import clean
from mcp_tui.core.variables import MissingVariableError, Variables
from mcp_tui.core.wording import kind, show
from mcp_tui.errors import ConfigError
from mcp_tui.settings import PROTOCOLS, SAMPLES, SERVER_KEYS, TRANSPORTS, ServerSettings
from mcp_tui.tables import Tables

_SERVER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
# RFC 9110, sections 5.1 and 5.5.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")


class ServerTable(Tables):
    """Reads the table of one server, and fills in the variables of its values from the environment."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        super().__init__(path)
        self._variables = Variables(environ)

    def settings(self, name: str, servers: dict[str, Any], level: Level) -> ServerSettings:
        """The server called ``name``, whose level is ``level`` where it names none of its own."""
        key = f"servers.{name}"
        if not _SERVER_NAME.fullmatch(name):
            raise self.error(key, "is not a usable name", "letters, digits, _ . and -, at most 40")
        table = self.table(servers, name, key)
        self.known(table, key, SERVER_KEYS)
        enabled = self.value(table, "enabled", key, bool, "true or false", default=True)
        transport = self._transport(table, key)
        shared: dict[str, Any] = {
            "name": name,
            "transport": transport,
            "level": self.level(table, "level", level, f"{key}.level"),
            "protocol": self.one_of(table, "protocol", PROTOCOLS, f"{key}.protocol", "auto"),
            "enabled": enabled,
            "roots": self._roots(table, key, enabled),
        }
        fill = self._stdio if transport == "stdio" else self._http
        return ServerSettings(**shared, **fill(table, key, enabled), secrets=tuple(self._variables.secrets))

    def _stdio(self, table: dict[str, Any], key: str, enabled: bool) -> dict[str, Any]:
        self._only(table, key, "stdio", ("url", "headers", "ca_file", "sample"))
        command = self._command(table, key, enabled)
        env = self._secrets(table, key, "env", enabled)
        shown = shlex.join(table["command"])
        given = [f"{name}={value}" for name, value in table.get("env", {}).items()]
        asks = (f"runs {shown}", *(f"sets {text} for it" for text in given)) if enabled else ()
        return {"command": command, "env": env, "shown": shown, "asks": tuple(map(clean, asks))}

    def _http(self, table: dict[str, Any], key: str, enabled: bool) -> dict[str, Any]:
        self._only(table, key, table.get("transport", "streamable-http"), ("command", "env"))
        url = self._url(table, key, enabled)
        headers = self._secrets(table, key, "headers", enabled)
        asks = [f"sends ${name} to {mask_url(table['url'])}" for name in self._variables.used]
        return {
            "url": url,
            "headers": headers,
            "ca_file": self._file(table, key, enabled),
            "sample": self.one_of(table, "sample", SAMPLES, f"{key}.sample", None),
            "shown": table["url"],
            "asks": tuple(map(clean, asks)),
        }

    def _transport(self, table: dict[str, Any], key: str) -> str:
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

    def _url(self, table: dict[str, Any], key: str, enabled: bool) -> str:
        given = self.value(table, "url", key, str, 'a URL such as "http://127.0.0.1:8101/mcp"')
        url = self._expand(given, f"{key}.url", secret=True) if enabled else given
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if enabled and (not usable or any(character.isspace() for character in url)):
            raise self.error(f"{key}.url", f"is {show(given)}", 'a URL such as "http://127.0.0.1:8101/mcp"')
        return url

    def _command(self, table: dict[str, Any], key: str, enabled: bool) -> tuple[str, ...]:
        key = f"{key}.command"
        items = self.texts(table, "command", key, 'a list of texts such as ["uvx", "mcp-server-git"]')
        return tuple(self._expand(item, key) if enabled else item for item in items)

    def _secrets(self, table: dict[str, Any], key: str, name: str, enabled: bool) -> dict[str, Secret]:
        entries = self.table(table, name, f"{key}.{name}")
        for entry, value in entries.items():
            if not isinstance(value, str):
                raise self.error(f"{key}.{name}.{entry}", f"is a {kind(value)}", "a text in quotes")
        sent = name == "headers"
        filled = {
            entry: self._expand(text, f"{key}.{name}.{entry}", secret=sent or is_credential(entry))
            for entry, text in (entries.items() if enabled else ())
        }
        for entry, text in filled.items() if sent else ():
            if not _HEADER_NAME.fullmatch(entry) or not _HEADER_VALUE.fullmatch(text):
                raise self.error(
                    f"{key}.{name}.{entry}", "is no HTTP header", "visible ASCII characters, in one line"
                )
        return {entry: Secret(text) for entry, text in filled.items()}

    def _file(self, table: dict[str, Any], key: str, enabled: bool) -> Path | None:
        given = self.value(table, "ca_file", key, str, "the path of a file", default="")
        if not given or not enabled:
            return None
        path = self._place(given, f"{key}.ca_file")
        if not path.is_file():
            raise self.error(f"{key}.ca_file", f"is {show(given)}, which is no file", f"looked for {path}")
        return path

    def _roots(self, table: dict[str, Any], key: str, enabled: bool) -> tuple[Path, ...]:
        if "roots" not in table or not enabled:
            return ()
        key = f"{key}.roots"
        places = [
            (given, self._place(given, key)) for given in self.texts(table, "roots", key, 'folders: ["~/src"]')
        ]
        for given, path in places:
            if not path.is_dir():
                raise self.error(key, f"has {show(given)}, which is no folder", f"looked for {path}")
        return tuple(path.resolve() for _, path in places)

    def _place(self, given: str, key: str) -> Path:
        """A path, of which a relative one begins at the file's folder."""
        try:
            return self.path.parent / Path(self._expand(given, key)).expanduser()
        except RuntimeError as error:
            raise self.error(key, f"is {show(given)}", "a path") from error

    def _expand(self, text: str, key: str, *, secret: bool = False) -> str:
        """``text`` with its variables filled in."""
        try:
            return self._variables.expand(text, secret=secret)
        except MissingVariableError as error:
            name = error.name
            raise ConfigError(
                clean(f"{self.path}: {key} needs the environment variable {name}, which is not set"),
                hint=clean(f"Set it (export {name}=...), or switch the server off with enabled = false."),
            ) from error

    def _only(self, table: dict[str, Any], key: str, transport: str, foreign: tuple[str, ...]) -> None:
        for name in foreign:
            if name in table:
                raise self.error(f"{key}.{name}", f"does not go with {transport}", f"leave {name} out")
