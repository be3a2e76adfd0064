"""What is left of a crash: one message for the user, and a report in a file. Neither shows a local variable."""

from __future__ import annotations

import logging
import os
import platform
import time
import traceback
from pathlib import Path
from typing import cast

from mcp_tui import version
from mcp_tui.core.redact import Redactor
from mcp_tui.core.text import clean, clean_block
from mcp_tui.errors import McpTuiError


def folder() -> Path:
    """Where the reports are: in the user's state folder."""
    import platformdirs

    return platformdirs.user_state_path("mcp-tui")


def report(error: BaseException, redact: Redactor, where: Path | None = None) -> McpTuiError:
    """Write a report of ``error`` into the folder ``where``; what to tell the user about it."""
    cause = _cause(error)
    logging.getLogger("mcp_tui").error("crashed", exc_info=cause)
    what = redact.text("".join(traceback.format_exception_only(cause)).strip())
    try:
        path = _write(redact.text(_text(cause)), where or folder())
        hint = f"A report, without secrets, is in {path}"
    except OSError as failure:
        hint = f"A report could not be written: {failure.strerror}."
    return McpTuiError(f"stopped by a fault of its own: {clean(what, 500)}", hint=hint)


def _cause(error: BaseException) -> BaseException:
    """The exception that was raised first, out of the wrappings in which it arrived."""
    inner = getattr(error, "error", None)  # of a Textual worker that failed
    if isinstance(error, BaseExceptionGroup):
        held = cast("BaseExceptionGroup[BaseException]", error).exceptions
        inner = held[0] if len(held) == 1 else None
    return _cause(inner) if isinstance(inner, BaseException) else cast("BaseException", error)


def _text(error: BaseException) -> str:
    from importlib import metadata  # takes as long to import as the dashboard itself

    lines = [
        f"mcp-tui {version()}, {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
        f"{platform.platform()}, Python {platform.python_version()}",
        ", ".join(f"{name} {metadata.version(name)}" for name in ("textual", "mcp", "httpx2", "anyio")),
        f"terminal {os.environ.get('TERM', 'unknown')}, {os.environ.get('TERM_PROGRAM', 'unknown program')}",
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(line.rstrip("\n") for line in lines)


def _write(text: str, where: Path) -> Path:
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = where / time.strftime("crash-%Y%m%d-%H%M%S.txt")
    # Two crashes in the same second share a file.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{clean_block(text)}\n")
    return path
