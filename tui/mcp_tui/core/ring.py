"""A sequence of bounded size that forgets its oldest items and never renumbers the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Ring(Generic[T]):
    """The last ``capacity`` items appended, addressed by how many came before each.

    Item number n keeps its number for as long as it is held: ``first <= n < end``. ``first`` is also the
    number of items forgotten. With ``weigh``, the oldest items are also forgotten while all that are held weigh
    more than ``budget``; the newest one is held whatever it weighs.
    """

    __slots__ = ("_items", "_weigh", "_weight", "budget", "capacity", "end")

    def __init__(self, capacity: int, *, weigh: Callable[[T], int] | None = None, budget: int = 0) -> None:
        if capacity < 1:
            raise ValueError(f"a ring holds at least one item, not {capacity}")
        self.capacity = capacity
        self.budget = budget
        self.end = 0
        self._items: deque[T] = deque()
        self._weigh = weigh
        self._weight = 0

    def alike(self) -> Ring[T]:
        """An empty ring with the same bounds."""
        return Ring(self.capacity, weigh=self._weigh, budget=self.budget)

    @property
    def first(self) -> int:
        """The number of the oldest item still held (equal to ``end`` when there is none)."""
        return self.end - len(self._items)

    def append(self, item: T) -> None:
        """Add ``item`` as number ``end``, and forget what there is no room for any more."""
        items, weigh = self._items, self._weigh
        items.append(item)
        self.end += 1
        if weigh is None:
            if len(items) > self.capacity:
                items.popleft()
            return
        self._weight += weigh(item)
        while len(items) > self.capacity or (self._weight > self.budget and len(items) > 1):
            self._weight -= weigh(items.popleft())

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
