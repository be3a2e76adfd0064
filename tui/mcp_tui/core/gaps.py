"""Gaps: the times in which nothing could be heard from a server, and the words for them."""

from __future__ import annotations

import math

import anyio

LASTING_SECONDS = 10.0
"""A standing stream that lasted so long was there."""


class Gaps:
    """Two kinds of gap: there was no connection; there was one, and its standing stream was gone."""

    def __init__(self) -> None:
        self._lost_at: float | None = None
        self._deaf_at: float | None = None
        self._heard_at = -math.inf

    def lost(self) -> None:
        """The connection ended."""
        self._lost_at = anyio.current_time()

    def back(self, tries: int) -> str:
        """The connection is there: what to say of how it came about, after "connected"; empty at the first try."""
        began, self._lost_at, self._deaf_at = self._lost_at, None, None
        self._heard_at = -math.inf
        if not tries:
            return ""
        counted = f"{tries} {'try' if tries == 1 else 'tries'}"
        if began is None:
            return f" after {counted}"
        return f" again after {anyio.current_time() - began:.1f} s without it and {counted}"

    def deaf(self) -> None:
        """The standing stream broke."""
        self._deaf_at = anyio.current_time()

    def heard(self) -> str | None:
        """The standing stream is there: what to say of the gap; None where there was none.

        Of a stream that breaks each time it is opened, that is said once, not each time.
        """
        began, self._deaf_at = self._deaf_at, None
        if began is None:
            return None
        lasted, self._heard_at = began - self._heard_at, anyio.current_time()
        if lasted < LASTING_SECONDS:
            return ""
        return f"listening again after {self._heard_at - began:.1f} s; what it said meanwhile may be missing"
