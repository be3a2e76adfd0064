"""How an error names what was found in a configuration: short, and without what may be a secret."""

from __future__ import annotations

import difflib
import re
from typing import Any

from mcp_tui.core.secrets import MASK

_USER_INFO = re.compile(r"^([a-z]+://)?.*@", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def nearest(name: Any, allowed: tuple[str, ...]) -> str:
    """The allowed name that was probably meant, as a suggestion, or nothing."""
    close = difflib.get_close_matches(str(name), allowed, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def show(value: Any) -> str:
    """A value from the file, short, and without what may be a secret: in a list, in a URL (even in a bad one)."""
    if isinstance(value, str):
        shown = _QUERY.sub(f"?{MASK}", _USER_INFO.sub(rf"\1{MASK}@", value))
        return f'"{shown[:60]}"'
    if value is None:
        return "missing"
    return f"a {kind(value)}" if isinstance(value, list | dict) else f"a {kind(value)} ({str(value)[:60]})"


def kind(value: Any) -> str:
    """What kind of TOML value this is."""
    names = {"bool": "boolean", "int": "number", "float": "number", "str": "text", "dict": "table"}
    kind = type(value).__name__
    return names.get(kind, kind)
