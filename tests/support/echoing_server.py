"""A server that sends back whatever it was given, from every place it can write to.

``echoing_server.py stdio`` has its secret in ``$ECHO_TOKEN``; ``echoing_server.py http PORT`` echoes the
Authorization header and the query of the URL. A path that ends in ``/locked`` gets a 401 with both in its
challenge.
"""

import base64
import json
import os
import sys
import warnings
from urllib.parse import quote

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPDeprecationWarning
from starlette.types import ASGIApp, Receive, Scope, Send

SEPARATOR = " | "


def spellings(text: str) -> str:
    """``text`` as it is, escaped, and encoded."""
    return SEPARATOR.join((text, json.dumps(text), quote(text, safe=""), "".join(f"\\u{ord(c):04x}" for c in text)))


def arm(server: MCPServer, text: str) -> None:
    """Let ``server`` say ``text`` everywhere."""

    async def echo(ctx: Context, fail: bool = False, choice: str = text) -> dict[str, str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            await ctx.log("error", text, logger_name=text)  # pyright: ignore[reportDeprecated]
            await ctx.log("info", {text: [text]}, logger_name="l")  # pyright: ignore[reportDeprecated]
        await ctx.report_progress(1, 2, text)
        print(text, file=sys.stderr)
        if fail:
            raise ToolError(text)
        return {"echo": text}

    server.add_tool(echo, name="echo", title=f"Echo {text}", description=f"The echo\n{text}")


class Echoing:
    """Wraps the app of ``server``: what the first request carries is what the server says from then on."""

    def __init__(self, app: ASGIApp, server: MCPServer) -> None:
        self._app = app
        self._server = server
        self._armed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = dict(scope["headers"]).get(b"authorization", b"")
        kind, _, token = header.decode().partition(" ")
        decoded = base64.b64decode(token).decode() if kind == "Basic" else ""
        given = SEPARATOR.join((header.decode(), token, decoded, scope["query_string"].decode()))
        if scope["path"].endswith("/locked"):
            challenge = f'Bearer realm="{given}"'.encode()
            headers = [(b"www-authenticate", challenge), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if not self._armed:
            self._armed = True
            arm(self._server, spellings(given))
        await self._app(scope, receive, send)


def main(transport: str, port: int) -> None:
    if transport == "stdio":
        given = spellings(os.environ["ECHO_TOKEN"])
        server = MCPServer(f"echo {given}", version=given, instructions=given, log_level="ERROR")
        arm(server, given)
        print(given, file=sys.stderr)
        server.run("stdio")
    else:
        server = MCPServer("echo", log_level="ERROR")
        app = Echoing(server.streamable_http_app(), server)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
