"""The settings, typed and checked; ``config`` makes them from config.toml."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mcp_tui.core.levels import Level
from mcp_tui.core.secrets import Secret, mask_url
from mcp_tui.core.text import clean

TRANSPORTS = ("streamable-http", "sse", "stdio")
PROTOCOLS = ("auto", "legacy", "2026-07-28")
SAMPLES = ("items", "documents", "metrics")
THEMES = ("mcp-dark", "mcp-light")


class ServerSettings(msgspec.Struct, frozen=True):
    """One ``[servers.NAME]``, checked and with its environment variables filled in.

    roots: folders that the server is told it may work in (MCP specification, client/roots).
    shown: the address as it stands in the file, its variables not filled in, or empty for the address itself.
    secrets: the values that were filled in.
    asks: what the file would do with this server that nobody's file may do unasked, a sentence each: run a
        command, send a value of the environment somewhere.
    """

    name: str
    transport: str
    url: str = ""
    command: tuple[str, ...] = ()
    env: Mapping[str, Secret] = {}
    headers: Mapping[str, Secret] = {}
    ca_file: Path | None = None
    level: Level = Level.DEBUG
    protocol: str = "auto"
    enabled: bool = True
    sample: str | None = None
    roots: tuple[Path, ...] = ()
    shown: str = ""
    secrets: tuple[Secret, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where the server is, for people: the URL without its secrets, or the command line, cleaned."""
        return clean(mask_url(self.shown or self.url) if self.url else self.shown or shlex.join(self.command))

    def __repr__(self) -> str:
        # A URL or a command line may hold a token.
        return f"ServerSettings({self.name!r}, {self.transport!r}, {self.address!r})"


SERVER_KEYS = tuple(
    name for name in ServerSettings.__struct_fields__ if name not in ("name", "shown", "secrets", "asks")
)
"""The keys of a ``[servers.NAME]``; the settings are the one list of them."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[limits]``: how long to wait, in seconds.

    connect: until a server has answered the first question.
    heartbeat: silence after which a server is asked whether it is there.
    call_quiet: a call without any sign of life; call_total: a call altogether. 0 is no limit.
    """

    connect: float = 10.0
    heartbeat: float = 10.0
    call_quiet: float = 300.0
    call_total: float = 0.0


DEFAULT_LIMITS = Limits()


class Config(msgspec.Struct, frozen=True):
    """The whole configuration.

    path: the file it came from, or None (the demo).
    implicit: found as ``./config.toml`` without being named, so that what it asks is not to be done unasked.
    only: the servers to which it was narrowed, also when it is read again; empty for all of them.
    """

    servers: tuple[ServerSettings, ...]
    path: Path | None = None
    implicit: bool = False
    theme: str = "mcp-dark"
    routing: Mapping[str, Level] = {}
    limits: Limits = DEFAULT_LIMITS
    only: tuple[str, ...] = ()
