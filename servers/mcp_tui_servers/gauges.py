"""Simulated gauges of a machine that nobody owns."""

from collections.abc import Iterator
from math import sin

from mcp_types import LoggingLevel
from pydantic import BaseModel, Field

QUEUE_BACKLOG = 40
"""From this length on the queue is worth draining."""

QUEUE_LIMIT = 90
"""A queue of this length overflows and starts again empty."""


class Reading(BaseModel):
    """All gauges at one moment."""

    number: int = Field(description="Counts the readings, from 0.")
    cpu_percent: float = Field(description="Processor time in use, 0 to 100 percent.")
    memory_mib: int = Field(description="Memory in use, in MiB.")
    queue_length: int = Field(description="How many jobs are waiting.")


class Gauges:
    """Gauges that move by one step at a time: smooth waves, and a queue that fills up.

    No randomness, so that what a test sees once it sees always.
    """

    def __init__(self) -> None:
        self.reading = Reading(number=0, cpu_percent=50.0, memory_mib=512, queue_length=0)

    @property
    def has_backlog(self) -> bool:
        """Whether the queue is worth draining."""
        return self.reading.queue_length >= QUEUE_BACKLOG

    def step(self) -> None:
        """Move every gauge on by one reading."""
        number = self.reading.number + 1
        queue = self.reading.queue_length
        self.reading = Reading(
            number=number,
            cpu_percent=round(50 + 34 * sin(number / 9) + 12 * sin(number * 1.7), 1),
            memory_mib=512 + (number * 7) % 400,
            queue_length=0 if queue >= QUEUE_LIMIT else queue + 1 + number % 3,
        )

    def drain(self) -> int:
        """Empty the queue and return how many jobs were waiting."""
        waiting = self.reading.queue_length
        self.reading = self.reading.model_copy(update={"queue_length": 0})
        return waiting


def severity(reading: Reading) -> LoggingLevel:
    """Return the level at which a reading is worth telling."""
    return next(_findings(reading))


def _findings(reading: Reading) -> Iterator[LoggingLevel]:
    """Yield the level of all that stands out, most severe first, and then that of an ordinary reading."""
    if reading.queue_length >= QUEUE_LIMIT:
        yield "error"
    if reading.cpu_percent >= 85:
        yield "warning"
    if reading.memory_mib >= 890:
        yield "notice"
    yield "info" if reading.number % 3 == 0 else "debug"
