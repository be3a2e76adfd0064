"""The hostile server over stdio, the same text in every place, its stderr included: ``python hostile_stdio.py``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import faulty_stdio
from support.hostile import Hostile

SEQUENCES = (
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]0;owned\x1b\\",
    "\x1b]8;;http://evil.test\x1b\\",
    "\x1b[5;31m",
    "\x1b[2J",
    "\x1b[99;99H",
    "\x1b[?1047l",
    "\x1bPq#0\x1b\\",
    "\x1bc",
    "\x9b2J",
    "\x9d0;owned\x9c",
)
EVIL = (
    "".join(SEQUENCES)
    + "\x07\x08\x7f\x00\u202e\u2066\u200b\ufeff\U000e0041[@click=app.quit]quit[/]\r\n\u2028forged"
)


def said(place: str) -> str:
    """The place's name, by which a test finds it on a screen, and all the evil there is, as one word."""
    return f"{place.replace(' ', '-')}={EVIL}"


if __name__ == "__main__":
    sys.stderr.buffer.write(said("stderr").encode() + b"\n")
    sys.stderr.flush()
    asyncio.run(faulty_stdio.main(Hostile(said).answers))
