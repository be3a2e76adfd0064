"""Offer: what servers offer to be chosen from; every word typed must stand somewhere, the best match is first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Offer:
    """One thing that a server offers. There may be ten thousand, so what a search asks is made once.

    name: what names it, as the server sent it; safe_name: the same as it may be shown. The other texts are cleaned.
    traits: what else there is to know of it, in a few words.
    """

    server: str
    name: str
    safe_name: str
    title: str = ""
    description: str = ""
    traits: str = ""

    @property
    def key(self) -> str:
        """What names it among those of all servers."""
        return f"{self.server}\n{self.name}"

    @property
    def label(self) -> str:
        """The title where there is one, else the name."""
        return self.title or self.safe_name

    @cached_property
    def haystack(self) -> str:
        """Where the words of a search must stand."""
        parts = (self.server, self.safe_name, self.title, self.description, self.traits)
        return "\n".join(parts).casefold()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its name and its title, plain."""
        return tuple(_plain(name) for name in (self.safe_name, self.title) if name)


def matching(offers: Sequence[Offer], text: str) -> list[Offer]:
    """Those that contain every word of ``text``, in any case; the best first, else in their order."""
    words = text.casefold().split()
    found = [offer for offer in offers if all(word in offer.haystack for word in words)]
    return sorted(found, key=_rank([_plain(word) for word in words])) if words else found


def _rank(words: Sequence[str]) -> Callable[[Offer], tuple[int, int]]:
    """The lower the better: how well the name or the title is what was typed, then how well its words are."""
    typed = " ".join(words)

    def rank(offer: Offer) -> tuple[int, int]:
        whole = _closeness(offer.names, typed)
        return whole, whole if len(words) == 1 else sum(_closeness(offer.names, word) for word in words)

    return rank


def _closeness(names: Sequence[str], typed: str) -> int:
    """0 for a whole name, 1 for its beginning, 2 for that of a word of it, 3 for a part, 4 for none of these."""
    return min(_close(name, typed) for name in names)


def _close(name: str, typed: str) -> int:
    if typed not in name:
        return 4
    if name.startswith(typed):
        return 0 if name == typed else 1
    return 2 if f" {typed}" in name else 3


_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")


def _plain(name: str) -> str:
    """A name in lower case with its words apart: ``emitLevels``, ``emit_levels`` and ``Emit levels`` are one."""
    return _BETWEEN_WORDS.sub(" ", name).strip().casefold()
