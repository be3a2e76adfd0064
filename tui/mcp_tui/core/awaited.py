"""Awaited: the requests whose answers may come on a stream."""

from __future__ import annotations


class Awaited:
    """The open requests of one stream: the one it was opened for, or, where all share a stream, all of them.

    Ids are JSON text, as they stand in a request. An answer is matched by what its id reads like, since a server
    may make a string of a number. Source: JSON-RPC 2.0, section 5.
    """

    def __init__(self, asked: bytes = b"") -> None:
        self._open: dict[str, bytes] = {}
        self.add(asked)

    def add(self, asked: bytes) -> None:
        """A request was sent; empty for what awaits no answer."""
        if asked:
            self._open[asked.strip(b'"').decode()] = asked

    def take(self, given: object) -> bytes:
        """The id of the request that an answer with the id ``given`` ends; empty where there is none.

        An answer that names no request, None, belongs to the only one that is open.
        """
        name = next(iter(self._open), "") if given is None and len(self._open) == 1 else str(given)
        return self._open.pop(name, b"")
