"""The commands and what they take; what they do is imported when one is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from mcp_tui.cli import options
from mcp_tui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")


@click.command()
@options.history
@options.log
def demo(no_history: bool) -> None:
    """Open the dashboard on the bundled sample servers.

    They are started for you on free loopback ports and end with it.
    """
    from mcp_tui.cli.dashboard import run_demo

    run_demo(history=not no_history)


@click.command()
@options.config
@options.log
@options.as_json
@click.pass_context
def check(context: click.Context, config_file: Path | None, as_json: bool) -> None:
    """Connect to every server once and print a line each."""
    from mcp_tui.cli.check import run_check

    run_check(config_file or context.obj, as_json=as_json)


@click.command()
@options.config
@options.log
@click.argument("server", required=False)
@options.as_json
@click.pass_context
def tools(context: click.Context, config_file: Path | None, server: str | None, as_json: bool) -> None:
    """List the tools of every server, or of one, with their arguments."""
    from mcp_tui.cli.tools import run_tools

    run_tools(config_file or context.obj, server, as_json=as_json)


@click.command()
@options.config
@options.log
@click.option("--server", "servers", multiple=True, metavar="NAME", help="Only this server; may be repeated.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="The least severe level to print.")
@click.option("--for", "seconds", type=click.FloatRange(min=0), metavar="SECONDS", help="Stop by itself.")
@options.as_json
@options.history
@click.pass_context
def watch(context: click.Context, config_file: Path | None, no_history: bool, **options: Any) -> None:
    """Print events to standard output, as they come, until stopped."""
    from mcp_tui.cli.watch import run_watch

    run_watch(config_file or context.obj, history=not no_history, **options)


@click.command()
@options.log
@click.option("--server", "servers", multiple=True, metavar="NAME", help="Only this server; may be repeated.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="The least severe level to print.")
@click.option("--since", metavar="TIME", help="10m, 2h, 3d, today, yesterday, or a date or time (ISO 8601).")
@click.option("--search", default="", metavar="TEXT", help="Only events with this text, in any case.")
@click.option("--last", "newest", type=click.IntRange(min=1), metavar="N", help="Only the newest N of them.")
@options.as_json
def history(**options: Any) -> None:
    """Print what earlier runs saw, and this one, oldest first."""
    from mcp_tui.cli.history import run_history

    run_history(**options)


@click.command()
@options.config
@options.log
@click.argument("server")
@click.argument("tool")
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--args", "args_json", metavar="JSON", help="All arguments as one JSON object.")
@click.option("--no-check", "check", flag_value=False, default=True, help="Send what the schema does not allow.")
@options.as_json
@click.pass_context
def call(context: click.Context, config_file: Path | None, pairs: tuple[str, ...], **options: Any) -> None:
    """Call one tool: its events to standard error, its result to standard output.

    A VALUE is read as the tool's schema says: items='["a","b"]' for a list, delay_seconds=0.5 for a number.
    With --json, events and result go to standard output, one JSON object a line; the result is the last.
    """
    from mcp_tui.cli.call import run_call

    given = _object(options.pop("args_json"))
    run_call(config_file or context.obj, texts=_pairs(pairs), given=given, **options)


@click.command()
@options.config
@options.log
@click.argument("server", required=False)
@options.as_json
@click.pass_context
def prompts(context: click.Context, config_file: Path | None, server: str | None, as_json: bool) -> None:
    """List the prompts of every server, or of one, with their arguments."""
    from mcp_tui.cli.prompts import run_prompts

    run_prompts(config_file or context.obj, server, as_json=as_json)


@click.command()
@options.config
@options.log
@click.argument("server")
@click.argument("name")
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@options.as_json
@click.pass_context
def prompt(context: click.Context, config_file: Path | None, pairs: tuple[str, ...], **given: Any) -> None:
    """Print the messages that a server makes of a prompt.

    With --json, the whole result as one JSON object.
    """
    from mcp_tui.cli.prompts import run_prompt

    run_prompt(config_file or context.obj, arguments=_pairs(pairs), **given)


@click.command()
@options.config
@options.log
@click.argument("server", required=False)
@options.as_json
@click.pass_context
def resources(context: click.Context, config_file: Path | None, server: str | None, as_json: bool) -> None:
    """List the resources of every server, or of one, and its resource templates."""
    from mcp_tui.cli.resources import run_resources

    run_resources(config_file or context.obj, server, as_json=as_json)


@click.command()
@options.config
@options.log
@click.argument("server")
@click.argument("uri")
@click.option("--output", type=options.FilePath(), metavar="FILE", help="Write it to FILE, as sent.")
@options.as_json
@click.pass_context
def read(context: click.Context, config_file: Path | None, **given: Any) -> None:
    """Read a resource: text to standard output, and anything else where that is no terminal.

    Several contents come one after the other. With --json, the whole result as one JSON object.
    """
    from mcp_tui.cli.resources import run_read

    run_read(config_file or context.obj, **given)


@click.command()
@options.config
@options.log
@click.argument("name")
@click.argument("url")
@click.option("--transport", type=click.Choice(("streamable-http", "sse")), help="Else it is found out.")
@click.option("--no-check", "check", flag_value=False, default=True, help="Do not connect to it first.")
@click.pass_context
def add(context: click.Context, config_file: Path | None, **options: Any) -> None:
    """Append a server to config.toml, of which nothing else is changed."""
    from mcp_tui.cli.add import run_add

    run_add(config_file or context.obj, **options)


COMMANDS = (demo, check, watch, history, tools, call, prompts, prompt, resources, read, add)
"""Every command but the dashboard."""


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
