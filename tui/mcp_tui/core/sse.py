"""Server-sent events as bytes: split into events, look at each, pass on the rest.

Source: the WHATWG HTML standard, "Server-sent events". Chunks end anywhere; a line ends with CR, LF or CRLF; an
event may have several ``data:`` lines, comments, and fields nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_EVENT = 8 * 1024 * 1024
"""Bytes of one event; a server that sends a longer one is not read any further."""

MIN_RETRY, MAX_RETRY = 500, 60_000
"""Milliseconds below and above which a server's ``retry:`` is not honoured."""

_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
# What servers mostly send: a message on one line, and nothing else.
_PLAIN = re.compile(rb"(?:event: message\r?\n)?data: ([^\n]*)\n\r?\n")
_RETRY = re.compile(rb"[0-9]{1,9}")
_BOM = b"\xef\xbb\xbf"

Take = Callable[[bytes], bool | bytes]

Look = Callable[[str, bytes], None]


class EventTooLargeError(Exception):
    """One event grew over ``MAX_EVENT`` bytes."""


class SseFilter:
    """Takes chunks of an event stream and gives back what is left of them.

    ``take`` gets the data of every ``message`` event and says whether it has taken it out of the stream, or what
    is to stand in its place. Where an event that was taken carried an ``id``, one with that id and no data stays,
    so that a reader who resumes still knows where it was. An event whose blank line never comes is discarded.
    ``look`` is shown the name and the data of any other event. last_id: the last ``id``, to resume after.
    """

    def __init__(self, take: Take, look: Look | None = None, *, max_event: int = MAX_EVENT) -> None:
        self.last_id = b""
        self._take = take
        self._look = look
        self._max_event = max_event
        self._buffer = bytearray()
        self._scanned = 0
        self._started = False

    def feed(self, chunk: bytes) -> bytes:
        """The bytes to pass on for ``chunk``. Raises EventTooLargeError."""
        buffer = self._buffer
        buffer += chunk
        if not self._started and len(buffer) >= len(_BOM):
            self._started = True
            if buffer.startswith(_BOM):
                del buffer[: len(_BOM)]
        passed: list[bytes] = []
        # Three bytes back: the end of a blank line may have come with the last chunk.
        start, scan = 0, max(0, self._scanned - 3)
        while True:
            if (match := None if scan else _PLAIN.match(buffer, start)) is not None:
                passed.append(self._plain(match[0], match[1].removesuffix(b"\r")))
            elif (match := _BLANK_LINE.search(buffer, start + scan)) is not None:
                passed.append(self._event(bytes(buffer[start : match.end()])))
            else:
                break
            start, scan = match.end(), 0
        del buffer[:start]
        self._scanned = len(buffer)
        if len(buffer) > self._max_event:
            raise EventTooLargeError(f"one event is larger than {self._max_event:,} bytes")
        return b"".join(passed)

    def _plain(self, block: bytes, message: bytes) -> bytes:
        """The same as ``_event`` for a message on a line of its own, quicker."""
        if b"\r" in message or not message.strip():
            return self._event(block)
        return _replaced(block, self._take(message), [])

    def _event(self, block: bytes) -> bytes:
        """The bytes to pass on for one event, its blank line included."""
        data: list[bytes] = []
        kept: list[bytes] = []
        name = b"message"
        for line in block.splitlines():
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"data":
                data.append(value)
            elif field == b"event":
                name = value or b"message"
            elif field == b"id":
                self.last_id = value
                kept.append(b"id: " + value)
            elif field == b"retry" and _RETRY.fullmatch(value):
                kept.append(b"retry: %d" % min(max(MIN_RETRY, int(value)), MAX_RETRY))
        message = b"\n".join(data)
        if name != b"message" and self._look is not None:
            self._look(name.decode("utf-8", "replace"), message)
        # Without data it is a priming event, which says nothing but where the reader is to resume.
        verdict = self._take(message) if name == b"message" and message.strip() else False
        return _replaced(block, verdict, kept)


def _replaced(block: bytes, verdict: bool | bytes, kept: list[bytes]) -> bytes:
    """What is passed on of an event: nothing but the fields that are kept, another message, or the event itself."""
    if verdict is True:
        return b"\n".join([*kept, b"data:", b"", b""]) if kept else b""
    if verdict:
        return b"\n".join([*kept, b"data: " + verdict, b"", b""])
    return _with_retry(block, kept) if b"retry" in block else block


def _with_retry(block: bytes, kept: list[bytes]) -> bytes:
    """``block`` with its ``retry:`` lines replaced by the one in ``kept``."""
    others = [line for line in block.splitlines() if line and line.partition(b":")[0] != b"retry"]
    retries = [line for line in kept if line.startswith(b"retry")]
    return b"\n".join([*others, *retries[-1:], b"", b""])
