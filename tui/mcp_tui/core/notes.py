"""What the transports tell whoever they work for."""

from __future__ import annotations

from typing import Protocol

from mcp_tui.core.problem import Problem


class Notes(Protocol):
    """Whom the guard tells: the connection."""

    def answered(self) -> None:
        """An exchange went well."""
        ...

    def failed(self, problem: Problem) -> None:
        """An exchange failed."""
        ...

    def lost_session(self, reason: str) -> None:
        """This session is over: the server no longer knows it, or its only channel broke."""
        ...

    def standing(self, open_: bool, reason: str = "") -> None:
        """The standing stream was opened, or is not there, and why."""
        ...
