"""Rows of a list, one below the other: which line is whose. No widgets here, only numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from textual.content import Content


class Row(NamedTuple):
    """One row.

    key: what it stands for; no two rows of a list have the same.
    draw: how it looks. Asked when the row comes into sight, and again whenever the rows are refreshed.
    height: how many lines that takes.
    """

    key: str
    draw: Callable[[], Content]
    height: int = 1


class Stack:
    """Rows, by their number from 0 or by their key."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = rows
        self._ends = list(accumulate(row.height for row in rows))
        self._numbers = {row.key: number for number, row in enumerate(rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> Row:
        return self._rows[number]

    @property
    def height(self) -> int:
        """The lines of all rows."""
        return self._ends[-1] if self._ends else 0

    def top(self, number: int) -> int:
        """The first line of a row."""
        return self._ends[number] - self._rows[number].height

    def end(self, number: int) -> int:
        """The line after a row."""
        return self._ends[number]

    def at(self, line: int) -> int | None:
        """The row that has ``line``."""
        return bisect_right(self._ends, line) if 0 <= line < self.height else None

    def number(self, key: str | None) -> int | None:
        """The row with this key."""
        return None if key is None else self._numbers.get(key)

    def stands_like(self, other: Stack) -> bool:
        """Whether the same rows are in the same lines, however they look."""
        return self._ends == other._ends and list(self._numbers) == list(other._numbers)
