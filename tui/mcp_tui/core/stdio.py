"""The stdio transport: a server as a child process, its three pipes, and its end.

The SDK's own reads lines without any limit, makes a model of every notification before anyone can look at it, and
takes up to six seconds to leave a frozen server. Here the tap has each line as the bytes it came in, a line has a
size it may not exceed, and the whole process group has ended within two seconds of leaving. POSIX only.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, suppress
from io import RawIOBase
from typing import Any

import anyio
import msgspec
from anyio.abc import Process
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, jsonrpc_message_adapter

from mcp_tui.core.awaited import Awaited
from mcp_tui.core.events import CONNECTION, STDERR, Draft
from mcp_tui.core.guard import MAX_BODY, Notes
from mcp_tui.core.levels import Level
from mcp_tui.core.pipes import Lines, Source, pipe, write_all
from mcp_tui.core.tap import Tap
from mcp_tui.core.text import clean
from mcp_tui.settings import ServerSettings

MAX_LINE = MAX_BODY
"""Bytes of one message; a longer line is left out, up to its end."""

MAX_STDERR_LINE = 64 * 1024
"""Bytes of one line of a server's stderr; of a longer one the rest is left out."""

_ASKED, _TERMINATED, _KILLED = 0.7, 0.5, 0.3
"""Seconds that a server has to end: once its stdin is closed, after SIGTERM, after SIGKILL."""

_LEAVE_SECONDS = 1.8
"""Seconds that leaving takes at most; what is over when the server has ended serves to read its last words."""

_STATUS_SECONDS = 0.5
"""How long a server that closed a pipe may take to end, and so to have an exit status."""

_POLL_SECONDS = 0.01


@asynccontextmanager
async def stdio_link(settings: ServerSettings, tap: Tap, notes: Notes) -> AsyncGenerator[tuple[Any, Any]]:
    """Run the command of ``settings`` and talk to it; at the end its whole process group has ended.

    Raises OSError where the command cannot be started. Source: MCP specification, basic/transports, "stdio".
    """
    with ExitStack() as ours:
        with ExitStack() as theirs:
            stdin, to_child = pipe(theirs, ours)
            from_child, stdout = pipe(ours, theirs)
            errors, stderr = pipe(ours, theirs)
            for end in (to_child, from_child, errors):
                os.set_blocking(end.fileno(), False)
            process = await _start(settings, stdin, stdout, stderr)
        link = _Link(process, to_child, Source(from_child), Source(errors), tap, notes)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(link.run)
            try:
                yield link.to_us, link.from_us
            finally:
                with anyio.CancelScope(shield=True):
                    await link.leave()


async def _start(settings: ServerSettings, stdin: RawIOBase, stdout: RawIOBase, stderr: RawIOBase) -> Process:
    """The command of ``settings`` in a session, and so in a process group, of its own."""
    await anyio.lowlevel.checkpoint()
    # From here on, a cancellation at the wrong time would leave a process that nobody holds.
    with anyio.CancelScope(shield=True):
        return await anyio.open_process(
            settings.command,
            stdin=stdin.fileno(),
            stdout=stdout.fileno(),
            stderr=stderr.fileno(),
            env=get_default_environment() | {name: value.reveal() for name, value in settings.env.items()},
            start_new_session=True,
        )
    raise RuntimeError("only a cancelled shield comes here, and nobody cancels it")


