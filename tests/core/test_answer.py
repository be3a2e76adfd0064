"""What the SDK gets of a message that no SDK would read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mcp_tui.core.answer import FAILED_EXCHANGE, failure, mend
from mcp_tui.core.awaited import Awaited

GOOD = b'{"jsonrpc":"2.0","id":7,"result":{"a":1}}'


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        b'{"jsonrpc":"2.0","id":"7","result":{}}',
        b'{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"no"}}',
        b'{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}}',
        b'{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}',
    ],
)
def test_a_good_message_passes_untouched(message: bytes) -> None:
    mended = mend(message, Awaited(b"7"))
    assert mended.passed is message
    assert mended.remark == ""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b'{"id":7,"result":{}}', {"id": 7, "result": {}}),
        (b'{"jsonrpc":"2.0","id":null,"result":{}}', {"id": 7, "result": {}}),
        (b'{"jsonrpc":"2.0","result":{}}', {"id": 7, "result": {}}),
        (rb'{"jsonrpc":"2.0","id":7,"result":{"t":"\ud800"}}', {"id": 7, "result": {"t": "\ufffd"}}),
        (b'{"jsonrpc":"2.0","id":7,"result":{"t":"\xff"}}', {"id": 7, "result": {"t": "\ufffd"}}),
        (
            b'{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"full"}}',
            {"id": 7, "error": {"code": -32603, "message": "full"}},
        ),
        (b'{"jsonrpc":"2.0","id":7,"error":"x"}', {"id": 7, "error": {"code": -32603, "message": '"x"'}}),
    ],
)
def test_a_bad_answer_is_mended(message: bytes, expected: dict[str, Any]) -> None:
    mended = mend(message, Awaited(b"7"))
    assert json.loads(mended.passed or b"") == {"jsonrpc": "2.0", **expected}
    assert mended.remark == ""


@pytest.mark.parametrize("awaited", [lambda: Awaited(b"7"), lambda: None], ids=["known", "unknown"])
@pytest.mark.parametrize(
    "message",
    [b'{"jsonrpc":"2.0","id":7,"result":', b'{"jsonrpc":"2.0","id":7,"result":[]}', b'{"jsonrpc":"2.0","id":7}'],
)
def test_an_answer_that_cannot_be_read_ends_its_request(
    message: bytes, awaited: Callable[[], Awaited | None]
) -> None:
    mended = mend(message, awaited())
    assert mended.passed == failure(b"7", "the answer cannot be read")
    assert mended.remark.startswith("unreadable message: ")


@pytest.mark.parametrize(
    "message", [b"", b"not JSON", b"[]", b"[" * 100_000, b"7", b"{}", b'{"foo":1}', b"\xff\xfe", b"9" * 5_000]
)
def test_what_is_no_message_goes_nowhere(message: bytes) -> None:
    mended = mend(message, Awaited(b"7"))
    assert mended.passed is None
    assert mended.remark.startswith("unreadable message: ")


@pytest.mark.parametrize("message", [b'{"method":5}', b'{"id":1,"method":"x","params":[1]}'])
def test_a_request_that_is_none_goes_nowhere(message: bytes) -> None:
    mended = mend(message)
    assert mended.passed is None
    assert mended.remark.startswith("no message of MCP: ")


def test_the_answer_to_another_request_goes_nowhere() -> None:
    mended = mend(GOOD, Awaited(b"8"))
    assert mended.passed is None
    assert mended.remark.startswith("an answer to no open request: ")


def test_a_large_answer_is_an_error_with_its_size() -> None:
    mended = mend(GOOD, Awaited(b"7"), longest=10)
    error = json.loads(mended.passed or b"")
    assert (error["id"], error["error"]["code"]) == (7, FAILED_EXCHANGE)
    assert error["error"]["message"] == f"the answer of {len(GOOD)} bytes is larger than 10 bytes"


def shared(*asked: bytes) -> Awaited:
    """The open requests of a stream that is shared by all of them."""
    awaited = Awaited()
    for each in asked:
        awaited.add(each)
    return awaited


def test_on_a_shared_stream_each_answer_ends_one_request_and_no_answer_ends_it_twice() -> None:
    awaited = shared(b"6", b"7")
    assert mend(GOOD, awaited).passed is GOOD
    again = mend(GOOD, awaited)
    assert again.passed is None
    assert again.remark.startswith("an answer to no open request: ")
    assert mend(GOOD.replace(b"7", b"6"), awaited).passed is not None


def test_an_error_that_names_no_request_belongs_to_the_only_open_one() -> None:
    error = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}'
    assert json.loads(mend(error, shared(b'"a"')).passed or b"")["id"] == "a"
    of_several = mend(error, shared(b"6", b"7"))
    assert of_several.passed is None
    assert "Parse error" in of_several.remark


def test_an_unreadable_notification_ends_no_request() -> None:
    mended = mend(b'{"jsonrpc":"2.0","method":"notifications/message","params":{"data":{"id":7}', shared(b"7"))
    assert mended.passed is None
    assert mended.remark.startswith("unreadable message: ")
