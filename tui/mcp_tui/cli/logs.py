"""Where the log messages of the libraries go: into a file, when one is asked for, without secrets; else nowhere."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from mcp_tui.core.redact import Redactor
from mcp_tui.core.text import clean_block
from mcp_tui.errors import ConfigError

redact = Redactor()
"""The one of this process; the hub tells it what is secret."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Takes the secrets out of the whole record, its traceback included, and all that could harm a terminal."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__(_FORMAT)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return clean_block(self._redact.text(super().format(record)))


def quiet() -> None:
    """Nothing that a library has to say goes to standard error, where it would be printed across the screen."""
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(True)
    # A log file that can no longer be written is no reason for a traceback on the screen.
    logging.raiseExceptions = False
    threading.excepthook = _log_thread


def to_file(path: Path, level: str) -> None:
    """Append the log messages of ``level`` and above to ``path``, which its owner alone can read.

    Raises ConfigError.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise ConfigError(f"--log-file {path}: cannot be written: {error.strerror}") from error
    handler = logging.StreamHandler(os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace"))
    handler.setFormatter(RedactingFormatter(redact))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    error = failed.exc_value or failed.exc_type()
    logging.getLogger("mcp_tui").error("a thread failed", exc_info=error)
