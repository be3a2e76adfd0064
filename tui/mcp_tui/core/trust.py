"""Which configuration files may do what they ask.

A ``./config.toml`` that came with somebody's repository must not start programs, nor send values of the environment
anywhere, just because mcp-tui was started beside it. It may once the user has said so; a change of what it asks
asks again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec

from mcp_tui.settings import Config


def default_path() -> Path:
    """Where the answers are kept: in the user's state folder."""
    import platformdirs

    return platformdirs.user_state_path("mcp-tui") / "trusted.json"


class Trust:
    """The files a user trusts, by their path and what they ask."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_path()

    def covers(self, config: Config) -> bool:
        """Whether what ``config`` asks may be done."""
        if not config.implicit or config.path is None:
            return True
        return self._read().get(str(config.path.resolve())) == fingerprint(config)

    def add(self, config: Config) -> None:
        """Trust what ``config`` asks. Raises OSError."""
        if config.path is None:
            return
        known = {**self._read(), str(config.path.resolve()): fingerprint(config)}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(known, indent=2), encoding="utf-8")
        fresh.replace(self._path)

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.MsgspecError):
            return {}


def fingerprint(config: Config) -> str:
    """A digest of everything that the file asks, in its own words: no secret has a part in it."""
    asked = [[server.name, *server.asks] for server in config.servers if server.asks]
    return hashlib.sha256(json.dumps(asked).encode("utf-8", "surrogatepass")).hexdigest()
