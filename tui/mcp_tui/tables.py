"""Tables: TOML as it was written, looked at key by key, with an error for whatever is not understood."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from mcp_tui.core.levels import LABELS, Level
from mcp_tui.core.text import clean
from mcp_tui.core.wording import kind, nearest, show
from mcp_tui.errors import ConfigError


class Tables:
    """Reads the tables of one file; every error names it, the key, what was found and what is allowed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def level(self, table: dict[str, Any], name: str, default: Level, key: str = "") -> Level:
        """A level, by its label."""
        label = self.one_of(table, name, LABELS, key or name, default.label)
        return Level[label.upper()]

    def one_of(self, table: dict[str, Any], name: str, allowed: tuple[str, ...], key: str, default: Any) -> Any:
        """One of a few words."""
        value = table.get(name, default)
        if value is not default and value not in allowed:
            raise self.error(key, f"is {show(value)}", f"one of {', '.join(allowed)}{nearest(value, allowed)}")
        return value

    def value(
        self, table: dict[str, Any], name: str, key: str, wanted: type, allowed: str, default: Any = None
    ) -> Any:
        """A value of a type; ``allowed`` says which, and gives an example."""
        value = table.get(name, default)
        if not isinstance(value, wanted):
            raise self.error(f"{key}.{name}", f"is {show(value)}", allowed)
        return value

    def table(self, table: dict[str, Any], name: str, key: str) -> dict[str, Any]:
        """A table within a table; an empty one where there is none."""
        value = table.get(name, {})
        if not isinstance(value, dict):
            # A text where a table belongs may be a header or a variable with its value.
            found = f"a {kind(value)}" if isinstance(value, str) else show(value)
            raise self.error(key, f"is {found}", f"a table: [{key}]")
        return cast("dict[str, Any]", value)

    def texts(self, table: dict[str, Any], name: str, key: str, allowed: str) -> list[str]:
        """A list of texts, of which there is at least one."""
        items: Any = table.get(name)
        if not isinstance(items, list):
            # A text where a list belongs may be a whole command line, with whatever stands in it.
            raise self.error(key, f"is a {kind(items)}", allowed)
        if not items or not all(isinstance(item, str) for item in cast("list[Any]", items)):
            raise self.error(key, f"is {show(items)}", allowed)
        return cast("list[str]", items)

    def known(self, table: dict[str, Any], where: str, allowed: Iterable[str]) -> None:
        """See that every key is one of those allowed."""
        allowed = tuple(allowed)
        for name in table:
            if name not in allowed:
                key = f"{where}.{name}" if where else name
                raise self.error(key, "is not a known key", f"{', '.join(allowed)}{nearest(name, allowed)}")

    def error(self, key: str, found: str, allowed: str) -> ConfigError:
        """What there is to say of the value of a key."""
        # Keys and values are somebody's text: the file may have come with a repository.
        return ConfigError(clean(f"{self.path}: {key} {found}"), hint=clean(f"Allowed: {allowed}."))
