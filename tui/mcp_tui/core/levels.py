"""The eight log levels of MCP, which are the severities of RFC 5424."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Severity of an event; a greater value is more severe.

    Source: MCP specification, server/utilities/logging; RFC 5424, section 6.2.1 (whose numbers run the
    other way: there 0 is the most severe).
    """

    DEBUG = 0
    INFO = 1
    NOTICE = 2
    WARNING = 3
    ERROR = 4
    CRITICAL = 5
    ALERT = 6
    EMERGENCY = 7

    @property
    def label(self) -> str:
        """The level as MCP spells it, e.g. ``"warning"``."""
        return _LABELS[self]

    @property
    def letter(self) -> str:
        """One letter that stands for the level where colour cannot; unique among the eight."""
        return _LETTERS[self]

    @classmethod
    def parse(cls, label: object) -> Level | None:
        """The level spelled ``label`` in any case, or None if there is no such level."""
        return _BY_LABEL.get(label.lower()) if isinstance(label, str) else None


_LABELS = tuple(level.name.lower() for level in Level)
_LETTERS = tuple("DINWECAM")
_BY_LABEL = {level.name.lower(): level for level in Level}
LABELS = _LABELS
"""The eight labels, least to most severe."""
