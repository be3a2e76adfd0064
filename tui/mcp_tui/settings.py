"""The settings, typed and checked; ``config`` makes them from config.toml."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mcp_tui.core.levels import Level
from mcp_tui.core.secrets import Secret, mask_url

TRANSPORTS = ("streamable-http", "sse", "stdio")
PROTOCOLS = ("auto", "legacy", "2026-07-28")
SAMPLES = ("items", "documents", "metrics")
THEMES = ("mcp-dark", "mcp-light")


class ServerSettings(msgspec.Struct, frozen=True):
    """One ``[servers.NAME]``, checked and with its environment variables filled in."""

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

    @property
    def address(self) -> str:
        """Where the server is, for people: the URL without its secrets, or the command line."""
        return mask_url(self.url) if self.url else shlex.join(self.command)


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
    implicit: found as ``./config.toml`` without being named, so its commands are not to be run unasked.
    """

    servers: tuple[ServerSettings, ...]
    path: Path | None = None
    implicit: bool = False
    theme: str = "mcp-dark"
    routing: Mapping[str, Level] = {}
    limits: Limits = DEFAULT_LIMITS
