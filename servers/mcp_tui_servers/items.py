"""The server `items`: tools that say what they are doing while they do it."""

from collections.abc import Sequence
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from mcp_tui_servers.log import LEVELS, send_log
from mcp_tui_servers.sample import Sample, new_server

LOGGER = "items"
FAIL_PREFIX = "fail"
COUNT_STEP_SECONDS = 0.25

LEVEL_SAMPLES: Sequence[Any] = (
    "cache miss for key user:42",
    {"event": "started", "workers": 4, "ratio": 0.75, "dry_run": False},
    "Déjà vu: 設定を読み込みました ✅",
    {"disk": {"path": "/var/lib/items", "used_percent": 91}, "tags": ["storage", "容量"]},
    "تعذر الاتصال بقاعدة البيانات",
    {"error": "checksum mismatch", "expected": "9f2c", "found": None, "attempts": [1, 2, 3]},
    "Queue is full 🚨 incoming items are refused",
    "מערכת מושבתת / system unusable 💥",
)
"""One message per level, in the order of `LEVELS`: text and JSON objects, emoji, CJK, right-to-left."""

Delay = Annotated[float, Field(ge=0, le=10, description="Seconds to spend on each one.")]


class Failure(BaseModel):
    """An item that could not be processed."""

    item: str = Field(description="The item as it was given.")
    reason: str = Field(description="Why it could not be processed.")


class ItemsReport(BaseModel):
    """What became of the items."""

    total: int = Field(description="How many items were given.")
    processed: list[str] = Field(default=[], description="The items that were processed, in order.")
    skipped: list[int] = Field(default=[], description="The positions of the empty items, counted from 1.")
    failed: list[Failure] = Field(default=[], description="The items that failed.")
    processed_count: int = Field(default=0, description="How many were processed.")
    skipped_count: int = Field(default=0, description="How many were skipped.")
    failed_count: int = Field(default=0, description="How many failed.")


async def process_items(
    items: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=1000, description="The items. An empty one is skipped; one starting with `fail` fails."),
    ],
    ctx: Context[Any, Any],
    delay_seconds: Delay = 0.3,
) -> ItemsReport:
    """Process items one by one: a log message and a progress notification for each, one report at the end.

    An empty item is skipped with a warning. An item that starts with "fail" fails with an error message.
    The rest go on either way.
    """
    report = ItemsReport(total=len(items))
    for number, item in enumerate(items, start=1):
        await _process_item(ctx, report, number, item, delay_seconds)
        await ctx.report_progress(number, len(items), f"{number} of {len(items)} items")
    report.processed_count = len(report.processed)
    report.skipped_count = len(report.skipped)
    report.failed_count = len(report.failed)
    return report


async def _process_item(
    ctx: Context[Any, Any], report: ItemsReport, number: int, item: str, delay_seconds: float
) -> None:
    if not item.strip():
        await send_log(ctx, "warning", f"Skipping item {number}/{report.total}: it is empty", LOGGER)
        report.skipped.append(number)
        return
    await send_log(ctx, "info", f"Processing item {number}/{report.total}: {item}", LOGGER)
    await anyio.sleep(delay_seconds)
    if item.startswith(FAIL_PREFIX):
        reason = f"items that start with {FAIL_PREFIX!r} cannot be processed"
        await send_log(ctx, "error", {"item": item, "position": number, "reason": reason}, LOGGER)
        report.failed.append(Failure(item=item, reason=reason))
    else:
        report.processed.append(item)


async def process_files(
    message: Annotated[str, Field(max_length=2000, description="What the files say.")],
    ctx: Context[Any, Any],
    delay_seconds: Delay = 0.5,
) -> str:
    """Process three files, announcing each one, and return their content."""
    for number in range(1, 4):
        await send_log(ctx, "info", f"Processing file_{number}.txt ({number}/3)...", LOGGER)
        await anyio.sleep(delay_seconds)
        await ctx.report_progress(number, 3, f"file_{number}.txt")
    return f"Here's the file content: {message}"


async def emit_levels(
    ctx: Context[Any, Any],
    logger: Annotated[str, Field(max_length=100, description="The logger named in the messages.")] = LOGGER,
) -> str:
    """Send one log message at each of the eight levels, from debug to emergency."""
    for level, data in zip(LEVELS, LEVEL_SAMPLES, strict=True):
        await send_log(ctx, level, data, logger)
    return f"Sent {len(LEVELS)} messages, {LEVELS[0]} to {LEVELS[-1]}"


async def slow_count(
    ctx: Context[Any, Any],
    seconds: Annotated[float, Field(gt=0, le=3600, description="How long to count.")] = 30.0,
) -> str:
    """Count for a while, reporting progress four times a second. Made to be cancelled.

    A cancelled count says nothing more and returns nothing.
    """
    await send_log(ctx, "info", f"Counting for {seconds:g} s", LOGGER)
    started = anyio.current_time()
    while (elapsed := anyio.current_time() - started) < seconds:
        await anyio.sleep(min(COUNT_STEP_SECONDS, seconds - elapsed))
        counted = min(anyio.current_time() - started, seconds)
        await ctx.report_progress(counted, seconds, f"{counted:.1f} of {seconds:g} s")
    await send_log(ctx, "info", f"Counted for {seconds:g} s", LOGGER)
    return f"Counted for {seconds:g} s"


async def fail_on_purpose(
    ctx: Context[Any, Any],
    reason: Annotated[str, Field(min_length=1, max_length=500, description="The error to answer with.")] = (
        "this tool always fails"
    ),
) -> str:
    """Answer with an error result (`isError`), after one error message."""
    await send_log(ctx, "error", f"About to fail: {reason}", LOGGER)
    raise ToolError(reason)


def build() -> Sample:
    """Return the server `items`."""
    server = new_server(
        "items",
        title="Item processing",
        description="Processes items one by one and reports on each.",
        instructions="Call process_items with a list of names and watch the log messages and the progress.",
    )
    harmless = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    server.add_tool(
        process_items,
        title="Process items",
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )
    server.add_tool(process_files, title="Process files", annotations=harmless, structured_output=False)
    server.add_tool(emit_levels, title="Emit all levels", annotations=harmless, structured_output=False)
    server.add_tool(slow_count, title="Count slowly", annotations=harmless, structured_output=False)
    server.add_tool(fail_on_purpose, title="Fail on purpose", annotations=harmless, structured_output=False)
    return Sample(server)
