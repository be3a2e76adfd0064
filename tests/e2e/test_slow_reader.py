"""A flood on standard output: whoever reads it slowly slows the server down, and gets every line."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mcp_tui.cli.printer import BACKLOG, CLOSE_SECONDS
from mcp_tui.core.events import MESSAGE
from support.dashboard import MCP_TUI
from support.faulty import serving
from support.flood import COUNT, FLOODING, flood_unasked, text_of

PIPEFUL = 65_536

LAST, PAUSE = BACKLOG // 2, CLOSE_SECONDS + 1
"""So many lines before the end, which the program holds by then, the reader makes a pause of so many seconds."""


@pytest.mark.parametrize(
    ("words", "status"), [(("call", "faulty", "flood"), 0), (("watch",), 128 + signal.SIGTERM)]
)
async def test_a_slow_reader_of_the_output_gets_every_line(
    words: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    unasked = {"GET": flood_unasked} if words == ("watch",) else {}
    async with serving({**FLOODING, **unasked}) as server:
        url = f"http://127.0.0.1:{server.port}/mcp"
        (tmp_path / "config.toml").write_text(f'[servers.faulty]\nurl = "{url}"\nprotocol = "legacy"\n')
        said: list[str] = []
        async with started(*words, "--json", folder=tmp_path) as child, asyncio.timeout(60):
            async for event in read_slowly(child):
                if event["kind"] == MESSAGE:
                    said.append(event["text"])
                if event["text"] == text_of(COUNT - LAST):
                    await asyncio.sleep(PAUSE)
                if unasked and len(said) == COUNT:
                    child.terminate()
            assert await child.wait() == status
    assert said == [text_of(number) for number in range(COUNT)]


@asynccontextmanager
async def started(*words: str, folder: Path) -> AsyncGenerator[Process]:
    """``mcp-tui`` in a folder, its output in a pipe; killed at the end if it has not ended."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    child = await create_subprocess_exec(MCP_TUI, *words, cwd=folder, env=environment, stdout=PIPE)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def read_slowly(child: Process) -> AsyncGenerator[dict[str, Any]]:
    """The lines that ``child`` prints, a pipeful at a time."""
    assert child.stdout is not None
    rest = b""
    while data := await child.stdout.read(PIPEFUL):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield json.loads(line)
        await asyncio.sleep(0.01)
    assert rest == b""
