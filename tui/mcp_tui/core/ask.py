"""Ask: a question to a server whose answer is wanted as the server sent it."""

from __future__ import annotations

from typing import Any

from mcp.client.session import ClientSession
from mcp.shared.dispatcher import CallOptions


async def ask(session: ClientSession, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The ``result`` of one request, unread; the SDK's own methods give all of it up over one bad part.

    Raises MCPError.
    """
    data: dict[str, Any] = {"method": method, "params": params}
    options: CallOptions = {}
    session._stamp(data, options)  # pyright: ignore[reportPrivateUsage]
    dispatcher = session._dispatcher  # pyright: ignore[reportPrivateUsage]
    return await dispatcher.send_raw_request(method, data["params"], options)
