"""``mcp-tui`` and ``mcp-tui demo``: the dashboard."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from mcp_tui.cli import logs
from mcp_tui.cli.headless import load, run_loop
from mcp_tui.cli.signals import Signals
from mcp_tui.core import samples
from mcp_tui.core.history import History, default_path
from mcp_tui.core.hub import Hub
from mcp_tui.core.store import EventStore
from mcp_tui.errors import ConfigError
from mcp_tui.settings import Config

GIVE_UP_SECONDS = 5.0
"""How long after a signal the process goes on at most."""


def run_dashboard(config_file: Path | None, *, history: bool) -> None:
    """Open the dashboard on the configured servers. Raises ConfigError."""
    _open(load(config_file), history)


def run_demo(*, history: bool) -> None:
    """Open the dashboard on the bundled samples."""
    _open(samples.demo(), history)


def _open(config: Config, history: bool) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            "the dashboard needs a terminal", hint="Without one, try `mcp-tui watch` or `mcp-tui check`."
        )
    from mcp_tui.ui import garbage

    garbage.hold()
    from mcp_tui.ui.app import McpTuiApp

    logs.quiet()
    store = EventStore(redact=logs.redact)
    hub = Hub(config, store, history=History(default_path()) if history else None, attended=True)
    app = McpTuiApp(hub, theme=config.theme)
    signals = Signals(at_once=_end_at_last, stop=app.stop)

    async def main() -> int:
        signals.mind()
        await app.run_async()
        return app.return_code or 0

    try:
        code = run_loop(main())
    finally:
        signals.leave()
        # Again, where the hub could not be waited for.
        hub.close()
    if app.error is not None:
        raise app.error
    sys.exit(code)


def _end_at_last(number: int) -> None:
    """See that a signal ends the process: a terminal that takes no more output would hold Textual up for ever."""
    timer = threading.Timer(GIVE_UP_SECONDS, os._exit, (128 + number,))
    timer.daemon = True
    timer.start()
