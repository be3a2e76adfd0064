"""What a server says is shown for what it is, however odd; the call and the connection go on where they can."""

import sys
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

import pytest

from mcp_tui.core.events import CALL, RESULT
from mcp_tui.core.hub import Hub
from mcp_tui.core.status import Call, CallState, State
from mcp_tui.settings import Limits, ServerSettings
from support.answers import TOOLS, listed, results
from support.exchange import tool
from support.faulty import serving
from support.hubs import COUNTING_SERVER, running, until

FAULTY_STDIO = COUNTING_SERVER.parent / "faulty_stdio.py"
HTTP = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("sse", "legacy")]
STDIO = [("stdio", "auto"), ("stdio", "legacy")]


@pytest.fixture(params=HTTP, ids="-".join)
async def hub(request: pytest.FixtureRequest) -> AsyncGenerator[Hub]:
    transport, protocol = request.param
    async with serving() as server:
        settings = server.settings(transport=transport, protocol=protocol)
        async with running(settings, limits=Limits(call_quiet=20)) as hub:
            await until(hub, lambda: not hub.server("faulty").silent)
            yield hub


async def run(hub: Hub, tool: str, **arguments: Any) -> tuple[Call, list[str]]:
    """One call, and the lines that came with it."""
    seen = hub.store.merged.end
    outcome = await hub.outcome(hub.call("faulty", tool, arguments))
    said = hub.store.merged.between(seen, hub.store.merged.end)
    return outcome, [event.text for event in said if event.kind not in (CALL, RESULT, "subscriptions/acknowledged")]


class Said(NamedTuple):
    """What a tool sends, and the beginning of each line that it becomes."""

    tool: str
    lines: tuple[str, ...]


GOES_ON = [
    Said("unreadable", ("unreadable message: {", "unreadable message: not json at all")),
    Said("batch", ('unreadable message: [{"jsonrpc"',)),
    Said("unknown-level", ("(level 'shouting') 1", "(level '7') 2", "(level 'None') 3")),
    Said("no-params", ("(no level) (no data)",)),
    Said("list-params", ("(no level) [1,2]",)),
    Said("unknown-method", ('solar/flare {"size": "X9"}', "(no method)")),
    Said("data", ("null", "true", "0", "-1.5e300", "", "[]", '{"a":[{}]}')),
    Said("nan", ('{"x": NaN', "nan")),
    Said("surrogate", ("lone \ufffd surrogate", '{"\ufffd": "\ufffd"}')),
    Said("invalid-utf-8", ("caf\ufffd \ufffd\ufffd",)),
    Said("deep", ("unreadable message: {",)),
    Said("long-number", ("9" * 4096 + "… (+5,904 characters)",)),
    Said("big-message", ("x" * 4096 + "… (+1,995,904 characters)",)),
    Said("backward", ("5/4", "3/4", "3/4", "-1/4", "1e+308/4")),
    Said("odd-progress", ("0", "0", "1")),
]


@pytest.mark.parametrize("said", GOES_ON, ids=lambda said: said.tool)
async def test_an_odd_message_is_one_line_and_the_call_goes_on(hub: Hub, said: Said) -> None:
    outcome, lines = await run(hub, said.tool)
    assert (outcome.state, outcome.error) == (CallState.FINISHED, "")
    assert outcome.result is not None
    assert outcome.result.text == "done"
    assert len(lines) == len(said.lines), lines
    assert all(line.startswith(start) for line, start in zip(lines, said.lines, strict=True)), lines
    after, _ = await run(hub, "echo")
    assert after.state is CallState.FINISHED
    assert hub.server("faulty").state is State.READY


class Answered(NamedTuple):
    """What a tool answers, and what becomes of the call."""

    tool: str
    state: CallState
    error: str = ""
    text: str | None = None
    problem: str = ""


LOST = "; the tool may have run"
CANNOT_BE_READ = f"the answer cannot be read{LOST}"
MALFORMED = "the server's answer is malformed: "
ANSWERS = [
    Answered("fail", CallState.FAILED, "it failed", "it failed"),
    Answered("twice", CallState.FINISHED, text="first"),
    Answered("no-content", CallState.FINISHED, text="", problem=f"{MALFORMED}it has no content"),
    Answered("bad-content", CallState.FINISHED, text="", problem=f"{MALFORMED}its content is no list of blocks"),
    Answered(
        "unknown-block",
        CallState.FINISHED,
        text='{"type":"hologram","data":1}',
        problem=f"{MALFORMED}1 of its 1 content blocks have no known form",
    ),
    Answered("result-list", CallState.LOST, CANNOT_BE_READ),
    Answered("result-null", CallState.LOST, CANNOT_BE_READ),
    Answered("unreadable-result", CallState.LOST, CANNOT_BE_READ),
    Answered("odd-error", CallState.FAILED, '"boom"'),
    Answered("surrogate-result", CallState.FINISHED, text="lone \ufffd"),
    Answered("invalid-utf-8-result", CallState.FINISHED, text="caf\ufffd"),
    Answered("nan-result", CallState.FINISHED, text="n"),
    Answered("does-not-fit", CallState.FINISHED, text="kept", problem="Invalid structured content"),
]


