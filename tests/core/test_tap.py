"""The tap: every notification becomes an event, everything else passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.support import Ears
from mcp_tui.core.events import Draft
from mcp_tui.core.levels import LABELS, Level
from mcp_tui.core.status import Progress
from mcp_tui.core.tap import Tap, show_progress

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = ["level", "logger", "data", "progressToken", "progress", "total", "message", "uri", "reason", "_meta"]
METHODS = ["notifications/message", "notifications/progress", "notifications/resources/updated", "x\ud800"]


class Tapped:
    """A tap with ears behind it."""

    def __init__(
        self,
        calls: dict[str | int, int] | None = None,
        routing: Mapping[str, Level] | None = None,
        *,
        guesses: bool = False,
    ) -> None:
        self.ears = Ears(calls)
        self.tap = Tap("items", self.ears, routing or {}, guesses=guesses)

    def take(self, message: bytes, call: int | None = None) -> bool:
        return self.tap.take(message, call)

    def event(self, message: bytes, call: int | None = None) -> Draft:
        """The one event that a message becomes."""
        self.take(message, call)
        (event,) = self.ears.events
        return event


def sent(method: str, params: object = None, **more: object) -> bytes:
    """A notification as a server sends it."""
    frame: dict[str, object] = {"jsonrpc": "2.0", "method": method, **more}
    if params is not None:
        frame["params"] = params
    return json.dumps(frame).encode()


def message(**params: object) -> bytes:
    return sent("notifications/message", params)


def raw_message(params: bytes) -> bytes:
    """A log message whose params are exactly these bytes."""
    return b'{"jsonrpc":"2.0","method":"notifications/message","params":' + params + b"}"


# Log messages


def test_a_log_message_becomes_an_event_and_is_taken_out() -> None:
    tapped = Tapped()
    assert tapped.take(message(level="warning", logger="db", data="slow query"))
    expected = Draft("items", Level.WARNING, "message", "slow query", "db", None, '"slow query"')
    assert tapped.ears.events == [expected]


@pytest.mark.parametrize("label", LABELS)
def test_each_level_is_the_event_s_level(label: str) -> None:
    assert Tapped().event(message(level=label, data="x")).level.label == label


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"level": "fatal", "data": "x"}, "(level 'fatal') x"),
        ({"level": "\u202e", "data": "x"}, "(level '<U+202E>') x"),
        ({"level": 3, "data": "x"}, "(level '3') x"),
        ({"level": None, "data": "x"}, "(level 'None') x"),
        ({"data": "x"}, "(no level) x"),
        ({}, "(no level) (no data)"),
    ],
)
def test_a_level_that_is_none_is_said_and_the_event_is_a_notice(params: dict[str, Any], text: str) -> None:
    event = Tapped().event(sent("notifications/message", params))
    assert (event.level, event.text) == (Level.NOTICE, text)


def test_missing_data_is_said() -> None:
    event = Tapped().event(message(level="info"))
    assert (event.text, event.data) == ("(no data)", None)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'"one\\ntwo"', "one↵two"),
        (b'"\\u001b]52;c;aGk=\\u0007"', "␛]52;c;aGk=␇"),
        (b'"gr\\u00fc\\u00df \\ud83d\\ude80"', "grüß 🚀"),
        (b'{"b": 1.10, "a": [true, null]}', '{"b": 1.10, "a": [true, null]}'),
        (b'{"key": "gr\\u00fc\\u00df"}', '{"key": "grüß"}'),
        (b'{"key": "\\u202e"}', '{"key": "<U+202E>"}'),
        (b"null", "null"),
        (b"12345678901234567890123", "12345678901234567890123"),
        (b'"\\ud800 alone"', "\ufffd alone"),
        (b'{"a": "\\udfff"}', '{"a": "\ufffd"}'),
        (b'""', ""),
    ],
)
def test_data_of_any_type_is_one_safe_line_and_kept_as_it_came(data: bytes, text: str) -> None:
    event = Tapped().event(raw_message(b'{"level":"info","data":' + data + b"}"))
    assert (event.text, event.data) == (text, data.decode())


def test_data_stays_as_it_came_where_other_fields_are_odd() -> None:
    event = Tapped().event(raw_message(b'{"level":"info","logger":{"a":1},"data":{"n": 1.10}}'))
    assert event.data == '{"n": 1.10}'
    assert event.logger == "{'a': 1}"


@pytest.mark.parametrize("params", [b"[1,2]", b'"text"', b"7"])
def test_params_that_are_no_object_are_shown_as_data(params: bytes) -> None:
    event = Tapped().event(raw_message(params))
    assert event.data == params.decode()
    assert event.text.startswith("(no level) ")


def test_nan_is_shown_as_it_came() -> None:
    event = Tapped().event(raw_message(b'{"level":"error","data":{"ratio":NaN}}'))
    assert (event.level, event.text) == (Level.ERROR, '{"ratio": NaN}')


@pytest.mark.parametrize("data", [b'"bad \xff byte"', b'{"bad": "\xff"}'])
def test_invalid_utf8_is_replaced(data: bytes) -> None:
    tapped = Tapped()
    event = tapped.event(raw_message(b'{"level":"info","data":' + data + b"}"))
    assert event.level is Level.INFO
    assert "\ufffd" in event.text
    assert "\ufffd" in (event.data or "")


@pytest.mark.parametrize("logger", [b'"db\\u001b[2J"', b'"\xff"', b'"\\ud800"'])
def test_a_logger_is_cleaned(logger: bytes) -> None:
    event = Tapped().event(raw_message(b'{"level":"info","data":1,"logger":' + logger + b"}"))
    assert event.logger
    assert event.logger.isprintable()


def test_an_empty_logger_is_none() -> None:
    assert Tapped().event(message(level="info", data=1, logger="")).logger is None


# Progress


def test_progress_becomes_an_event_and_the_state_of_its_call() -> None:
    tapped = Tapped({"mcp-tui-3": 3})
    params = {"progressToken": "mcp-tui-3", "progress": 4, "total": 10, "message": "Reading"}
    assert tapped.take(sent("notifications/progress", params))
    (event,) = tapped.ears.events
    assert tapped.ears.progresses == [(3, Progress(4, 10, "Reading"))]
    assert (event.kind, event.text, event.call) == ("progress", "4/10 · Reading", 3)
    assert json.loads(event.data or "") == params


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(3), "3"),
        (Progress(0.5, 2.0), "0.5/2"),
        (Progress(1, None, "Reading"), "1 · Reading"),
        (Progress(1e12, 2e12), "1e+12/2e+12"),
        (Progress(1_000_000, 2_000_000), "1000000/2000000"),
    ],
)
def test_progress_on_one_line(progress: Progress, text: str) -> None:
    assert show_progress(progress) == text


@pytest.mark.parametrize(
    ("params", "progress"),
    [
        ({"progress": "7", "message": 5}, Progress(0.0, None, "5")),
        ({"progress": True, "total": False}, Progress(1.0, 0.0, "")),
        ({}, Progress(0.0)),
        ({"progress": 10**400, "message": 5}, Progress(float("inf"), None, "5")),
        ({"progress": 1, "total": -(10**400)}, Progress(1.0, float("-inf"))),
        ({"progress": 1, "message": "\x1b[2J"}, Progress(1.0, None, "␛[2J")),
    ],
)
def test_odd_progress_is_read_as_far_as_it_goes(params: dict[str, Any], progress: Progress) -> None:
    tapped = Tapped({1: 9})
    assert tapped.take(sent("notifications/progress", {"progressToken": 1, **params}))
    assert tapped.ears.progresses == [(9, progress)]


@pytest.mark.parametrize("token", [True, None, 1.5, ["a"], {"a": 1}, "unknown"])
def test_a_token_that_is_none_of_ours_belongs_to_no_call(token: object) -> None:
    tapped = Tapped({"a": 1, "b": 2})
    assert tapped.event(sent("notifications/progress", {"progressToken": token, "progress": 1})).call is None
    assert tapped.ears.progresses == []


# Other notifications


@pytest.mark.parametrize(
    ("method", "params", "kind", "level", "text"),
    [
        ("notifications/tools/list_changed", None, "tools/list_changed", Level.NOTICE, "tools/list_changed"),
        ("notifications/prompts/list_changed", {}, "prompts/list_changed", Level.NOTICE, "prompts/list_changed"),
        (
            "notifications/resources/updated",
            {"uri": "file:///a\x1b"},
            "resources/updated",
            Level.INFO,
            "resources/updated file:///a␛",
        ),
        (
            "notifications/cancelled",
            {"requestId": 1, "reason": "late"},
            "cancelled",
            Level.WARNING,
            "cancelled late",
        ),
        ("notifications/acme/news", {"a": 1}, "acme/news", Level.NOTICE, 'acme/news {"a": 1}'),
        ("acme/\x1b[2J", {"_meta": {"x": 1}}, "acme/␛[2J", Level.NOTICE, "acme/␛[2J"),
        ("notifications/tools/list_changed", [1], "tools/list_changed", Level.NOTICE, "tools/list_changed"),
    ],
)
def test_other_notifications_are_events_too_and_go_on_to_the_sdk(
    method: str, params: object, kind: str, level: Level, text: str
) -> None:
    tapped = Tapped()
    assert not tapped.take(sent(method, params))
    (event,) = tapped.ears.events
    assert (event.kind, event.level, event.text) == (kind, level, text)
    assert json.loads(event.data or "") == ({} if params is None else params)


@pytest.mark.parametrize("kind", ["progress", "tools/list_changed", "acme/news"])
def test_routing_gives_a_notification_its_level(kind: str) -> None:
    tapped = Tapped(routing={kind: Level.CRITICAL})
    assert tapped.event(sent(f"notifications/{kind}", {})).level is Level.CRITICAL


def test_routing_does_not_touch_a_message_that_has_a_level() -> None:
    assert Tapped(routing={"message": Level.CRITICAL}).event(message(level="info", data=1)).level is Level.INFO


# Whose call it is


@pytest.mark.parametrize("each", [message(level="info", data=1), sent("notifications/x")])
def test_what_comes_on_a_call_s_own_stream_belongs_to_that_call(each: bytes) -> None:
    assert Tapped({"a": 1, "b": 2}).event(each, 2).call == 2


def test_a_token_says_more_than_the_stream() -> None:
    tapped = Tapped({"a": 1})
    assert tapped.event(sent("notifications/progress", {"progressToken": "a", "progress": 1}), 2).call == 1


def test_progress_with_an_unknown_token_belongs_to_the_call_of_its_stream() -> None:
    tapped = Tapped()
    assert tapped.event(sent("notifications/progress", {"progressToken": "x", "progress": 1}), 2).call == 2
    assert tapped.ears.progresses == [(2, Progress(1.0))]


@pytest.mark.parametrize(
    ("calls", "guesses", "call"),
    [({"a": 1}, True, 1), ({"a": 1}, False, None), ({"a": 1, "b": 2}, True, None), ({}, True, None)],
)
def test_a_message_is_guessed_to_be_of_the_only_call_where_nothing_else_tells(
    calls: dict[str | int, int], guesses: bool, call: int | None
) -> None:
    assert Tapped(calls, guesses=guesses).event(message(level="info", data=1)).call == call


def test_a_call_that_is_known_is_not_guessed_at() -> None:
    assert Tapped({"a": 1}, guesses=True).event(message(level="info", data=1), 2).call == 2


# What passes


@pytest.mark.parametrize(
    "passing",
    [
        b'{"jsonrpc":"2.0","id":1,"result":{}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"text":"the \\"method\\" of it"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"method":"notifications/message"}}',
        b'{"jsonrpc":"2.0","id":"a","method":"sampling/createMessage","params":{}}',
        b'{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"method"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"method":NaN}}',
        b'{"jsonrpc":"2.0","id":1,"method":"notifications/message","params":{"data":NaN}}',
        b'{"method":5}',
        b"",
        b"not JSON",
    ],
)
def test_responses_requests_and_the_rest_pass_unnoticed(passing: bytes) -> None:
    tapped = Tapped()
    assert not tapped.take(passing)
    assert tapped.ears.events == []


# What cannot be read


@pytest.mark.parametrize(
    "unreadable",
    [
        b'{"method":"notifications/message","params":{"level":"info","data":"cut o',
        b'{"method":"notifications/message","params":{"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        b'{"method":NaN,"params":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"method":"x","params":NaN,"n":' + b"9" * 5_000 + b"}",
    ],
    ids=["cut", "deep", "deep and odd", "long number"],
)
def test_what_cannot_be_read_is_said_and_costs_no_more_than_itself(unreadable: bytes) -> None:
    tapped = Tapped()
    assert not tapped.take(unreadable, 4)
    (event,) = tapped.ears.events
    assert (event.level, event.kind, event.call) == (Level.ERROR, "connection", 4)
    assert event.text.startswith('unreadable message: {"method":')
    assert len(event.text) < 300


def test_a_number_too_long_for_python_is_shown_as_it_came() -> None:
    digits = b"9" * 5_000
    event = Tapped().event(raw_message(b'{"level":"info","data":[' + digits + b',"\\u00fc"]}'))
    assert event.level is Level.INFO
    assert event.text.startswith("[999")


def test_an_excerpt_of_what_cannot_be_read_is_cleaned() -> None:
    tapped = Tapped()
    tapped.tap.unreadable("\x1b[2J" + "x" * 500)
    assert tapped.ears.texts == ["unreadable message: ␛[2J" + "x" * 196 + "… (+304 characters)"]


@given(st.sampled_from(METHODS), JSON | st.dictionaries(st.sampled_from(KEYS), JSON), st.booleans())
def test_any_params_become_exactly_one_harmless_event(method: str, params: Any, guesses: bool) -> None:
    tapped = Tapped({"a": 1}, guesses=guesses)
    event = tapped.event(sent(method, params if params is not None else {}))
    assert len(event.text.splitlines()) <= 1
    for each in (event.text, event.logger or "", event.data or ""):
        assert not any("\ud800" <= character <= "\udfff" for character in each)


@given(st.binary(max_size=80))
def test_no_bytes_break_the_tap(noise: bytes) -> None:
    tapped = Tapped()
    for each in (noise, b'{"method":' + noise + b"}", raw_message(noise), raw_message(b'{"data":' + noise + b"}")):
        tapped.take(each)
    assert len(tapped.ears.events) <= 4


def test_a_batch_is_said_to_be_unreadable() -> None:
    tapped = Tapped()
    assert not tapped.take(b'[{"jsonrpc":"2.0","method":"notifications/message","params":{}}]')
    assert tapped.ears.events[0].text.startswith("unreadable message: [{")
