"""``mcp-tui watch``: the log without the screen."""

from __future__ import annotations

from pathlib import Path

import anyio

from mcp_tui.cli.headless import load, run, running
from mcp_tui.cli.printer import Printer
from mcp_tui.core.levels import Level
from mcp_tui.errors import ExitCode


def run_watch(
    config_file: Path | None,
    *,
    servers: tuple[str, ...],
    level: str,
    seconds: float | None,
    as_json: bool,
    history: bool,
) -> None:
    """Print events of ``level`` and above until a signal, or for ``seconds``."""
    config = load(config_file, servers)
    printer = Printer(as_json=as_json, level=Level[level.upper()])

    async def main() -> int:
        async with running(config, printer, history=history):
            with anyio.move_on_after(float("inf") if seconds is None else seconds):
                await printer.gone.wait()
        return ExitCode.DONE

    run(main)
