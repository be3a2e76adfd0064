"""Rows about what is large: a million events, ten thousand tools, three hundred fields, five megabytes."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from textual.pilot import Pilot

from benchmarks.drawing import drawn, lateness, paper, settled
from benchmarks.isolated import isolated
from benchmarks.row import Row, at_most_itself
from mcp_tui.core.levels import Level
from mcp_tui.core.status import Tool
from mcp_tui.ui import garbage
from mcp_tui.ui.app import McpTuiApp
from ui.fakes import FakeHub, status

SIZE = 120, 40
FRAME = 1 / 30
JUMPS = 20

Act = Callable[[McpTuiApp, FakeHub], Awaitable[None]]
"""What a user does, to the end of its last frame."""


# What is opened


def _tool(number: int) -> Tool:
    properties = {name: {"type": "string"} for name in ("path", "pattern", "limit")}
    schema = {"type": "object", "properties": properties, "required": ["path"]}
    words = f"Does thing {number} to what stands at a path, as often as the limit says."
    return Tool(f"do_thing_{number}", f"Do thing {number}" if number % 2 else "", words, schema)


def _field(number: int) -> dict[str, Any]:
    kinds: tuple[dict[str, Any], ...] = (
        {"type": "string"},
        {"type": "integer", "default": number},
        {"type": "boolean"},
        {"enum": ["one", "two", "three"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object"},
    )
    return {"description": f"What argument {number} is for", **kinds[number % len(kinds)]}


def _form(fields: int) -> Tool:
    properties = {f"argument_{number}": _field(number) for number in range(fields)}
    return Tool("configure", input_schema={"type": "object", "properties": properties})


def _text(size: int) -> str:
    """JSON of about so many characters, as tools answer with."""
    row = {"id": 1, "name": "somebody", "tags": ["a", "b"], "text": "It is what it is; it was what it was."}
    return json.dumps([{**row, "id": number} for number in range(size // len(json.dumps(row)))])


# How long nothing else could happen


def _stall(hub: FakeHub, prepare: Act, act: Act) -> float:
    """The longest that ``act`` held the event loop at a stretch, in milliseconds."""
    garbage.hold()
    app = McpTuiApp(hub, start_hub=False)

    async def drive(_: Pilot[int]) -> float:
        await prepare(app, hub)
        await settled(app)
        garbage.release()
        async with lateness() as late:
            await act(app, hub)
            await settled(app)
        return late.worst

    return drawn(app, SIZE, drive)


async def _nothing(app: McpTuiApp, hub: FakeHub) -> None:
    """All is there."""


async def _open_picker(app: McpTuiApp, hub: FakeHub) -> None:
    app.simulate_key("t")
    await settled(app)
    for key in ("down", "pagedown", "end", "d", "o", "9", "backspace"):
        app.simulate_key(key)
        await settled(app)


async def _open_form(app: McpTuiApp, hub: FakeHub) -> None:
    app.simulate_key("t")
    await settled(app)
    app.simulate_key("enter")
    await settled(app)
    for _ in range(5):
        app.simulate_key("tab")
        await settled(app)


async def _open_result(app: McpTuiApp, hub: FakeHub) -> None:
    for key in ("c", "enter", "pagedown", "end", "home"):
        app.simulate_key(key)
        await settled(app)


def tool_list(tools: int) -> float:
    """The stall of ten thousand tools that arrive, are listed and searched."""
    hub = FakeHub(status("items", tools=()))

    async def act(app: McpTuiApp, hub: FakeHub) -> None:
        hub.set_status("items", tools=tuple(map(_tool, range(tools))))
        await settled(app)
        await _open_picker(app, hub)

    return _stall(hub, _nothing, act)


def form(fields: int) -> float:
    """The stall of a form of so many fields."""
    return _stall(FakeHub(status("items", tools=(_form(fields),))), _nothing, _open_form)


def result(size: int) -> float:
    """The stall of a result of so many characters that arrives, is opened and scrolled through."""
    hub = FakeHub()
    text = _text(size)
    raw = json.dumps({"content": [{"type": "text", "text": text}], "structuredContent": {"rows": json.loads(text)}})
    structured = json.dumps({"rows": json.loads(text)})

    async def act(app: McpTuiApp, hub: FakeHub) -> None:
        hub.finish(hub.add_call().number, text, structured=structured, raw=raw)
        await settled(app)
        await _open_result(app, hub)

    return _stall(hub, _nothing, act)


# Anywhere in a million events


def jump(events: int) -> float:
    """Milliseconds from a jump to a place among the events in memory to its rows on the terminal; the median."""
    hub = FakeHub()
    app = McpTuiApp(hub, start_hub=False)

    async def drive(_: Pilot[int]) -> float:
        hub.flood(events, text="event {} of the flood")
        app.simulate_key("2")
        app.simulate_key("z")
        await settled(app)
        pane = app.screen_stack[0].query_one("#log-info")
        chance, found = random.Random(1), list[float]()
        held = hub.store.by_level[Level.INFO]
        for _jump in range(JUMPS):
            place = chance.randrange(len(held) - pane.size.height)
            seen = paper(app).expect(held[held.first + place].text)
            started = time.perf_counter()
            pane.scroll_to(y=place, animate=False)
            found.append((await seen - started) * 1_000)
            await asyncio.sleep(0.05)
        return median(found)

    return drawn(app, SIZE, drive)


def _jump(events: int) -> float:
    return isolated(jump, events)


def _tool_list(tools: int) -> float:
    return isolated(tool_list, tools)


def _form_fields(fields: int) -> float:
    return isolated(form, fields)


def _result(size: int) -> float:
    return isolated(result, size)


_STALL = "longest stall of the event loop: "

ROWS = (
    Row(
        "jump",
        "to any place in 1,000,000 events (the 20,000 in memory); to reach: two of 30 frames a second",
        "ms",
        at_most_itself(2_000 * FRAME),
        1_000_000,
        1_000,
        _jump,
    ),
    Row(
        "open-tools",
        f"{_STALL}10,000 tools listed and searched",
        "ms",
        at_most_itself(100),
        10_000,
        100,
        _tool_list,
    ),
    Row("open-form", f"{_STALL}a form of 300 fields", "ms", at_most_itself(100), 300, 10, _form_fields),
    Row("open-result", f"{_STALL}a result of 5 MB", "ms", at_most_itself(100), 5_000_000, 50_000, _result),
)
