"""``mcp-tui history``: what this run and earlier ones saw."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from itertools import islice

from mcp_tui.cli.printer import as_text, has_color
from mcp_tui.core.archive import Archive, Kept, Wanted
from mcp_tui.core.events import to_json
from mcp_tui.core.history import default_path
from mcp_tui.core.levels import Level
from mcp_tui.core.text import escaped
from mcp_tui.errors import ConfigError

_AT_ONCE = 1_000
_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def run_history(
    *, servers: tuple[str, ...], level: str, since: str | None, search: str, newest: int | None, as_json: bool
) -> None:
    """Print what the history holds, oldest first."""
    begin = parse_since(since, datetime.now()) if since else 0.0
    wanted = Wanted(servers, Level[level.upper()], begin, search, newest)
    color = has_color(sys.stdout)
    with Archive(default_path()) as archive:
        found = archive.find(wanted)
        while lines := [_line(kept, as_json, color) for kept in islice(found, _AT_ONCE)]:
            sys.stdout.write("".join(lines))
            sys.stdout.flush()


def parse_since(text: str, now: datetime) -> float:
    """``10m``, ``2h``, ``yesterday``, or a local ISO 8601 date or time, as seconds since the epoch.

    Raises ConfigError where it is none of them.
    """
    said = text.strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if ago := _AGO.fullmatch(said):
            return (now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).timestamp()
        if said in ("today", "yesterday"):
            return (midnight - timedelta(days=said == "yesterday")).timestamp()
        return datetime.fromisoformat(said.upper()).timestamp()
    except (ValueError, OverflowError):
        hint = "Write 10m, 2h, 3d, today, yesterday, 2026-11-20 or 2026-11-20T09:30."
        raise ConfigError(f"--since: {text!r} is no time", hint=hint) from None


def _line(kept: Kept, as_json: bool, color: bool) -> str:
    if as_json:
        return escaped(to_json(kept.event, run=kept.run).decode()) + "\n"
    return as_text(kept.event, color=color, day=True) + "\n"
