"""Problem: why an exchange with a server came to nothing, in words for a person."""

from __future__ import annotations

import errno
import os
from http import HTTPStatus
from typing import Literal, cast
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec
from mcp.shared.exceptions import MCPError

from mcp_tui.core.secrets import mask_url
from mcp_tui.core.text import clean

Kind = Literal["refused", "timeout", "cut", "tls", "status", "body", "protocol", "asked"]


class Problem(msgspec.Struct, frozen=True):
    """One exchange that failed.

    sent: whether the request had been sent, so that the server may have acted on it.
    status: the HTTP status, or 0; retry_after: seconds the server asks to wait, or None; challenge: its
        ``WWW-Authenticate``.
    """

    kind: Kind
    text: str
    hint: str = ""
    sent: bool = True
    status: int = 0
    retry_after: float | None = None
    challenge: str = ""

    @property
    def unauthorized(self) -> bool:
        """Whether the server wants credentials, or other ones."""
        return self.status in (401, 403)


def of_error(error: httpx2.TransportError) -> Problem:
    """What went wrong below HTTP. The library's own text is not shown: it may carry URLs with secrets."""
    match error:
        case httpx2.ConnectTimeout():
            return Problem("timeout", "no answer to the attempt to connect", sent=False)
        case httpx2.ConnectError():
            return _connect_error(error)
        case httpx2.PoolTimeout():
            return Problem("timeout", "too many requests at once to this server", sent=False)
        case httpx2.TimeoutException():
            return Problem("timeout", "the server stopped answering")
        case httpx2.UnsupportedProtocol() | httpx2.LocalProtocolError():
            return Problem("protocol", "the request could not be made", "Check url and headers.", sent=False)
        case _:
            return Problem("cut", "the server cut the connection")


def _connect_error(error: httpx2.ConnectError) -> Problem:
    text = str(error)
    if "CERTIFICATE" in text.upper() or "SSL" in text.upper():
        reason = text.partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
        detail = f": {clean(reason, 120)}" if reason else ""
        hint = "Check the certificate, or name the authority that signed it with ca_file."
        return Problem("tls", f"TLS failed{detail}", hint, sent=False)
    lowered = text.lower()
    if "getaddrinfo" in lowered or "name resolution" in lowered or ("name" in lowered and "known" in lowered):
        return Problem("refused", "the host name is not known", "Check the url.", sent=False)
    reason = _system_reason(error) or "connection refused"
    return Problem("refused", reason, "Is the server running, and is the url right?", sent=False)


def _system_reason(error: BaseException) -> str:
    """What the operating system said, in its own words, e.g. ``no route to host``."""
    cause = error.__cause__ or error.__context__
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
            return os.strerror(cause.errno).lower()
        cause = cause.__cause__ or cause.__context__
    return ""


_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT)


def of_status(response: httpx2.Response) -> Problem | None:
    """What an HTTP error status means, or None where the status is no error."""
    status = response.status_code
    if status < 400:
        return None
    challenge = clean(response.headers.get("www-authenticate", ""), 300)
    return Problem(
        "status",
        f"HTTP {status} {_phrase(status)}".rstrip(),
        _STATUS_HINTS.get(status, ""),
        # A client error (RFC 9110, section 15.5) was refused, not acted upon.
        sent=status >= 500,
        status=status,
        retry_after=_seconds(response.headers.get("retry-after")),
        challenge=challenge,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _seconds(header: str | None) -> float | None:
    """``Retry-After`` in seconds; its date form is rare enough among MCP servers to be read as absent."""
    return min(float(header), 3600.0) if header is not None and header.strip().isdecimal() else None


_STATUS_HINTS = {
    401: "The server wants credentials: set headers for it in config.toml (in the dashboard, r tries again).",
    403: "The server refuses these credentials (or this Origin): check headers for it in config.toml.",
    404: "Check the path of the url; most servers are at /mcp, older ones at /sse.",
    405: 'Check the url; a server at /sse needs transport = "sse".',
    421: "The server does not accept this host name: use the one it was started with.",
}


def of_endpoint(url: str, named: str) -> Problem | None:
    """What is wrong with the place at which an SSE server at ``url`` wants its messages, or None.

    It may name no other server than itself. Source: MCP specification 2024-11-05, basic/transports.
    """
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, named))
    except ValueError:
        return Problem("body", "the endpoint it names is no URL", "Ask its developers.")
    if (there.scheme, there.netloc) == (here.scheme, here.netloc):
        return None
    elsewhere = clean(mask_url(f"{there.scheme}://{there.netloc}"), 120)
    hint = "Does a proxy stand before it? Then the server has to be told its public address."
    return Problem("body", f"it wants its messages sent to another server, {elsewhere}", hint)


def of_exception(error: Exception) -> Problem:
    """What an exception out of the SDK means."""
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    match error:
        case FileNotFoundError() | PermissionError():
            name = clean(str(error.filename))
            return Problem("protocol", f"{name}: {error.strerror}", "Check command in config.toml.", sent=False)
        case OSError(errno=errno.ENOEXEC):
            hint = "Does the script begin with #! and the name of its interpreter?"
            return Problem("protocol", f"the command cannot be run: {error.strerror}", hint, sent=False)
        case httpx2.TransportError():
            return of_error(error)
        case httpx2.HTTPStatusError():
            # Its own text has the URL in it. A status that is no error is a redirect, which is not followed.
            status = error.response.status_code
            moved = Problem("status", f"HTTP {status} {_phrase(status)}".rstrip(), "Check the url.", status=status)
            return of_status(error.response) or moved
        case MCPError():
            return Problem("body", clean(error.message, 500), "Is this the address of an MCP server?")
        case _:
            return Problem("cut", f"{type(error).__name__}: {clean(str(error), 300)}")
