"""SaveScreen: asks for a file and writes to it, over another one only when told so."""

from __future__ import annotations

import asyncio
import re
from errno import EISDIR
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Input

from mcp_tui.core.text import clean
from mcp_tui.ui.actions import by_id
from mcp_tui.ui.screens.dialog import DialogScreen
from mcp_tui.ui.widgets.lines import plural

_LONGEST = 100
"""Characters of a suggested name."""


class SaveScreen(DialogScreen[None]):
    """Saves ``data`` as it is; ``name`` is what the file may be called."""

    BINDINGS: ClassVar[list[BindingType]] = [*by_id("form.close")]

    DEFAULT_CSS = """
    SaveScreen {
        & Input { border: none; height: 1; background: $panel; padding: 0 1; }
        & Input:focus { border: none; background: $panel; background-tint: transparent; }
    }
    """

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__()
        self._data = data
        self._name = name
        self._may_replace: str | None = None
        """The path, as it was typed, of a file that the user has been told of."""

    @property
    def heading(self) -> str:
        """How much."""
        return f"Save {plural(len(self._data), 'byte')} to a file"

    def page(self) -> ComposeResult:
        """The path."""
        yield Input(self._name, select_on_focus=False)

    def buttons(self) -> ComposeResult:
        """To save, and not to."""
        yield Button("Save  enter", id="save", variant="primary", compact=True)
        yield Button("Back  esc", id="back", compact=True)

    @on(Input.Changed)
    def _typed(self) -> None:
        """What was said of another file is of no use any more."""
        self.complain("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _submitted(self) -> None:
        if typed := self.query_one(Input).value.strip():
            self.run_worker(self._save(typed), exclusive=True)

    async def _save(self, typed: str) -> None:
        try:
            await asyncio.to_thread(_write, typed, self._data, replace=typed == self._may_replace)
        except FileExistsError:
            self._may_replace = typed
            self.complain("There is such a file. Save again to replace it.")
        except OSError as error:
            self.complain(f"It cannot be written: {error.strerror or error}")
        except (RuntimeError, ValueError) as error:  # a home of nobody; a NUL
            self.complain(f"This is no path: {error}")
        else:
            self.notify(f"Saved {clean(typed, 200)}", timeout=3, markup=False)
            self.dismiss(None)

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Back, with nothing saved."""
        self.dismiss(None)


def _write(typed: str, data: bytes, *, replace: bool) -> None:
    """Raises OSError; FileExistsError where there is a file that is not to be replaced."""
    path = Path(typed).expanduser()
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "it is a folder; add a name")
    with path.open("wb" if replace else "xb") as file:
        file.write(data)


def suggested(name: str, extension: str) -> str:
    """A plain file name made of what a server calls something; ``extension`` is added where it has none."""
    last = name.rstrip("/").rpartition("/")[2]
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._-")[-_LONGEST:] or "saved"
    return plain if Path(plain).suffix else f"{plain}{extension}"
