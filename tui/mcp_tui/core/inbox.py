"""Inbox: what servers ask of the person, until it is answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal

import anyio
import msgspec

from mcp_tui.core.events import QUESTION, Draft
from mcp_tui.core.levels import Level
from mcp_tui.core.redact import Redactor
from mcp_tui.core.text import clean

QuestionKind = Literal["form", "url", "sampling"]


class Question(msgspec.Struct, frozen=True):
    """What a server wants to know, or to have done.

    kind: ``form`` asks for values, ``url`` for a visit to a page, ``sampling`` for the words of a model.
    text: what it says, cleaned, lines kept. call: the call it belongs to, or None where that is not known.
    asked: seconds on the clock of ``Hub.now``. schema: of the values of a ``form``.
    url: to visit, http or https, as it was sent. request: the ``params`` as JSON text.

    Source: MCP specification, client/elicitation, client/sampling.
    """

    number: int
    server: str
    kind: QuestionKind
    text: str
    asked: float
    call: int | None = None
    schema: dict[str, Any] = {}
    url: str = ""
    request: str = ""


class Action(StrEnum):
    """What a person makes of a question. Source: MCP specification, client/elicitation, "Response Actions"."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"


class Reply(msgspec.Struct, frozen=True):
    """The answer. values: for a ``form`` that is accepted; text: for ``sampling``."""

    action: Action
    values: dict[str, Any] = {}
    text: str = ""


class _Open:
    """One question that waits."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answered = anyio.Event()
        self.reply = Reply(Action.CANCEL)


class Inbox:
    """The open questions of all servers, oldest first.

    attended: whether a person is there to answer; where none is, every question is declined at once, and said.
    changed: told when a question came or went. log: enters an event.
    """

    def __init__(
        self,
        changed: Callable[[], None],
        log: Callable[[Draft], object],
        *,
        attended: bool = False,
        clock: Callable[[], float] = time.monotonic,
        redact: Redactor | None = None,
    ) -> None:
        self.attended = attended
        self._changed = changed
        self._log = log
        self._clock = clock
        self._redact = redact or Redactor()
        self._open: dict[int, _Open] = {}
        self._last = 0

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that wait, oldest first."""
        return tuple(waiting.question for waiting in self._open.values())

    def waits(self, server: str) -> bool:
        """Whether a question of this server waits, so that the server waits for the person."""
        return any(waiting.question.server == server for waiting in self._open.values())

    async def ask(self, server: str, kind: QuestionKind, text: str, **fields: Any) -> Reply:
        """Put a question to the person, and wait for the answer.

        Cancelled, it is withdrawn: the server no longer wants to know.
        """
        self._last += 1
        asked = Question(self._last, server, kind, self._redact.text(text), self._clock(), **fields)
        # The URL stays as it is, to be opened; whoever shows it takes the secrets out.
        waiting = _Open(msgspec.structs.replace(asked, schema=self._redact.value(asked.schema)))
        if not self.attended:
            self._enter(asked, Level.WARNING, f"asked, and was refused, since nobody is here to answer: {text}")
            return Reply(Action.DECLINE)
        self._enter(asked, Level.NOTICE, f"asks: {text}")
        self._open[asked.number] = waiting
        self._changed()
        try:
            await waiting.answered.wait()
        finally:
            del self._open[asked.number]
            self._enter(asked, Level.INFO, _ENDS[waiting.reply.action] if waiting.answered.is_set() else _WITHDRAWN)
            self._changed()
        return waiting.reply

    def refuse(self, server: str, wish: str, reason: str, call: int | None) -> None:
        """Say that a server wanted what it is not to have."""
        text = f"asked {wish}, and was refused, since {reason}"
        self._log(Draft(server, Level.WARNING, QUESTION, clean(text), None, call))

    def answer(self, number: int, reply: Reply) -> bool:
        """Answer a question; False where it no longer waits."""
        if (waiting := self._open.get(number)) is None:
            return False
        waiting.reply = reply
        waiting.answered.set()
        return True

    def _enter(self, question: Question, level: Level, text: str) -> None:
        data = question.request or None
        self._log(Draft(question.server, level, QUESTION, clean(text), None, question.call, data))


_WITHDRAWN = "no longer asks"
_ENDS = {
    Action.ACCEPT: "was answered",
    Action.DECLINE: "was refused an answer",
    Action.CANCEL: "was given no answer",
}
