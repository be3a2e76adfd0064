"""The options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    # Costs as much as all the rest that --help loads.
    from pathlib import Path


class FilePath(click.Path):
    """The path of a file, as a ``Path``."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """The path."""
        from pathlib import Path

        return Path(os.fsdecode(super().convert(value, param, ctx)))


config = click.option(
    "--config",
    "config_file",
    type=FilePath(),
    metavar="FILE",
    help="The configuration. Else $MCP_TUI_CONFIG, ./config.toml, or the user's own.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line (NDJSON).")
history = click.option("--no-history", is_flag=True, help="Keep nothing on disk of what this run sees.")


def _note_level(context: click.Context, _parameter: click.Parameter, level: str | None) -> None:
    if level is not None:
        context.meta["mcp_tui.log_level"] = level


def _open_log(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    if path is not None:
        from mcp_tui.cli import logs

        logs.to_file(path, context.meta.get("mcp_tui.log_level", "info"))


def log(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--log-file`` and ``--log-level``, which take effect where they are read."""
    file = click.option(
        "--log-file",
        type=FilePath(),
        metavar="FILE",
        expose_value=False,
        callback=_open_log,
        help="Append the log messages of the libraries to FILE, without secrets.",
    )
    level = click.option(
        "--log-level",
        type=click.Choice(("debug", "info", "warning", "error")),
        expose_value=False,
        is_eager=True,
        callback=_note_level,
        help="The least severe level for --log-file; info unless given.",
    )
    return file(level(command))