@pytest.mark.parametrize("answered", ANSWERS, ids=lambda answered: answered.tool)
async def test_an_odd_answer_is_one_clear_outcome(hub: Hub, answered: Answered) -> None:
    outcome, _ = await run(hub, answered.tool)
    assert (outcome.state, outcome.error) == (answered.state, answered.error)
    assert (None if outcome.result is None else outcome.result.text) == answered.text
    assert outcome.result is None or outcome.result.problem.startswith(answered.problem)
    assert outcome.result is None or bool(outcome.result.problem) == bool(answered.problem)
    after, _ = await run(hub, "echo")
    assert after.state is CallState.FINISHED


async def test_the_answer_to_another_request_is_not_taken_for_this_one(hub: Hub) -> None:
    outcome, lines = await run(hub, "wrong-id")
    assert outcome.result is not None
    assert outcome.result.text == "done"
    assert lines[0].startswith("an answer to no open request: {")


async def test_a_kind_of_result_that_nobody_knows_is_invalid_where_kinds_are_known(hub: Hub) -> None:
    outcome, _ = await run(hub, "unknown-result-type")
    assert outcome.result is not None
    assert outcome.result.text == "done"
    if hub.server("faulty").era == "modern":
        assert (outcome.state, outcome.error) == (
            CallState.FAILED,
            "the answer is invalid: its resultType is 'moon'",
        )
    else:
        assert outcome.state is CallState.FINISHED


async def test_an_error_without_an_id_ends_the_call_it_came_for(hub: Hub) -> None:
    outcome, _ = await run(hub, "null-id")
    assert (outcome.state, outcome.error) == (CallState.FAILED, "cannot read that")


@pytest.mark.parametrize(("transport", "protocol"), STDIO, ids=["-".join(pair) for pair in STDIO])
@pytest.mark.parametrize(
    "said", [said for said in GOES_ON if said.tool != "odd-progress"], ids=lambda said: said.tool
)
async def test_over_stdio_the_call_goes_on_too(transport: str, protocol: str, said: Said) -> None:
    command = (sys.executable, str(FAULTY_STDIO))
    settings = ServerSettings("faulty", transport, command=command, protocol=protocol)
    async with running(settings, limits=Limits(call_quiet=20)) as hub:
        outcome, lines = await run(hub, said.tool)
        assert (outcome.state, outcome.error) == (CallState.FINISHED, "")
        assert said.tool == "odd-progress" or len(lines) >= len(said.lines)


# Lists of tools

BAD_LISTS: dict[str, tuple[Any, list[str], str]] = {
    "one without a schema": (listed(tool("good"), {"name": "bad"}), ["good"], "Its tool bad is malformed"),
    "one without a name": (listed({"inputSchema": {}}, tool("good")), ["good"], "Its tool without a name is malf"),
    "one that is a text": (listed("tool", tool("good")), ["good"], "Its tool without a name is malformed"),
    "no list": ({"tools": {}, "resultType": "complete"}, [], "no list of tools"),
    "a list that begins again": (listed(tool("good"), nextCursor="a"), ["good", "good"], "begins again"),
    "a page that is too large": (listed(tool("x" * 9_000_000)), [], "larger than 8,388,608 bytes"),
}


@pytest.mark.parametrize("case", BAD_LISTS)
@pytest.mark.parametrize("protocol", ["auto", "legacy"])
async def test_a_bad_list_of_tools_shows_what_is_good_in_it(case: str, protocol: str) -> None:
    answer, names, note = BAD_LISTS[case]
    async with (
        serving({"tools/list": results(answer)}) as server,
        running(server.settings(protocol=protocol)) as hub,
    ):
        status = hub.server("faulty")
        assert status.state is State.READY
        assert [tool.name for tool in status.tools] == names
        assert any(note in text for text in status.notes), status.notes


async def test_an_endless_list_of_tools_is_cut_and_says_so() -> None:
    async def another(exchange: Any) -> None:
        page = int(exchange.params.get("cursor", 0))
        await exchange.answer(listed(tool(f"tool-{page}"), nextCursor=str(page + 1)))

    async with serving({"tools/list": another}) as server, running(server.settings()) as hub:
        status = hub.server("faulty")
        assert (status.state, len(status.tools)) == (State.READY, 100)
        assert "Its list of tools goes on after 100 pages; the rest is left out." in status.notes


async def test_a_hundred_bad_tools_are_a_few_lines() -> None:
    bad = listed(*({"name": f"bad-{number}"} for number in range(100)))
    async with serving({"tools/list": results(bad)}) as server, running(server.settings()) as hub:
        assert hub.server("faulty").notes[-1] == "80 more of its tools are malformed."


async def test_every_tool_of_the_faulty_server_is_known_here(hub: Hub) -> None:
    assert {tool.name for tool in hub.server("faulty").tools} == set(TOOLS)
