"""A hub as a hostile server fills it, and every screen that shows something of it.

What the core cleans has been cleaned by the core; the rest is as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import mcp_types as types
import msgspec
import tomli_w
from textual.screen import Screen

from mcp_tui.config import parse
from mcp_tui.core.content import read_result, result_of, tool_of
from mcp_tui.core.levels import Level
from mcp_tui.core.status import CallState, Progress, Result, State, Tool
from mcp_tui.core.text import clean, clean_block
from mcp_tui.core.view import Filter
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui.screens.accounts import AccountsScreen
from mcp_tui.ui.screens.caution import CautionScreen
from mcp_tui.ui.screens.copy_call import CopyScreen
from mcp_tui.ui.screens.event import EventScreen
from mcp_tui.ui.screens.form import CallForm
from mcp_tui.ui.screens.latency import LatencyScreen
from mcp_tui.ui.screens.question_form import FormQuestion
from mcp_tui.ui.screens.question_sampling import SamplingQuestion
from mcp_tui.ui.screens.question_url import UrlQuestion
from mcp_tui.ui.screens.result import ResultScreen
from mcp_tui.ui.screens.server import ServerScreen
from mcp_tui.ui.screens.tools import ToolPicker
from mcp_tui.ui.screens.trust import TrustScreen
from mcp_tui.ui.screens.wire import MessageScreen, WireScreen
from support.exchange import text_result
from support.exchange import tool as listed_tool
from support.hostile import Hostile, Said
from ui import hostile_offering
from ui.fakes import FakeHub, status


def hostile_hub(said: Said) -> FakeHub:
    server = Hostile(said)
    fields: dict[str, Any] = {
        "title": said("tool title"),
        "description": said("description"),
        "inputSchema": server.schema,
        "annotations": {"destructiveHint": True},
    }
    tools = [
        listed_tool("attack", **fields),
        listed_tool(said("tool name"), inputSchema=server.schema),
        listed_tool(said("titled tool"), title=said("tool title")),
    ]
    hub = FakeHub(
        status(
            "items",
            title=clean(said("server title"), 80),
            version=clean(said("server version"), 40),
            instructions=clean_block(said("instructions")),
            notes=(clean(said("malformed tool")), "a second note"),
            silent=f"not listening: {clean(said('reason'))}",
            tools=tuple(tool_of(types.Tool.model_validate(tool, by_name=False)) for tool in tools),
        ),
        status(
            "down",
            State.WAITING,
            address=clean(said("uri")),
            reason=clean(said("reason")),
            hint=clean(said("reason")),
            attempt=2,
        ),
    )
    hostile_offering.offer_all(hub, said)
    _log(hub, said)
    _call(hub, said, server)
    return hub


def _log(hub: FakeHub, said: Said) -> None:
    text, logger = said("log text"), clean(said("logger"), 120)
    for level in Level:
        hub.log(level, clean(text), logger=logger, data=_json(text))
    hub.log(Level.INFO, clean(_json({said("log key"): said("log value")})), data=_json({said("log key"): text}))
    hub.log(Level.NOTICE, clean(said("method"), 80), kind=clean(said("method"), 80), data=None)
    hub.log(Level.INFO, f"resources/updated {clean(said('uri'))}", kind="resources/updated")


def _call(hub: FakeHub, said: Said, server: Hostile) -> None:
    running = hub.add_call(tool=said("tool name"))
    hub.set_call(running.number, progress=Progress(1, 2, clean(said("progress"))))
    done = hub.add_call(tool="attack", arguments={"text": said("default"), said("argument"): said("enum")})
    structured = {said("structured key"): said("structured value")}
    answer = {**text_result(""), "content": server.blocks, "structuredContent": structured}
    hub.set_call(done.number, state=CallState.FINISHED, result=_answered(answer, clean(said("failure"))))
    failed = hub.add_call(tool=said("tool name"))
    result = _answered(text_result(said("failure"), isError=True))
    hub.set_call(failed.number, state=CallState.FAILED, result=result, error=clean(result.text, 500))
    refused = hub.add_call(tool="attack")
    hub.set_call(refused.number, state=CallState.FAILED, error=clean(said("refusal"), 500))


def _json(value: Any) -> str:
    """As the core keeps what was sent, which has no halves of surrogate pairs any more."""
    return msgspec.json.encode(_valid(value)).decode()


def _valid(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_valid(key): _valid(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [_valid(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def _answered(answer: Mapping[str, Any], problem: str = "") -> Result:
    raw = _valid(dict(answer))
    return result_of(read_result(raw)[0], raw, problem)


# The screens


class Visit(NamedTuple):
    """A screen, and the keys that show more of it; each is pressed and looked at. shows: what stands there then."""

    open: Callable[[FakeHub, Said], Screen[Any]]
    keys: tuple[str, ...] = ()
    shows: str = ""


def _form(tool: int, initial: bool = False) -> Callable[[FakeHub, Said], Screen[Any]]:
    return lambda hub, said: CallForm(
        hub, "items", hub.server("items").tools[tool], hub.calls[1].arguments if initial else None
    )


def _picker(hub: FakeHub, _said: Said) -> Screen[Any]:
    return ToolPicker(hub)


def _accounts(hub: FakeHub, _said: Said) -> Screen[Any]:
    return AccountsScreen(hub, Filter())


def _bad_form(hub: FakeHub, said: Said) -> Screen[Any]:
    """A form whose default its own schema does not allow."""
    field = {"type": "string", "default": said("default"), "maxLength": 0}
    return CallForm(hub, "items", Tool("bad", input_schema={"properties": {said("argument"): field}}))


def _incomplete_form(hub: FakeHub, said: Said) -> Screen[Any]:
    """A form without a field for what is required."""
    return CallForm(hub, "items", Tool("bad", input_schema={"required": [said("argument")]}))


def _trust(hub: FakeHub, said: Said) -> Screen[Any]:
    """The question about a file, which may be somebody else's."""
    command = {"command": [said("tool name"), said("argument")], "env": {said("log key"): said("log value")}}
    site = {"url": f"http://127.0.0.1/{said('uri').split()[0]}", "headers": {"X-A": "${HOME}"}}
    file = tomli_w.dumps(_valid({"servers": {"a": command, "b": site}}))
    hub.config = parse(file, Path("config.toml"), environ={"HOME": "/"})
    return TrustScreen(hub)


