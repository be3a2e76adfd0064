"""The garbage collector, kept from looking through what stays for good.

Its full passes take 50 to 130 ms once Textual and the SDK are imported, and nothing that an import made is ever
garbage. So it rests until they are, and then leaves them out: a full pass takes a few milliseconds from then on.
"""

from __future__ import annotations

import gc

SETTLED_SECONDS = 3.0
"""How long after the first frame everything is imported."""

THRESHOLDS = 20_000, 10, 50
"""A frame of a flood makes thousands of objects and drops as many: seldom looking through them finds no less."""


def hold() -> None:
    """Collect nothing until ``release``."""
    gc.disable()


def release() -> None:
    """Collect from now on, but nothing of what there is already; without ``hold`` before it, no effect."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
