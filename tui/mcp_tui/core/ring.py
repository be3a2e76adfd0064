"""A sequence of fixed size that forgets its oldest items and never renumbers the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Ring(Generic[T]):
    """The last ``capacity`` items appended, addressed by how many came before each.

    Item number n keeps its number for as long as it is held: ``first <= n < end``. ``first`` is also the
    number of items forgotten.
    """

    __slots__ = ("_items", "capacity", "end")

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a ring holds at least one item, not {capacity}")
        self.capacity = capacity
        self.end = 0
        self._items: deque[T] = deque(maxlen=capacity)

    @property
    def first(self) -> int:
        """The number of the oldest item still held (equal to ``end`` when there is none)."""
        return self.end - len(self._items)

    def append(self, item: T) -> None:
        """Add ``item`` as number ``end``; at capacity the oldest is forgotten."""
        self._items.append(item)
        self.end += 1

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, number: int) -> T:
        offset = number - self.first
        if not 0 <= offset < len(self._items):
            raise IndexError(f"item {number} is not among {self.first} to {self.end - 1}")
        return self._items[offset]

    def between(self, start: int, stop: int) -> Iterator[T]:
        """The items with ``start <= number < stop`` that are still held, oldest first."""
        first = self.first
        start, stop = max(start, first), min(stop, self.end)
        if stop - start <= _FEW:
            return (self._items[number - first] for number in range(start, stop))
        return islice(self._items, start - first, stop - first)


_FEW = 64
"""Up to this many items, indexing the deque from its nearer end beats walking to the slice."""