def _event(number: int) -> Callable[[FakeHub, Said], Screen[Any]]:
    return lambda hub, said: EventScreen(hub.store.merged[number])


def _result(number: int) -> Callable[[FakeHub, Said], Screen[Any]]:
    return lambda hub, said: ResultScreen(hub, number)


def _server(name: str) -> Callable[[FakeHub, Said], Screen[Any]]:
    return lambda hub, said: ServerScreen(hub, name)


def _form_question(hub: FakeHub, said: Said) -> Screen[Any]:
    schema = Hostile(said).schema
    return FormQuestion(hub, hub.inbox.put("form", clean_block(said("instructions")), call=1, schema=schema))


def _url_question(hub: FakeHub, said: Said) -> Screen[Any]:
    url = f"https://id.example/{said('uri')}"
    return UrlQuestion(hub, hub.inbox.put("url", clean_block(said("instructions")), url=url))


def _sampling_question(hub: FakeHub, said: Said) -> Screen[Any]:
    return SamplingQuestion(hub, hub.inbox.put("sampling", clean_block(said("instructions"))))


def _wire(hub: FakeHub, said: Said) -> WireScreen:
    store = hub.wire.record()
    params = _json({said("log key"): said("log value")})
    for method in ("tools/call", _valid(said("method"))):
        message = f'{{"id":{_json(said("token"))},"method":{_json(method)},"params":{params}}}'
        hub.wire.message("items", message.encode(), sent=False)
    hub.wire.message("items", said("failure").encode("utf-8", "replace"), sent=False)
    hub.wire.exchange("items", f"POST /mcp 200 x: {said('uri')}", failed=True)
    return WireScreen(hub, store, lambda: None)


