"""``mcp-tui prompts`` and ``mcp-tui prompt``: which there are, and what a server makes of one."""

from __future__ import annotations

from pathlib import Path

import click

from mcp_tui.cli.headless import load, run_request
from mcp_tui.cli.listing import as_line, chosen, head, run_listing
from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Prompt, PromptArgument
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean, escaped
from mcp_tui.errors import ConfigError


def run_prompts(config_file: Path | None, server: str | None, *, as_json: bool) -> None:
    """List the prompts of every enabled server, or of ``server``."""
    show = _json if as_json else _text
    run_listing(config_file, server, lambda status: [show(status.name, prompt) for prompt in status.prompts])


def _json(server: str, prompt: Prompt) -> str:
    return as_line(
        {
            "server": server,
            "name": prompt.name,
            "title": prompt.title or None,
            "description": prompt.description or None,
            "arguments": [
                {
                    "name": argument.name,
                    "title": argument.title or None,
                    "description": argument.description or None,
                    "required": argument.required,
                }
                for argument in prompt.arguments
            ],
        }
    )


def _text(server: str, prompt: Prompt) -> str:
    arguments = [f"    {_argument(argument)}" for argument in prompt.arguments]
    return "\n".join([head(server, prompt.safe_name, prompt.description), *arguments])


def _argument(argument: PromptArgument) -> str:
    summary = argument.description.partition("\n")[0]
    described = f"  {summary}" if summary else ""
    return f"{argument.safe_name}=text  ({'required' if argument.required else 'optional'}){described}"


def run_prompt(
    config_file: Path | None, *, server: str, name: str, arguments: dict[str, str], as_json: bool
) -> None:
    """Print the messages that ``server`` makes of the prompt ``name``."""

    async def ask(hub: Hub, status: ServerStatus) -> str:
        _check(chosen(status, "prompt", status.prompts, name), arguments)
        result = await hub.requests(server).get_prompt(name, arguments)
        if as_json:
            click.echo(escaped(result.raw))
        else:
            click.echo("\n\n".join(f"{message.role}: {message.text}" for message in result.messages))
        return result.problem

    run_request(load(config_file, [server]), ask)


def _check(prompt: Prompt, arguments: dict[str, str]) -> None:
    for argument in prompt.arguments:
        if argument.required and argument.name not in arguments:
            hint = "See `mcp-tui prompts` for what it takes."
            raise ConfigError(f"{prompt.safe_name}: {argument.safe_name}: a value is required", hint=hint)
    named = {argument.name for argument in prompt.arguments}
    for name in arguments.keys() - named:
        text = f"{prompt.safe_name} names no argument {clean(name, 80)!r}; sent all the same"
        click.echo(f"mcp-tui: {text}", err=True)
