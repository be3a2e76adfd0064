"""What to know of a URL before it is opened for a server: where it leads, and what about it is odd."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote, urlsplit

import msgspec

from mcp_tui.core.text import clean

_HOST = 253
"""Characters of the longest host name there can be."""

_NOT_ENCRYPTED = "not https: what is sent can be read and changed on the way"
_USER = "there is a name before the @, which is no part of the host"
_FOREIGN = "the host has letters that can look like others; written out it is {}"
_ODD = "it has characters that no URL has"
_BROKEN = "it is not a valid URL"


class Link(msgspec.Struct, frozen=True):
    """A URL that a server wants visited.

    url: it with nothing in it but what a URL may have, to be opened or copied; empty where it leads nowhere.
    host: where it leads, cleaned, with its port. warnings: what is odd about it, each a sentence.

    Source: MCP specification, client/elicitation, "Safe URL Handling".
    """

    url: str
    host: str
    warnings: tuple[str, ...] = ()


def inspect(url: str) -> Link:
    """Look at a URL. Never raises."""
    safe = quote(url, safe="%/:?#[]@!$&'()*+,;=-._~", errors="replace")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Link("", "", (_BROKEN,))
    if not host:
        return Link("", "", (_BROKEN,))
    warnings: list[str] = []
    if parts.scheme != "https":
        warnings.append(_NOT_ENCRYPTED)
    if "@" in parts.netloc:
        warnings.append(_USER)
    if (foreign := _written_out(host)) is not None:
        warnings.append(_FOREIGN.format(foreign))
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        warnings.append(_ODD)
    shown = f"[{host}]" if _is_ipv6(host) else host
    return Link(safe, clean(f"{shown}:{port}" if port else shown, _HOST), tuple(warnings))


def _written_out(host: str) -> str | None:
    """The other spelling of a host with letters beyond ASCII, cleaned; None for any other host."""
    if host.isascii() and not any(label.startswith("xn--") for label in host.split(".")):
        return None
    try:
        other = host.encode().decode("idna") if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        other = "not possible"
    return clean(other, _HOST)


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False
