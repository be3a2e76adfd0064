"""A row of the benchmarks: what is measured, what it is compared with, and what the comparison is to come to."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import msgspec

Measure = Callable[[int], float]
"""Takes how much there is to do (the row's ``size`` or ``quick``) and gives one figure in the row's unit."""

ROUNDS, QUICK_ROUNDS = 5, 1


class Target(msgspec.Struct, frozen=True):
    """What a row is to reach: ``compare`` of measured and baseline is at ``limit``, or on the good side of it.

    shown: the format in which the comparison is printed.
    """

    limit: float
    more_is_better: bool
    compare: Callable[[float, float], float]
    shown: str

    @property
    def words(self) -> str:
        """As it stands in the table, e.g. ``at least 5.00×``."""
        return f"at {'least' if self.more_is_better else 'most'} {self.shown.format(self.limit)}"

    def holds(self, comparison: float) -> bool:
        """Whether that is good enough."""
        return comparison >= self.limit if self.more_is_better else comparison <= self.limit


def at_least(times: float) -> Target:
    """So many times the baseline, or more."""
    return Target(times, True, _ratio, "{:.2f}×")


def at_most(times: float) -> Target:
    """So many times the baseline, or less."""
    return Target(times, False, _ratio, "{:.2f}×")


def at_most_more(amount: float) -> Target:
    """So much more than the baseline, in the unit of the row, or less."""
    return Target(amount, False, lambda measured, baseline: measured - baseline, "{:+.1f}")


def at_most_itself(amount: float) -> Target:
    """So much, in the unit of the row, or less; for a row that has no baseline."""
    return Target(amount, False, lambda measured, _: measured, "{:.1f}")


def _ratio(measured: float, baseline: float) -> float:
    return measured / baseline


def _nothing(_size: int) -> float:
    return 1.0


class Row(msgspec.Struct, frozen=True):
    """One line of the table.

    name: what it is asked for by on the command line.
    unit: of every figure, e.g. ``ms``.
    size, quick: how much there is to do, in full and with ``--quick``: notifications, servers, runs.
    """

    name: str
    what: str
    unit: str
    target: Target
    size: int
    quick: int
    measure: Measure
    baseline: Measure = _nothing

    @property
    def has_baseline(self) -> bool:
        """Whether it is compared with anything."""
        return self.baseline is not _nothing


class Outcome(msgspec.Struct, frozen=True):
    """The figures of a row, one of each for every round."""

    row: Row
    measured: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def comparison(self) -> float:
        """The medians compared."""
        return self.row.target.compare(median(self.measured), median(self.baseline))

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest comparison of one round."""
        rounds = list(map(self.row.target.compare, self.measured, self.baseline))
        return min(rounds), max(rounds)

    @property
    def holds(self) -> bool:
        """Whether the target was reached."""
        return self.row.target.holds(self.comparison)


def run(row: Row, *, quick: bool = False) -> Outcome:
    """Measure a row: it, its baseline, it, its baseline, so that what disturbs the machine disturbs both."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    size = row.quick if quick else row.size
    pairs = [(row.measure(size), row.baseline(size)) for _ in range(rounds)]
    return Outcome(row, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
