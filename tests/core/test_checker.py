"""Checks of hostile values under hostile schemas: each ends, and nothing else waits for it."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, Tool

from mcp_tui.core import checker
from mcp_tui.core.checker import check
from mcp_tui.core.judge import CPU_SECONDS, judge
from mcp_tui.core.status import CallState
from mcp_tui.core.verdict import Problem, Verdict
from mcp_tui.settings import Limits, ServerSettings
from support.hubs import in_memory, running

TOO_LONG = "its schema takes too long to check"
TOO_DEEP = "its schema goes too deep to check"

LADDER: dict[str, Any] = {
    "$ref": "#/$defs/a0",
    "$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(60)} | {"a60": {}},
}
ENDLESS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "a pattern": ({"pattern": "^(a+)+$"}, lambda: "a" * 50 + "!"),
    "a pattern of names": ({"patternProperties": {"^(a+)+$": {}}}, lambda: {"a" * 50 + "!": 1}),
    "a pattern of other names": (
        {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False},
        lambda: {"a" * 50 + "!": 1},
    ),
    "a ladder": (LADDER, lambda: 1),
    "a ladder of errors": ({"not": {"not": {**LADDER["$defs"], "$ref": "#/$defs/a0"}}, **LADDER}, lambda: 1),
    "unique objects": ({"uniqueItems": True}, lambda: [{"n": n} for n in range(100_000)]),
    "one of many": ({"items": {"enum": list(range(3_000))}}, lambda: [2_999] * 100_000),
    "names evaluated": (
        {"allOf": [{"properties": {str(n): {} for n in range(50_000)}}], "unevaluatedProperties": False},
        lambda: {str(n): n for n in range(100_000)},
    ),
}  # fmt: skip


@asynccontextmanager
async def ticking() -> AsyncGenerator[list[float]]:
    """When a task got its turn that wants one all the time."""
    turns: list[float] = []

    async def tick() -> None:
        while True:
            turns.append(time.perf_counter())
            await anyio.sleep(0.001)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        yield turns
        tasks.cancel_scope.cancel()


def rate(turns: list[float]) -> float:
    """Turns in a second."""
    return len(turns) / (turns[-1] - turns[0])


@pytest.mark.parametrize("case", ENDLESS)
async def test_a_check_without_an_end_ends_itself_and_the_loop_goes_on_meanwhile(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "WAIT_SECONDS", math.inf)
    schema, value = ENDLESS[case]
    hostile = value()
    async with ticking() as turns:
        await anyio.sleep(0.3)
        alone = rate(turns)
        turns.clear()
        verdict = await check(schema, hostile)
        assert verdict == Verdict(unchecked=TOO_LONG)
        assert rate(turns) > alone / 10


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


TREE = {"$ref": "#/$defs/tree", "$defs": {"tree": {"items": {"$ref": "#/$defs/tree"}}}}


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        (TREE, nested(90), ""),
        (TREE, nested(1_500), TOO_DEEP),
        (TREE, nested(5_000), "it cannot be checked: object too deeply nested to marshal"),
        ({"allOf": [{"$ref": "#"}]}, 1, TOO_DEEP),
        ({"pattern": "(" * 100_000}, "x", TOO_DEEP),
    ],
)
async def test_what_goes_too_deep_is_said_to(schema: Any, value: Any, why: str) -> None:
    assert await check(schema, value) == Verdict(unchecked=why)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited where the kernel does it")
async def test_what_takes_too_much_memory_is_said_to() -> None:
    schema = {"anyOf": [{"minLength": 8_000_000}] * 500}
    assert (await check(schema, "x" * 7_000_000)).unchecked == "its schema takes too much memory to check"


async def test_megabytes_are_checked_and_what_is_said_of_them_is_short() -> None:
    items = [{"id": n, "name": f"item {n}"} for n in range(60_000)]
    schema = {"properties": {"items": {"items": {"required": ["id"]}, "maxItems": 3}}}
    verdict = await check(schema, {"items": items})
    assert verdict == Verdict((Problem(("items",), "the array does not fit maxItems 3"),))


SAME: list[tuple[Any, Any]] = [
    ({"items": {"required": ["name"]}}, [{}, 1]),
    ({"additionalProperties": {"type": "integer"}}, {"\ud800": "\udfff", "n": 10**30}),
    ({"items": {"type": "string"}}, ["\udfff", float("nan"), 10**30, 1e300]),
    ({"$ref": "#/nowhere"}, None),
]


@pytest.mark.parametrize(("schema", "value"), SAME)
async def test_a_process_says_the_same(schema: Any, value: Any) -> None:
    assert await check(schema, value) == judge(schema, value)


# The processes


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Generator[list[subprocess.Popen[bytes]]]:
    """The processes that the checks of a test start; there are none before, and it leaves none."""
    processes: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            processes.append(self)

    checker._end_all()  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(subprocess, "Popen", Recorded)
    yield processes
    checker._end_all()  # pyright: ignore[reportPrivateUsage]
    assert all(process.poll() is not None for process in processes)


Started = list[subprocess.Popen[bytes]]


async def test_one_process_checks_one_value_after_another(started: Started) -> None:
    for number in range(5):
        assert (await check({"maximum": 2}, number)).problems == () or number > 2
    assert len(started) == 1


async def test_many_checks_at_once_all_get_their_own_verdict(started: Started) -> None:
    verdicts: dict[int, Verdict] = {}

    async def ask(number: int) -> None:
        verdicts[number] = await check({"const": 0}, number)

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(ask, number)
    assert verdicts == {number: judge({"const": 0}, number) for number in range(40)}
    assert len(started) <= 8
    assert sum(process.poll() is None for process in started) <= 2


async def test_a_check_that_nobody_waits_for_any_more_leaves_no_process(started: Started) -> None:
    with anyio.move_on_after(0.2) as scope:
        await check(LADDER, 1)
    assert scope.cancelled_caught
    assert [process.poll() is None for process in started] == [False]


async def test_a_process_that_gets_nowhere_is_given_up(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "WAIT_SECONDS", 0.2)
    assert (await check(LADDER, 1)).unchecked == TOO_LONG
    assert [process.poll() is None for process in started] == [False]


def kill(pid: int) -> None:
    """Kill a process, and wait until it is dead; that its parent learns of it is left to the parent."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


