"""`GET /stream`: streaming as plain HTTP has it, to be compared with MCP notifications.

One response in chunks (RFC 9112, section 7.1): the pieces carry no level, no progress and no relation to a
call; the last one happens to be the result.
"""

from collections.abc import AsyncGenerator

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

FILES = 3
MAX_MESSAGE_LENGTH = 2000


def stream_route(delay_seconds: float = 0.5) -> Route:
    """Return the route `GET /stream?message=TEXT`, which takes `delay_seconds` for each of its files.

    It answers 200 with one chunk of text per line, or 400 if `message` is too long.
    """

    async def stream(request: Request) -> Response:
        message = request.query_params.get("message", "Hello")
        if len(message) > MAX_MESSAGE_LENGTH:
            return PlainTextResponse(f"message is longer than {MAX_MESSAGE_LENGTH} characters\n", status_code=400)
        return StreamingResponse(
            _lines(message, delay_seconds),
            media_type="text/plain",
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
        )

    return Route("/stream", stream, methods=["GET"])


async def _lines(message: str, delay_seconds: float) -> AsyncGenerator[str]:
    for number in range(1, FILES + 1):
        yield f"Processing file {number}/{FILES}...\n"
        await anyio.sleep(delay_seconds)
    yield f"Here's the file content: {message}\n"
