"""config.toml, edited while mcp-tui runs, is read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anyio

from mcp_tui.config import load
from mcp_tui.core.levels import Level
from mcp_tui.errors import ConfigError
from mcp_tui.settings import Config

LOOK_SECONDS = 1.0
"""How often the file is looked at. Asking for its date costs microseconds and wakes no screen."""


async def watch_file(config: Config, apply: Callable[[Config], None], say: Callable[[Level, str], None]) -> None:
    """Apply the file of ``config`` each time it has changed, for ever; say what is wrong with a bad edit."""
    path = config.path
    if path is None:
        await anyio.sleep_forever()
        return
    stamp = _stamp(path)
    while True:
        await anyio.sleep(LOOK_SECONDS)
        if (found := _stamp(path)) == stamp:
            continue
        stamp = found
        if found is None:
            # An editor may be replacing it.
            continue
        if found[1] == 0:
            # Some editors empty a file before they write it; nobody empties one to say something.
            continue
        try:
            fresh = load(path, implicit=config.implicit, only=config.only)
        except ConfigError as error:
            parts = [error.message, error.hint.rstrip("."), "The configuration stays as it was."]
            say(Level.ERROR, ". ".join(part for part in parts if part))
        else:
            apply(fresh)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does, or None while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