class _Link:
    """The conversation with one child: four tasks, and the way it is ended."""

    def __init__(
        self, process: Process, stdin: RawIOBase, stdout: Source, stderr: Source, tap: Tap, notes: Notes
    ) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr
        self._tap = tap
        self._notes = notes
        self._to_sdk, self.to_us = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        self.from_us, self._from_sdk = anyio.create_memory_object_stream[SessionMessage](0)
        self._scope = anyio.CancelScope(shield=True)
        self._all_read = anyio.Event()
        self._stderr_read = anyio.Event()
        self._last_words = ""
        self._awaited = Awaited()
        self._leaving = False

    async def run(self) -> None:
        """Carry messages until ``leave`` is done. A cancellation does not end it: leaving needs the pipes."""
        with self._scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch)
                tasks.start_soon(self._write)
                try:
                    async with anyio.create_task_group() as readers:
                        readers.start_soon(self._read_messages)
                        readers.start_soon(self._read_stderr)
                finally:
                    self._all_read.set()

    async def leave(self) -> None:
        """End the whole process group, whatever state it is in, within ``_LEAVE_SECONDS``.

        Source: MCP specification 2025-11-25, basic/lifecycle, "Shutdown".
        """
        self._leaving = True
        deadline = anyio.current_time() + _LEAVE_SECONDS
        # The writer ends with what it has in hand, and closes stdin; the reader goes on, past a deaf SDK, because
        # a child that is stuck writing reads nothing.
        self.from_us.close()
        self.to_us.close()
        try:
            await self._end_group()
            with anyio.CancelScope(deadline=deadline):
                await self._process.wait()
                await self._all_read.wait()
        except BaseException:
            self._signal(signal.SIGKILL)
            raise
        finally:
            self._scope.cancel()
            self._to_sdk.close()
            self._from_sdk.close()

    async def _end_group(self) -> None:
        with anyio.move_on_after(_ASKED):
            await self._process.wait()
        for number, seconds in ((signal.SIGTERM, _TERMINATED), (signal.SIGKILL, _KILLED)):
            if not self._signal(number):
                break
            with anyio.move_on_after(seconds):
                await self._group_gone()

    async def _group_gone(self) -> None:
        while self._signal(0):  # noqa: ASYNC110  (nothing tells of the end of a group)
            await anyio.sleep(_POLL_SECONDS)

    def _signal(self, number: int) -> bool:
        """Signal the child's group, which has the child's number; whether there is any of it left."""
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:
            # Some of it is not ours to signal (macOS says so of zombies, too): it is there.
            return True
        return True

    async def _watch(self) -> None:
        await self._process.wait()
        self._stdout.end()
        self._stderr.end()

    async def _write(self) -> None:
        with self._stdin, self._from_sdk:
            try:
                async for message in self._from_sdk:
                    if isinstance(message.message, JSONRPCRequest):
                        self._awaited.add(msgspec.json.encode(message.message.id))
                    line = _to_line(message)
                    if self._tap.wire.on:
                        self._tap.wire.message(self._tap.server, line.rstrip(), sent=True)
                    await write_all(self._stdin, line)
            except OSError:
                await self._broken()

    async def _broken(self) -> None:
        """Stdin broke. Where the child has ended, the reader says so, after its last message."""
        with anyio.move_on_after(_STATUS_SECONDS):
            await self._process.wait()
        if self._process.returncode is None:
            self._lose("the server has closed its input")

    async def _read_messages(self) -> None:
        lines = Lines(MAX_LINE, self._left_out)
        while chunk := await self._stdout.read():
            await self._tap.listener.heard()
            for line in lines.feed(chunk):
                if not self._tap.take(line):
                    await self._pass_on(line)
        rest = lines.rest()
        if not self._leaving and not self._tap.take(rest):
            await self._pass_on(rest)
        with anyio.move_on_after(_STATUS_SECONDS):
            await self._process.wait()
            # Why it ended is mostly the last thing that it said.
            await self._stderr_read.wait()
        status = self._process.returncode
        words = f": {self._last_words}" if status and self._last_words else ""
        self._lose(f"{_how_ended(status)}{words}")

    async def _pass_on(self, line: bytes) -> None:
        """Give the SDK what is its business."""
        if not line.strip():
            return
        if (passed := self._tap.rest(line, awaited=self._awaited)) is None:
            return
        try:
            message = jsonrpc_message_adapter.validate_json(passed, by_name=False)
        except ValueError:
            self._tap.unreadable(line.decode("utf-8", "replace"))
            return
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._to_sdk.send(SessionMessage(message))

    def _lose(self, reason: str) -> None:
        """The session is over; the SDK fails what it waits for."""
        if not self._leaving:
            self._notes.lost_session(reason)
        self._to_sdk.close()

    def _left_out(self, beginning: bytes) -> None:
        excerpt = clean(beginning[:100].decode("utf-8", "replace"))
        text = f"a line of more than {MAX_LINE:,} bytes was left out: {excerpt}…"
        self._tap.listener.event(Draft(self._tap.server, Level.ERROR, CONNECTION, text))

    async def _read_stderr(self) -> None:
        lines = Lines(MAX_STDERR_LINE, self._stderr_event)
        while chunk := await self._stderr.read():
            await self._tap.listener.heard()
            for line in lines.feed(chunk):
                self._stderr_event(line)
        self._stderr_event(lines.rest())
        self._stderr_read.set()

    def _stderr_event(self, line: bytes) -> None:
        if text := clean(line.decode("utf-8", "replace").rstrip()):
            self._last_words = clean(text, 200)
            self._tap.listener.event(Draft(self._tap.server, Level.INFO, STDERR, text))


def _to_line(message: SessionMessage) -> bytes:
    try:
        text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
    except ValueError:
        # A lone surrogate has no UTF-8; JSON can escape it.
        text = json.dumps(message.message.model_dump(mode="python", by_alias=True, exclude_unset=True))
    return text.encode() + b"\n"


def _how_ended(status: int | None) -> str:
    """How a process ended, from its exit status as Python gives it."""
    if status is None:
        return "the server has closed its output"
    if status >= 0:
        return f"the server has ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    return f"the server was ended by signal {name}"
