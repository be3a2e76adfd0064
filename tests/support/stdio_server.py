"""A server over stdio, of the handshake era, whose tools are the things that a server should not do.

Written by hand and not with the SDK, so that it starts at once and can write any bytes.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

Tool = Callable[[dict[str, Any]], None]


def answer(result: dict[str, Any], to: Any) -> None:
    # Not UTF-8: what stands for an e with an accent is written in Latin-1.
    write(json.dumps({"jsonrpc": "2.0", "id": to, "result": result}).encode().replace(b"caf_", b"caf\xe9"))


def write(line: bytes, end: bytes = b"\n") -> None:
    sys.stdout.buffer.write(line + end)
    sys.stdout.buffer.flush()


def message(data: str, level: str = "notice") -> bytes:
    params = {"level": level, "data": data}
    return json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": params}).encode()


def garbage(_arguments: dict[str, Any]) -> None:
    for line in (b"Listening on port 80", b"", b"  \r", b"{", b'{"method": ', b'{"method": 5}', b"[" * 100_000):
        write(line)
    write(b'{"jsonrpc": "2.0", "method": "notifications/odd", "params": [1]}')
    write(b'{"jsonrpc": "2.0", "id": 1, "method": 7}')


def endless(arguments: dict[str, Any]) -> None:
    for _ in range(arguments["megabytes"]):
        write(b"x" * 2**20, b"")
    write(b"")


def latin(_arguments: dict[str, Any]) -> None:
    write(message("caf_").replace(b"_", b"\xe9"))


def crlf(_arguments: dict[str, Any]) -> None:
    write(message("one") + b"\r\n" + message("two") + b"\r\n\r")


def flood_stderr(arguments: dict[str, Any]) -> None:
    for number in range(arguments["lines"]):
        sys.stderr.buffer.write(b"%d caf\xe9 " % number + b"x" * 200 + b"\n")
    sys.stderr.buffer.write(b"y" * 1_000_000 + b"\nlast\n")
    sys.stderr.flush()


def notify(arguments: dict[str, Any]) -> None:
    for number in range(arguments["count"]):
        sys.stdout.buffer.write(message(str(number)) + b"\n")


def leave(arguments: dict[str, Any]) -> None:
    """End without an answer, as told: with a status, by a signal, after a last word."""
    write(message("a last message"))
    sys.stderr.write("a last word\n")
    sys.stderr.flush()
    if "signal" in arguments:
        os.kill(os.getpid(), arguments["signal"])
    os._exit(arguments["status"])


def child(_arguments: dict[str, Any]) -> None:
    """Start a process that holds every pipe open and heeds nothing."""
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(1000)"
    )
    started = subprocess.Popen([sys.executable, "-c", script])
    write(message(str(started.pid)))


def stubborn(_arguments: dict[str, Any]) -> None:
    """Heed neither the end of stdin nor SIGTERM from now on."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answer({"content": []}, CALL[0])
    time.sleep(1000)


TOOLS: dict[str, Tool] = {
    tool.__name__: tool for tool in (garbage, endless, latin, crlf, flood_stderr, notify, leave, child, stubborn)
}
CALL: list[Any] = [None]
"""The id of the call that is being run."""


def respond(request: dict[str, Any]) -> None:
    match request["method"]:
        case "initialize":
            result: dict[str, Any] = {
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}, "logging": {}},
                "serverInfo": {"name": "odd", "version": "1"},
            }
        case "tools/list":
            tools = [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]
            result = {"tools": tools}
        case "tools/call":
            CALL[0] = request["id"]
            params = request["params"]
            TOOLS[params["name"]](params.get("arguments", {}))
            result = {"content": [{"type": "text", "text": f"{params['name']} caf_"}]}
        case _:
            result = {}
    answer(result, request["id"])


def main() -> None:
    print(os.getpid(), file=sys.stderr, flush=True)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "id" in request and "method" in request:
            respond(request)


if __name__ == "__main__":
    main()
