"""The rows that a search has found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from mcp_tui.core.view import View, contains


class Matches:
    """The rows of a view that contain a text, kept up to date as rows arrive and fall off."""

    def __init__(self, needle: str) -> None:
        self.needle = needle
        self._rows: list[int] = []
        self._read = 0

    def advance(self, view: View) -> None:
        """Look through the rows that have arrived since the last time."""
        rows = view.rows
        start = max(self._read, rows.first)
        for row, event in enumerate(rows.between(start, rows.end), start):
            if contains(event, self.needle):
                self._rows.append(row)
        self._read = max(self._read, rows.end)
        del self._rows[: bisect_left(self._rows, rows.first)]

    def __len__(self) -> int:
        return len(self._rows)

    def place(self, row: int) -> int | None:
        """Which match the row is, from 1; None where it is none."""
        index = bisect_left(self._rows, row)
        return index + 1 if index < len(self._rows) and self._rows[index] == row else None

    def nearest(self, row: int) -> int | None:
        """The match at or before ``row``, or else the first one after it."""
        if not self._rows:
            return None
        return self._rows[max(0, bisect_right(self._rows, row) - 1)]

    def beyond(self, row: int, step: int) -> tuple[int, bool] | None:
        """The next match in direction ``step`` (1 or -1), and whether the search went around an end."""
        if not self._rows:
            return None
        index = bisect_right(self._rows, row) if step > 0 else bisect_left(self._rows, row) - 1
        around = not 0 <= index < len(self._rows)
        return self._rows[index % len(self._rows)], around
