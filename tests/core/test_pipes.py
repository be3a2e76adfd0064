"""Bytes to lines of a bounded size."""

from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.pipes import Lines


@given(st.binary(), st.lists(st.integers(1, 9)), st.integers(0, 12))
def test_lines_are_the_same_however_the_bytes_are_cut(data: bytes, cuts: list[int], limit: int) -> None:
    data = data.replace(b"\x00", b"\n")
    long: list[bytes] = []
    lines = Lines(limit, long.append)
    found: list[bytes] = []
    rest = data
    for cut in cuts:
        chunk, rest = rest[:cut], rest[cut:]
        found += lines.feed(chunk)
    found += [*lines.feed(rest), lines.rest()]
    whole = data.split(b"\n")
    assert [line for line in found if line] == [line for line in whole if line and len(line) <= limit]
    assert long == [line[:limit] for line in whole if len(line) > limit]
