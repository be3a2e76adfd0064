"""The command ``mcp-tui``. ``--help`` and ``--version`` load no more than this, ``commands`` and ``options``."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mcp_tui.cli import options
from mcp_tui.cli.commands import COMMANDS
from mcp_tui.core.text import clean
from mcp_tui.errors import ExitCode, McpTuiError

if TYPE_CHECKING:
    from pathlib import Path

EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 a server could not be reached, "
    "4 a server wants credentials, 5 the tool answered with an error, 130 interrupted."
)
_THREAD_SECONDS = 0.2
_OUTPUT_FAILED = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@options.config
@options.history
@options.log
@click.option("--version", "show_version", is_flag=True, help="Show the version and exit.")
@click.pass_context
def cli(context: click.Context, config_file: Path | None, no_history: bool, show_version: bool) -> None:
    """A terminal dashboard for MCP servers: without a command, it opens.

    It connects to every server in config.toml and shows each notification, as it comes, in the pane of its level.
    """
    context.obj = config_file
    if show_version:
        from mcp_tui import version

        click.echo(f"mcp-tui {version()}")
    elif context.invoked_subcommand is None:
        from mcp_tui.cli.dashboard import run_dashboard

        run_dashboard(config_file, history=not no_history)


for _command in COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """The console script: every McpTuiError becomes one message and its exit code, and so does a crash."""
    code: Any = ExitCode.DONE
    try:
        _run()
    except SystemExit as end:
        code = end.code
    _end(code)


def _end(code: int) -> NoReturn:
    """End the process, whatever its threads still wait for (a name server that does not answer, say)."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(_THREAD_SECONDS)
            if thread.is_alive():
                with contextlib.suppress(OSError):
                    sys.stdout.flush()
                os._exit(code)
    sys.exit(code)


def _run() -> None:
    try:
        cli.main(standalone_mode=False)
    except McpTuiError as error:
        fail(error)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has left (``| head``): nothing to say, and nobody to say it to.
        _close_output()
        sys.exit(ExitCode.DONE)
    except OSError as error:
        if error.errno not in _OUTPUT_FAILED:
            _crashed(error)
        _close_output()
        fail(McpTuiError(f"the output cannot be written: {error.strerror}"))
    except Exception as error:  # noqa: BLE001 - Python's own traceback could show what must not be seen
        _crashed(error)


def _close_output() -> None:
    # Python would complain on standard error when it cannot flush what is left.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _crashed(error: Exception) -> NoReturn:
    from mcp_tui.cli import logs
    from mcp_tui.ui import crash

    fail(crash.report(error, logs.redact))


def fail(error: McpTuiError) -> NoReturn:
    """Print an error to standard error, whatever it quotes of a server or a file, and leave with its exit code."""
    click.echo(f"mcp-tui: {clean(error.message)}", err=True)
    if error.hint:
        click.echo(clean(error.hint), err=True)
    sys.exit(error.exit_code)
