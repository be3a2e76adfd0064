"""Listening sockets on the loopback interface: bound here, or inherited from the parent process."""

import errno
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address

from mcp_tui_servers.catalog import ServerSpec

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listener:
    """A server and the bound socket it is to listen on."""

    spec: ServerSpec
    sock: socket.socket


class SocketError(Exception):
    """A socket cannot be listened on; the message is one line for the user."""


def bind_all(ports: Sequence[int]) -> list[socket.socket]:
    """Return one bound socket per port, 0 meaning a free one; all or none.

    Raises:
        SocketError: a port is in use or may not be used.
    """
    with ExitStack() as stack:
        bound = [stack.enter_context(_bind(port)) for port in ports]
        stack.pop_all()
        return bound


def inherit_all(fds: Sequence[int]) -> list[socket.socket]:
    """Return the sockets behind inherited file descriptors, which are theirs from now on.

    Raises:
        SocketError: a descriptor is not a TCP socket bound to the loopback interface.
    """
    return [_inherit(fd) for fd in fds]


def port_of(sock: socket.socket) -> int:
    """Return the port that a socket is bound to."""
    return sock.getsockname()[1]


def _bind(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A port that was in use a moment ago, by nobody now, can be had again.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        sock.listen()
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise SocketError(f"port {port} on {HOST} is in use; choose another with --port") from error
        raise SocketError(f"cannot listen on {HOST}:{port}: {error.strerror}") from error
    return sock


def _inherit(fd: int) -> socket.socket:
    try:
        sock = socket.socket(fileno=fd)
    except OSError as error:
        raise SocketError(f"file descriptor {fd} is not a socket: {error.strerror}") from error
    if not _is_bound_to_loopback(sock):
        sock.close()
        raise SocketError(f"file descriptor {fd} is not a TCP socket bound to the loopback interface")
    sock.set_inheritable(False)
    return sock


def _is_bound_to_loopback(sock: socket.socket) -> bool:
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or sock.type != socket.SOCK_STREAM:
        return False
    address, port, *_ = sock.getsockname()
    return port != 0 and ip_address(address).is_loopback