async def test_a_process_that_has_died_is_replaced(started: Started) -> None:
    await check(True, 1)
    kill(started[0].pid)
    assert await check(True, 1) == Verdict()
    assert len(started) == 2


async def test_where_no_process_can_be_started_nothing_is_checked(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    verdict = await check({"type": "string"}, 1)
    assert verdict.unchecked == "no process can be started to check it (No such file or directory)"


async def test_nothing_is_imported_from_the_folder_it_runs_in(
    started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jsonschema.py").write_text(f"open({str(tmp_path / 'was-here')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    assert await check({"const": 1}, 1) == Verdict()
    assert not (tmp_path / "was-here").exists()


# The results of calls


def answering(schema: dict[str, Any], result: CallToolResult) -> MCPServer:
    """A server whose tool ``go`` has that output schema and gives that result."""
    server = MCPServer("answering", log_level="ERROR")

    async def list_tools(ctx: object, params: PaginatedRequestParams) -> ListToolsResult:
        tool = Tool(name="go", input_schema={"type": "object"}, output_schema=schema)
        return ListToolsResult(tools=[tool])

    async def call_tool(ctx: object, params: CallToolRequestParams) -> CallToolResult:
        return result

    add = server._lowlevel_server.add_request_handler  # pyright: ignore[reportPrivateUsage]
    add("tools/list", PaginatedRequestParams, list_tools)
    add("tools/call", CallToolRequestParams, call_tool)
    return server


UNCHECKED = "The structured content is unchecked: "
HOSTILE = {"properties": {"data": {"pattern": "^(a+)+$"}}}
SAID: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "right": ({"required": ["x"]}, {"structuredContent": {"x": 1}}, ""),
    "wrong": (
        {"properties": {"data": {"items": {"properties": {"name": {"type": "string"}}}}}},
        {"structuredContent": {"data": [{}, {"name": 5}]}},
        "Invalid structured content: data[1].name: 5 is not of type 'string'",
    ),
    "missing": ({}, {}, "No structured content came, although the tool has an output schema"),
    "an error": ({}, {"isError": True}, ""),
    "remote": (
        {"$ref": "http://127.0.0.1:1/x"},
        {"structuredContent": {}},
        f"{UNCHECKED}its schema refers to http://127.0.0.1:1/x, which is never fetched",
    ),
    "endless": (HOSTILE, {"structuredContent": {"data": "a" * 50 + "!"}}, UNCHECKED + TOO_LONG),
}


@pytest.mark.parametrize("case", SAID)
async def test_a_result_is_kept_and_what_is_wrong_with_it_is_said(case: str) -> None:
    schema, fields, said = SAID[case]
    result = CallToolResult.model_validate({"content": [{"type": "text", "text": "kept"}], **fields})
    settings = ServerSettings("answering", "stdio", command=("none",))
    # The endless check takes longer than the call may be silent; but its answer has come.
    limits = Limits(call_quiet=CPU_SECONDS, call_total=CPU_SECONDS)
    async with running(settings, limits=limits, open_link=in_memory(answering(schema, result))) as hub:
        outcome = await hub.outcome(hub.call("answering", "go", {}))
    assert outcome.state is (CallState.FAILED if "isError" in fields else CallState.FINISHED)
    assert outcome.result is not None
    assert (outcome.result.text, outcome.result.problem) == ("kept", said)