def _wire_message(hub: FakeHub, said: Said) -> Screen[Any]:
    store = _wire(hub, said).hub.wire.store
    assert store is not None
    return MessageScreen(store.merged[2])


def _latency(hub: FakeHub, said: Said) -> Screen[Any]:
    for call in hub.calls:
        hub.latency.add(call)
    return LatencyScreen(hub)


def _copy(hub: FakeHub, said: Said) -> Screen[Any]:
    hub.config = Config((ServerSettings("items", "streamable-http", "http://127.0.0.1/mcp"),))
    hub.set_status("items", protocol="2026-07-28")
    return CopyScreen(hub, hub.calls[1])


def _caution(hub: FakeHub, said: Said) -> Screen[Any]:
    return CautionScreen("items", Tool(said("tool name"), destructive=True), hub.calls[1].arguments)


VISITS: Mapping[str, Visit] = {
    "wire": Visit(_wire, ("k", "p")),
    "message on the wire": Visit(_wire_message),
    "round trips": Visit(_latency),
    "copy of a call": Visit(_copy),
    "caution": Visit(_caution, ("tab",)),
    "question with a form": Visit(_form_question, ("tab", "ctrl+j")),
    "question with a page": Visit(_url_question, ("ctrl+y",)),
    "question for a model": Visit(_sampling_question, ("ctrl+r",), "✖"),
    "server": Visit(_server("items")),
    "server that is down": Visit(_server("down")),
    "picker": Visit(_picker, ("t", "down", "down")),
    "form": Visit(_form(0), ("tab", "tab", "enter", "escape", "ctrl+j")),
    "form of a hostile name": Visit(_form(1)),
    "form again": Visit(_form(0, initial=True)),
    "form that complains": Visit(_bad_form, ("ctrl+r",), "✖"),
    "form that cannot be filled in": Visit(_incomplete_form, ("ctrl+r",), "✖"),
    "event": Visit(_event(int(Level.ERROR))),
    "event with a table": Visit(_event(len(Level))),
    "event of no known kind": Visit(_event(len(Level) + 1)),
    "running": Visit(_result(1)),
    "result": Visit(_result(2)),
    "failure": Visit(_result(3)),
    "refusal": Visit(_result(4)),
    **{name: Visit(*visit) for name, visit in hostile_offering.VISITS.items()},
    "accounts": Visit(_accounts),
    "trust": Visit(_trust),
}

SHOWN: Mapping[str, tuple[str, ...]] = {
    "wire": ("log key", "log value", "method", "token", "failure", "uri"),
    "message on the wire": ("log key", "log value", "method", "token"),
    "round trips": ("tool name",),
    "copy of a call": ("argument", "default", "enum"),
    "caution": ("tool name", "argument", "default", "enum"),
    "question with a form": ("instructions", "tool name", "argument", "argument title", "default", "enum"),
    "question with a page": ("instructions", "uri"),
    "question for a model": ("instructions",),
    "server": (
        *("server title", "server version", "instructions", "malformed tool", "reason", "tool name"),
        *("titled tool", "tool title", "description", "argument", "argument title", "offered uri"),
    ),
    "server that is down": ("reason", "uri"),
    "picker": ("tool title", "description", "tool name", "titled tool"),
    "form": (
        *("tool title", "description", "argument", "argument title", "argument description", "default"),
        *("enum", "format", "pattern", "other default"),
    ),
    "form of a hostile name": ("tool name",),
    "form again": ("argument", "default", "enum"),
    "form that complains": ("argument", "default"),
    "form that cannot be filled in": ("argument",),
    "event": ("log text", "logger"),
    "event with a table": ("log key", "log value"),
    "event of no known kind": ("method",),
    "running": ("tool name", "progress"),
    "result": (
        *("result", "mime type", "link", "link uri", "resource", "resource uri", "structured key"),
        *("structured value", "default", "argument", "enum", "failure"),
    ),
    "failure": ("failure", "tool name"),
    "refusal": ("refusal",),
    **hostile_offering.SHOWN,
    "trust": ("tool name", "argument", "log key", "log value", "uri"),
}
"""The places that can be seen on each screen, sooner or later."""
