"""The bundled sample servers, started as a child process where nothing answers at their address."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from mcp_tui.settings import Config, ServerSettings

_LOOPBACK = "127.0.0.1"
_STOP_SECONDS = 2.0
"""How long the children may take to end, all together."""


class Samples:
    """The child processes for the samples that a configuration names.

    This process binds the ports and the child inherits the sockets, so that an address is known, and connections
    wait in its backlog, before the child has even started. A port that is taken means that something is already
    there. A child ends when this process does, however it ends: its standard input closes.
    """

    def __init__(self, servers: Sequence[ServerSettings]) -> None:
        self.servers = servers
        self._children: list[subprocess.Popen[bytes]] = []

    def ensure(self, server: ServerSettings) -> None:
        """Where ``server`` is a sample and nothing is at its port, start it, along with the other samples."""
        if server.sample is None:
            return
        wanted = [each for each in self.servers if each.sample and each.enabled]
        bound = [(each, found) for each in wanted if (found := _bind(each)) is not None]
        if bound:
            self._start([str(each.sample) for each, _ in bound], [found for _, found in bound])

    def close(self) -> None:
        """End the children."""
        children, self._children = self._children, []
        for child in children:
            child.terminate()
        ends = time.monotonic() + _STOP_SECONDS
        for child in children:
            try:
                child.wait(max(0.0, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdin is not None:
                child.stdin.close()

    def _start(self, names: list[str], sockets: list[socket.socket]) -> None:
        # -P keeps the working folder out of the child's import path: a file there must not be run by its name.
        command = [sys.executable, "-P", "-m", "mcp_tui_servers", *names, "--exit-with-stdin"]
        for listening in sockets:
            command += ["--fd", str(listening.fileno())]
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listening.fileno() for listening in sockets],
            start_new_session=True,
        )
        # Asking a child that has ended how it ended is what lets the system forget it.
        self._children = [*(each for each in self._children if each.poll() is None), child]
        for listening in sockets:
            # Kept open here, a port would go on accepting connections for a child that has died.
            listening.close()


def _bind(server: ServerSettings) -> socket.socket | None:
    """A socket listening where ``server`` is configured, or None where the port is taken."""
    port = urlsplit(server.url).port
    with suppress(OSError):
        return _listen(port or 80)
    return None


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_LOOPBACK, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def demo() -> Config:
    """A configuration of all the samples, on loopback ports that are free now."""
    ports = _free_ports(3)
    items, documents, metrics = (f"http://{_LOOPBACK}:{port}" for port in ports)
    return Config(
        servers=(
            ServerSettings("items", "streamable-http", f"{items}/mcp", sample="items"),
            ServerSettings("documents", "sse", f"{documents}/sse", sample="documents"),
            ServerSettings("metrics", "streamable-http", f"{metrics}/mcp", protocol="legacy", sample="metrics"),
        )
    )


def _free_ports(count: int) -> list[int]:
    sockets = [_listen(0) for _ in range(count)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports
