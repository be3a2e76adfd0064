"""The filter on the bytes of an event stream."""

from __future__ import annotations

from itertools import pairwise

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.sse import MIN_RETRY, EventTooLargeError, SseFilter

BOM = b"\xef\xbb\xbf"
LINES = st.sampled_from(
    [
        "",
        "data: take this",
        "data:take",
        "data: keep this",
        "data:  two spaces",
        "data:",
        "data",
        "data: a\x0bb\x1cc\x85d\u2028e",
        "data: ünï 🚀",
        ": a comment",
        ":",
        "event: message",
        "event: endpoint",
        "event:",
        "event",
        "id: 7",
        "id:8",
        "id",
        "id: a\x00b",
        "retry: 5",
        "retry:9000",
        "retry: soon",
        "retry",
        "unknown: field",
        "datax: no data",
        " data: no data either",
    ]
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n"]))).map(
    lambda lines: "".join(line + end for line, end in lines).encode() + b"\n\n"
)


def taken(data: bytes) -> bool:
    return data.startswith(b"take")


def feed(stream: bytes, cuts: list[int] | None = None, *, max_event: int = 1_000) -> tuple[bytes, list[bytes]]:
    """What the filter passes on of a stream that comes in pieces, and every data it was shown."""
    shown: list[bytes] = []

    def take(data: bytes) -> bool:
        shown.append(data)
        return taken(data)

    events = SseFilter(take, max_event=max_event)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts or []), len(stream)]
    passed = b"".join(events.feed(stream[start:end]) for start, end in pairwise(edges))
    return passed, shown


def read(stream: bytes) -> list[httpx2.ServerSentEvent]:
    """The events as the SDK's own reader has them."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=stream)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        return list(httpx2.EventSource(client.get("http://h/")))


def full(events: list[httpx2.ServerSentEvent]) -> list[tuple[str, str, str, int | None]]:
    """The events that say something, with the floor under ``retry``."""
    return [
        (event.event, event.data, event.id, None if event.retry is None else max(MIN_RETRY, event.retry))
        for event in events
        if event.data or event.event != "message"
    ]


@given(STREAMS, st.lists(st.integers(0, 1_000)), st.booleans())
def test_a_reader_finds_exactly_the_events_that_were_not_taken(stream: bytes, cuts: list[int], bom: bool) -> None:
    passed, _ = feed(BOM + stream if bom else stream, cuts)
    expected = [
        each
        for each in read(stream)
        if each.event != "message" or not (each.data.strip() and taken(each.data.encode()))
    ]
    assert full(read(passed)) == full(expected)
    assert all(event.retry is None or event.retry >= MIN_RETRY for event in read(passed))


@given(STREAMS, st.lists(st.integers(0, 1_000)))
def test_every_message_is_shown_once_and_in_order(stream: bytes, cuts: list[int]) -> None:
    _, shown = feed(stream, cuts)
    messages = [event.data.encode() for event in read(stream) if event.event == "message"]
    assert shown == [data for data in messages if data.strip()]


@given(STREAMS, st.lists(st.integers(0, 1_000)))
def test_a_reader_who_resumes_knows_where_it_was(stream: bytes, cuts: list[int]) -> None:
    passed, _ = feed(stream, cuts)
    marked = stream + b"data: end\n\n"
    assert read(passed + b"data: end\n\n")[-1].id == read(marked)[-1].id


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_stream_may_come_byte_by_byte_with_any_line_end(end: bytes) -> None:
    stream = end.join([b"data: take 1", b"", b": ping", b"", b"data: keep", b"data: both", b"", b""])
    passed, shown = feed(stream, list(range(len(stream))))
    assert shown == [b"take 1", b"keep\nboth"]
    assert [event.data for event in read(passed)] == ["keep\nboth"]


def test_what_is_not_taken_is_passed_on_byte_for_byte() -> None:
    stream = b": hello\r\nevent: message\r\nid: 1\r\nx: y\r\ndata: {}\r\n\r\n"
    assert feed(stream)[0] == stream


def test_several_data_lines_are_one_text() -> None:
    assert feed(b"data: take\ndata\ndata:  b\n\n") == (b"", [b"take\n\n b"])


def test_events_of_another_name_are_not_shown() -> None:
    stream = b"event: endpoint\ndata: take /messages\n\n"
    assert feed(stream) == (stream, [])


def test_an_id_stays_where_its_event_was_taken() -> None:
    (event,) = read(feed(b"id: 7\ndata: take\n\n")[0])
    assert (event.id, event.data) == ("7", "")


def test_a_taken_event_without_an_id_leaves_nothing() -> None:
    assert feed(b": c\nevent: message\ndata: take\n\n")[0] == b""


def test_the_priming_event_is_passed_on() -> None:
    assert feed(b"id: 1\ndata:\n\n")[0] == b"id: 1\ndata:\n\n"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (b"0", MIN_RETRY),
        (b"1", MIN_RETRY),
        (b"499", MIN_RETRY),
        (b"500", 500),
        (b"30000", 30_000),
        (b"-5", None),
        (b"+5", None),
        (b" 7", None),
        (b"1_0", None),
        (b"soon", None),
        (b"9" * 10_000, None),
    ],
)
@pytest.mark.parametrize("data", [b"keep", b"take"])
def test_retry_has_a_floor_and_nonsense_is_ignored(sent: bytes, seen: int | None, data: bytes) -> None:
    passed, _ = feed(b"id: 1\nretry: " + sent + b"\ndata: " + data + b"\n\n", max_event=20_000)
    (event,) = read(passed)
    assert event.retry == seen
    assert event.data == ("keep" if data == b"keep" else "")


def test_of_several_retries_the_last_one_counts() -> None:
    assert [event.retry for event in read(feed(b"retry: 900\nretry: 1\ndata: keep\n\n")[0])] == [MIN_RETRY]


def test_a_word_that_looks_like_a_field_changes_nothing_else() -> None:
    stream = b"data: keep, and retry: later\n\n"
    assert read(feed(stream)[0]) == read(stream)


@pytest.mark.parametrize("cuts", [[], [1], [2], [1, 2, 3]])
def test_a_byte_order_mark_is_no_part_of_the_first_line(cuts: list[int]) -> None:
    assert feed(BOM + b"data: take\n\n", cuts) == (b"", [b"take"])


def test_a_byte_order_mark_counts_only_at_the_beginning() -> None:
    assert feed(b"data: keep\n\n" + BOM + b"data: take\n\n")[1] == [b"keep"]


@pytest.mark.parametrize("tail", [b"data: keep", b"retry: 5\ndata: ke", b"id: 3", b"data: take\n"])
def test_an_event_that_was_never_finished_is_discarded(tail: bytes) -> None:
    assert feed(b"data: keep\n\n" + tail) == (b"data: keep\n\n", [b"keep"])


@pytest.mark.parametrize("priming", [b"id: 1\ndata: \n\n", b"id: 1\ndata:\n\n", b"data\n\n"])
def test_an_event_without_data_is_nobodys_message(priming: bytes) -> None:
    assert feed(priming) == (priming, [])


def test_an_event_that_grows_over_the_limit_is_refused() -> None:
    events = SseFilter(taken, max_event=100)
    assert events.feed(b"data: " + b"x" * 94) == b""
    with pytest.raises(EventTooLargeError, match="100 bytes"):
        events.feed(b"x")


def test_many_small_events_are_no_large_one() -> None:
    stream = b"data: keep\n\n" * 100
    assert feed(stream, list(range(0, 1_200, 7)), max_event=20)[0] == stream
