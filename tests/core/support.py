"""What several tests of the core need: events to hand in, and a listener and notes that remember."""

from __future__ import annotations

from typing import Any

import msgspec

from mcp_tui.core.events import Draft, Event
from mcp_tui.core.levels import Level
from mcp_tui.core.problem import Problem
from mcp_tui.core.status import Progress

_EVENT = Event(1, 1_795_512_600.0, "items", Level.INFO, "message", "hello")
_DRAFT = Draft("items", Level.INFO, "message", "hello")


def event(seq: int = 1, **fields: Any) -> Event:
    """An event with the fields a test does not care for filled in."""
    return msgspec.structs.replace(_EVENT, seq=seq, **fields)


def draft(**fields: Any) -> Draft:
    """A draft with the fields a test does not care for filled in."""
    return msgspec.structs.replace(_DRAFT, **fields)


class Ears:
    """A Listener that remembers. ``calls`` are the calls in flight, by token; a lone one is also the guess."""

    def __init__(self, calls: dict[str | int, int] | None = None) -> None:
        self.calls = calls or {}
        self.events: list[Draft] = []
        self.progresses: list[tuple[int, Progress]] = []
        self.times_heard = 0

    async def heard(self) -> None:
        self.times_heard += 1

    def event(self, draft: Draft) -> None:
        self.events.append(draft)

    def progress(self, call: int, progress: Progress) -> None:
        self.progresses.append((call, progress))

    def call_of(self, token: str | int | None) -> int | None:
        if token is None:
            return next(iter(self.calls.values())) if len(self.calls) == 1 else None
        return self.calls.get(token)

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events]


class NoteBook:
    """The guard's Notes, remembered."""

    def __init__(self) -> None:
        self.answers = 0
        self.problems: list[Problem] = []
        self.lost: list[str] = []
        self.standings: list[tuple[bool, str]] = []

    def answered(self) -> None:
        self.answers += 1

    def failed(self, problem: Problem) -> None:
        self.problems.append(problem)

    def lost_session(self, reason: str) -> None:
        self.lost.append(reason)

    def standing(self, open_: bool, reason: str = "") -> None:
        self.standings.append((open_, reason))
