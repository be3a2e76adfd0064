"""The situations that are drawn."""

from collections import Counter
from pathlib import Path

from mcp_tui.core.events import CONNECTION, PROGRESS
from mcp_tui.core.history import History, Tally
from mcp_tui.core.levels import Level
from mcp_tui.core.status import CallState, State, Tool
from ui.fakes import EMIT_LEVELS, PROCESS_ITEMS, START, FakeHub, status

KITCHEN_SINK = Tool(
    name="convert_document",
    title="Convert a document",
    description="Convert a document. Only a pretence: no file is read or written.",
    input_schema={
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The document"},
            "format": {"enum": ["pdf", "html", "markdown"], "description": "What to convert it to"},
            "pages": {"type": "integer", "default": 1},
            "draft": {"type": "boolean", "default": False},
            "tags": {"type": "array", "items": {"type": "string"}},
            "options": {"type": "object"},
        },
        "required": ["name", "format"],
    },
    read_only=True,
)


def three_servers() -> FakeHub:
    """All is well."""
    hub = FakeHub(
        status("items", title="Item processing", version="0.1.0", protocol="2026-07-28"),
        status("documents", transport="sse", latency=0.0123, tools=(KITCHEN_SINK,), protocol="2026-07-28"),
        status("metrics", era="handshake", latency=0.0031, tools=(EMIT_LEVELS,), protocol="2025-11-25"),
    )
    for name in ("items", "documents", "metrics"):
        hub.log(Level.INFO, f"connected to {name} 0.1.0", name, kind=CONNECTION)
        hub.advance(0.012)
    return hub


def process(hub: FakeHub, done: int, total: int = 5) -> int:
    """A call of process_items that has got as far as ``done``."""
    fruits = ["apple", "pear", "plum", "quince", "fig"]
    number = hub.add_call("items", "process_items", arguments={"items": fruits}).number
    for index in range(done):
        hub.advance(0.3)
        text = f"Processing item {index + 1}/{total}: {fruits[index % 5]}"
        hub.log(Level.INFO, text, "items", call=number, logger="items")
        hub.log(Level.DEBUG, f"{index + 1}/{total} · {text}", "items", call=number, kind=PROGRESS)
        hub.progress(number, index + 1, total, text)
    hub.set_call(number, events=2 * done)
    return number


def busy() -> FakeHub:
    """Several servers, every level, calls in every state."""
    hub = three_servers()
    hub.log(Level.WARNING, "queue is filling up", "metrics", data='{"queue_length": 41}')
    process(hub, 5)
    hub.finish(1, '{"processed": 5}', structured='{"processed": 5}')
    hub.emit_levels("items")
    hub.log(Level.ERROR, "cannot read page 3 of annual-report.pdf", "documents", logger="reader")
    hub.log(Level.NOTICE, "tools/list_changed", "metrics", kind="tools/list_changed")
    failed = hub.add_call("documents", "convert_document").number
    hub.advance(0.8)
    hub.set_call(failed, state=CallState.FAILED, error="no such document")
    process(hub, 3)
    hub.set_status("metrics", latency=0.0042)
    return hub


def trouble() -> FakeHub:
    """One server down, one that wants credentials, one off."""
    hub = three_servers()
    hub.log(Level.ERROR, "cannot connect: connection refused", "documents", kind=CONNECTION)
    refused = "Is the server running, and is the url right?"
    gone = {"era": "", "protocol": "", "latency": None, "tools": ()}
    hub.set_status(
        "documents",
        **gone,
        state=State.WAITING,
        reason="connection refused",
        hint=refused,
        attempt=4,
        retry_at=hub.time() + 4,
    )
    hub.set_status("locked", state=State.UNAUTHORIZED, reason="HTTP 401 Unauthorized (Bearer)", hint="Set headers.")
    hub.set_status("spare", state=State.DISABLED)
    return hub


def untrusted() -> FakeHub:
    """A configuration that nobody has vouched for."""
    hub = three_servers()
    reason = "not trusted yet: this ./config.toml was not named with --config, and it runs uvx mcp-server-git"
    hub.set_status("git", state=State.FAILED, transport="stdio", reason=reason, hint="Press T.")
    hub.waits_for_trust = True
    return hub


class SlowDisk(History):
    """A history that is some thousand events behind."""

    def tally(self) -> Tally:
        return Tally(Counter({"items": 52_345, "documents": 2, "metrics": 3}), Counter(), 52_350)


def flooded() -> FakeHub:
    """More than memory has room for, and more than the disk has taken so far."""
    hub = busy()
    hub.flood(60_000)
    hub.history = SlowDisk(Path("history.db"))
    return hub


__all__ = [
    "KITCHEN_SINK",
    "PROCESS_ITEMS",
    "START",
    "busy",
    "flooded",
    "process",
    "three_servers",
    "trouble",
    "untrusted",
]
