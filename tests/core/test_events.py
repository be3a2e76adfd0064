"""An event as one line of NDJSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.support import event
from mcp_tui.core.events import Event, iso_time, to_json
from mcp_tui.core.levels import Level

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def read(each: Event) -> dict[str, Any]:
    return json.loads(to_json(each))


def test_the_form_that_the_design_shows() -> None:
    each = event(
        17,
        time=1_795_167_000.123456,
        text="Processing item 4/10",
        logger="items",
        call=3,
        data='"Processing item 4/10"',
    )
    assert to_json(each) == (
        b'{"seq":17,"time":"2026-11-20T09:30:00.123456Z","server":"items","level":"info","kind":"message",'
        b'"logger":"items","call":3,"text":"Processing item 4/10","data":"Processing item 4/10"}'
    )


def test_what_is_not_known_is_null() -> None:
    line = read(event())
    assert (line["logger"], line["call"], line["data"]) == (None, None, None)


@pytest.mark.parametrize("level", Level)
def test_a_level_is_spelled_as_mcp_does(level: Level) -> None:
    assert read(event(level=level))["level"] == level.label


@pytest.mark.parametrize(
    "data",
    ['{"b":1,"a":2}', "1.10", "100000000000000000000000000001", "1e3", '"\\u00e9\\/"', '{"a":1,"a":2}', "null"],
)
def test_data_is_untouched_json(data: str) -> None:
    assert to_json(event(data=data)).endswith(b'"data":' + data.encode() + b"}")


@given(JSON, st.sampled_from([None, 2]))
def test_any_json_comes_back_as_it_was_on_one_line(value: Any, indent: int | None) -> None:
    line = to_json(event(data=json.dumps(value, ensure_ascii=False, indent=indent)))
    assert b"\n" not in line
    assert b"\r" not in line
    assert json.loads(line)["data"] == value


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_end_between_two_tokens_is_left_out_and_nothing_else(end: str) -> None:
    line = to_json(event(data=f'{{"b":{end} 1.10,{end}"a": "x\\n"}}'))
    assert line.endswith(b'"data":{"b":1.10,"a":"x\\n"}}')


@given(st.text(st.characters(exclude_categories=())))
def test_any_data_gives_a_line_that_reads_back(data: str) -> None:
    line = to_json(event(data=data))
    assert b"\n" not in line
    assert read(event(data=data))["seq"] == 1


@pytest.mark.parametrize("data", ["", "not JSON", "{", "1 2", "NaN", '"\x01"'])
def test_data_that_is_no_json_after_all_becomes_a_string(data: str) -> None:
    assert read(event(data=data))["data"] == data


def test_data_nested_too_deep_to_check_becomes_a_string() -> None:
    data = "[" * 100_000 + "]" * 100_000
    assert read(event(data=data))["data"] == data


def test_a_lone_surrogate_in_data_does_not_stop_the_export() -> None:
    assert read(event(data="\ud800"))["data"] == "?"
    assert read(event(data='"\udfff"'))["data"] == '"?"'


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "1970-01-01T00:00:00.000000Z"),
        (1_795_167_000.0, "2026-11-20T09:30:00.000000Z"),
        (1_795_167_000.5, "2026-11-20T09:30:00.500000Z"),
    ],
)
def test_time_is_utc_with_microseconds(seconds: float, shown: str) -> None:
    assert iso_time(seconds) == shown
