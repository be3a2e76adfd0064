"""The sample servers by name. Imports neither the MCP SDK nor uvicorn, so that `--help` stays quick."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mcp_tui_servers.sample import Sample

Transport = Literal["streamable-http", "sse"]

PATHS: dict[Transport, str] = {"streamable-http": "/mcp", "sse": "/sse"}
"""Where each transport is served."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """What is known of a sample server before it is built."""

    name: str
    summary: str
    default_port: int
    transports: tuple[Transport, ...]
    """The HTTP transports it serves, the preferred one first."""
    build: Callable[[], "Sample"]
    """Builds a fresh server; the first call imports the MCP SDK."""

    def url(self, transport: Transport, port: int) -> str:
        """Return the URL at which `transport` is served on the loopback port `port`."""
        return f"http://127.0.0.1:{port}{PATHS[transport]}"

    def describe(self, port: int) -> str:
        """Return one line: the name, the preferred URL, and the others after it."""
        preferred, *others = (self.url(transport, port) for transport in self.transports)
        also = "".join(f"  (also SSE at {url})" for url in others)
        return f"{self.name}  {preferred}{also}"


def _build_items() -> "Sample":
    from mcp_tui_servers.items import build

    return build()


def _build_documents() -> "Sample":
    from mcp_tui_servers.documents import build

    return build()


def _build_metrics() -> "Sample":
    from mcp_tui_servers.metrics import build

    return build()


CATALOG: dict[str, ServerSpec] = {
    spec.name: spec
    for spec in (
        ServerSpec(
            "items",
            "processes items one by one and says so",
            8101,
            ("streamable-http", "sse"),
            _build_items,
        ),
        ServerSpec("documents", "not yet migrated: SSE alone", 8102, ("sse",), _build_documents),
        ServerSpec("metrics", "talks without being called", 8103, ("streamable-http",), _build_metrics),
    )
}
"""Every sample server, in the order in which they are started."""
