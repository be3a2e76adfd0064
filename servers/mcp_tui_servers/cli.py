"""The command `mcp-tui-servers`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mcp_tui_servers.catalog import CATALOG, ServerSpec
from mcp_tui_servers.version import distribution_version

if TYPE_CHECKING:
    from mcp_tui_servers.sockets import Listener

MAX_PORT = 65535


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"mcp-tui-servers {distribution_version()}")
        ctx.exit()


def _print_list(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        for spec in CATALOG.values():
            click.echo(f"{spec.describe(spec.default_port)}: {spec.summary}")
        ctx.exit()


@click.command(name="mcp-tui-servers", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(list(CATALOG)))
@click.option(
    "--port",
    type=click.IntRange(0, MAX_PORT),
    help="Port of the first server; the others count up. 0 takes free ones.",
)
@click.option(
    "--fd",
    "fds",
    type=click.IntRange(0),
    multiple=True,
    help="Listen on this inherited, bound TCP socket; once per NAME, in the same order.",
)
@click.option("--stdio", is_flag=True, help="Serve one NAME on standard input and output instead.")
@click.option("--exit-with-stdin", is_flag=True, help="Stop when standard input ends.")
@click.option("--verbose", is_flag=True, help="Log each request to standard error.")
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_print_list, help="List the servers."
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
def main(
    names: Sequence[str],
    port: int | None,
    fds: Sequence[int],
    stdio: bool,
    exit_with_stdin: bool,
    verbose: bool,
) -> None:
    """Run sample MCP servers on 127.0.0.1: those NAMEd, or all of them.

    Prints the URLs of each server once it accepts requests. Exits with 1 if a port cannot be listened on, and
    with 130 when interrupted.
    """
    specs = [CATALOG[name] for name in dict.fromkeys(names or CATALOG)]
    if stdio:
        _run_stdio(specs, port, fds)
        return
    listeners = _listen(specs, port, fds)
    sys.exit(_run_http(listeners, exit_with_stdin, verbose))


def _run_stdio(specs: Sequence[ServerSpec], port: int | None, fds: Sequence[int]) -> None:
    if len(specs) != 1:
        raise click.UsageError("--stdio takes exactly one NAME")
    if port is not None or fds:
        raise click.UsageError("--stdio goes with neither --port nor --fd")
    import asyncio

    from mcp_tui_servers.serve import configure_logging, serve_stdio

    configure_logging()
    asyncio.run(serve_stdio(specs[0]))


def _listen(specs: Sequence[ServerSpec], port: int | None, fds: Sequence[int]) -> "list[Listener]":
    if fds and port is not None:
        raise click.UsageError("--fd does not go with --port")
    if fds and len(fds) != len(specs):
        raise click.UsageError(f"{len(specs)} servers need as many --fd, not {len(fds)}")
    from mcp_tui_servers.sockets import Listener, SocketError, bind_all, inherit_all

    try:
        socks = inherit_all(fds) if fds else bind_all(_ports(specs, port))
    except SocketError as error:
        raise click.ClickException(str(error)) from error
    return [Listener(spec, sock) for spec, sock in zip(specs, socks, strict=True)]


def _ports(specs: Sequence[ServerSpec], first: int | None) -> list[int]:
    if first is None:
        return [spec.default_port for spec in specs]
    if first == 0:
        return [0] * len(specs)
    if first + len(specs) - 1 > MAX_PORT:
        raise click.UsageError(f"--port {first} leaves no room for {len(specs)} servers")
    return [first + offset for offset in range(len(specs))]


def _run_http(listeners: "Sequence[Listener]", exit_with_stdin: bool, verbose: bool) -> int:
    from mcp_tui_servers.serve import configure_logging, serve_http
    from mcp_tui_servers.sockets import port_of

    lines = [listener.spec.describe(port_of(listener.sock)) for listener in listeners]
    configure_logging()
    return serve_http(
        listeners,
        on_ready=lambda: click.echo("\n".join(lines)),
        exit_with_stdin=exit_with_stdin,
        verbose=verbose,
    )
