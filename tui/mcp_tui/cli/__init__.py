"""The commands. This module is all that ``--help`` and ``--version`` load: no Textual, no MCP SDK."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, cast

import click

from mcp_tui.errors import ConfigError, ExitCode, McpTuiError

EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 a server could not be reached, "
    "4 a server wants credentials, 5 the tool answered with an error, 130 interrupted."
)
LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
_THREAD_SECONDS = 0.2
_OUTPUT_FAILED = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)

_config = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The configuration. Else $MCP_TUI_CONFIG, ./config.toml, or the user's own.",
)
_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line (NDJSON).")
_history = click.option("--no-history", is_flag=True, help="Keep nothing on disk of what this run sees.")


def _note_level(context: click.Context, _parameter: click.Parameter, level: str | None) -> None:
    if level is not None:
        context.meta["mcp_tui.log_level"] = level


def _open_log(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    if path is not None:
        from mcp_tui.cli import logs

        logs.to_file(path, context.meta.get("mcp_tui.log_level", "info"))


def _log(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--log-file`` and ``--log-level``, which take effect where they are read."""
    file = click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
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


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@_config
@_history
@_log
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


@cli.command()
@_history
@_log
def demo(no_history: bool) -> None:
    """Open the dashboard on the bundled sample servers.

    They are started for you on free loopback ports and end with it.
    """
    from mcp_tui.cli.dashboard import run_demo

    run_demo(history=not no_history)


@cli.command()
@_config
@_log
@_json
@click.pass_context
def check(context: click.Context, config_file: Path | None, as_json: bool) -> None:
    """Connect to every server once and print a line each."""
    from mcp_tui.cli.check import run_check

    run_check(config_file or context.obj, as_json=as_json)


@cli.command()
@_config
@_log
@click.argument("server", required=False)
@_json
@click.pass_context
def tools(context: click.Context, config_file: Path | None, server: str | None, as_json: bool) -> None:
    """List the tools of every server, or of one, with their arguments."""
    from mcp_tui.cli.tools import run_tools

    run_tools(config_file or context.obj, server, as_json=as_json)


@cli.command()
@_config
@_log
@click.option("--server", "servers", multiple=True, metavar="NAME", help="Only this server; may be repeated.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="The least severe level to print.")
@click.option("--for", "seconds", type=click.FloatRange(min=0), metavar="SECONDS", help="Stop by itself.")
@_json
@_history
@click.pass_context
def watch(context: click.Context, config_file: Path | None, no_history: bool, **options: Any) -> None:
    """Print events to standard output, as they come, until stopped."""
    from mcp_tui.cli.watch import run_watch

    run_watch(config_file or context.obj, history=not no_history, **options)


@cli.command()
@_config
@_log
@click.argument("server")
@click.argument("tool")
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--args", "args_json", metavar="JSON", help="All arguments as one JSON object.")
@click.option("--no-check", "check", flag_value=False, default=True, help="Send what the schema does not allow.")
@_json
@click.pass_context
def call(context: click.Context, config_file: Path | None, pairs: tuple[str, ...], **options: Any) -> None:
    """Call one tool: its events to standard error, its result to standard output.

    A VALUE is read as the tool's schema says: items='["a","b"]' for a list, delay_seconds=0.5 for a number.
    With --json, events and result go to standard output, one JSON object a line; the result is the last.
    """
    from mcp_tui.cli.call import run_call

    given = _object(options.pop("args_json"))
    run_call(config_file or context.obj, texts=_pairs(pairs), given=given, **options)


@cli.command()
@_config
@_log
@click.argument("name")
@click.argument("url")
@click.option("--transport", type=click.Choice(("streamable-http", "sse")), help="Else it is found out.")
@click.option("--no-check", "check", flag_value=False, default=True, help="Do not connect to it first.")
@click.pass_context
def add(context: click.Context, config_file: Path | None, **options: Any) -> None:
    """Append a server to config.toml, of which nothing else is changed."""
    from mcp_tui.cli.add import run_add

    run_add(config_file or context.obj, **options)


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
    """Print an error to standard error and leave with its exit code."""
    click.echo(f"mcp-tui: {error.message}", err=True)
    if error.hint:
        click.echo(error.hint, err=True)
    sys.exit(error.exit_code)


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise ConfigError(f"{word!r} is no argument", hint="Write KEY=VALUE, or --args with a JSON object.")
        texts[key] = value
    return texts


def _object(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    from mcp_tui.core import schema

    try:
        value = schema.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"--args is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ConfigError("--args is not a JSON object", hint="""For example --args '{"count": 3}'.""")
    return cast("dict[str, Any]", value)
