"""config.toml to typed settings.

Strict: whatever is not understood is an error that names file, key, what was found and what is allowed.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mcp_tui.core.levels import Level
from mcp_tui.core.text import clean
from mcp_tui.core.wording import nearest, show
from mcp_tui.errors import ConfigError
from mcp_tui.server_tables import ServerTable
from mcp_tui.settings import THEMES, Config, Limits
from mcp_tui.tables import Tables

FILE_NAME = "config.toml"
ENV_FILE = "MCP_TUI_CONFIG"

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


class _Reader(Tables):
    """Checks one file."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        super().__init__(path)
        self.environ = environ

    def config(self, table: dict[str, Any], implicit: bool) -> Config:
        self.known(table, "", ("level", "theme", "routing", "limits", "servers"))
        level = self.level(table, "level", Level.DEBUG)
        servers = self.table(table, "servers", "servers")
        return Config(
            servers=tuple(ServerTable(self.path, self.environ).settings(name, servers, level) for name in servers),
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
