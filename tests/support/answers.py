"""What a server may say, good or bad: one small function for each answer, for any transport.

``GOOD`` answers every method as it should be. ``TOOLS`` are the tools of ``faulty``: each is one way to misbehave.
"""

from __future__ import annotations

from typing import Any

from support.exchange import SUBSCRIPTION, Answer, Exchange, Json, dump, notification, text_result, tool

MODERN = "2026-07-28"
HANDSHAKE = "2025-11-25"
CAPABILITIES: Json = {"logging": {}, "tools": {"listChanged": True}}
IDENTITY: Json = {"name": "faulty", "version": "1.0"}
BATCH = 1_000
"""Notifications of a flood that are written at once."""


# The good answers


async def _initialize(exchange: Exchange) -> None:
    asked = exchange.params.get("protocolVersion", HANDSHAKE)
    version = asked if asked != MODERN else HANDSHAKE
    await exchange.answer(
        {"protocolVersion": version, "capabilities": CAPABILITIES, "serverInfo": IDENTITY, "resultType": "complete"}
    )


async def _discover(exchange: Exchange) -> None:
    await exchange.answer(
        {
            "supportedVersions": [MODERN],
            "capabilities": CAPABILITIES,
            "resultType": "complete",
            "ttlMs": 0,
            "cacheScope": "private",
            "_meta": {"io.modelcontextprotocol/serverInfo": IDENTITY},
        }
    )


async def list_tools(exchange: Exchange) -> None:
    """All the tools on one page."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    await exchange.answer(
        listed(*(tool(name) for name in TOOLS if name != "does-not-fit"), tool("does-not-fit", outputSchema=schema))
    )


def listed(*tools: Any, **fields: Any) -> Json:
    """A page of ``tools/list``."""
    return {"tools": list(tools), "resultType": "complete", "ttlMs": 0, "cacheScope": "private", **fields}


async def call_tool(exchange: Exchange) -> None:
    """Run the tool that was named."""
    await TOOLS[exchange.tool](exchange)


async def _empty(exchange: Exchange) -> None:
    await exchange.answer({"resultType": "complete"})


async def listen(exchange: Exchange) -> None:
    """Acknowledge a subscription, and keep it open."""
    meta = {SUBSCRIPTION: exchange.message["id"]}
    asked = exchange.params.get("notifications", {})
    await exchange.notify("subscriptions/acknowledged", {"_meta": meta, "notifications": asked})
    await exchange.gone()


async def unknown(exchange: Exchange) -> None:
    """Say that there is no such method."""
    await exchange.error(-32601, f"Method not found: {exchange.method}")


async def hang(exchange: Exchange) -> None:
    """Say nothing at all."""
    await exchange.gone()


async def cut(exchange: Exchange) -> None:
    """Break the connection."""
    await exchange.cut()


GOOD: dict[str, Answer] = {
    "initialize": _initialize,
    "server/discover": _discover,
    "tools/list": list_tools,
    "tools/call": call_tool,
    "logging/setLevel": _empty,
    "ping": _empty,
    "subscriptions/listen": listen,
}


# The tools


async def _echo(exchange: Exchange) -> None:
    await exchange.answer(text_result(exchange.argument("text", "echo")))


async def _flood(exchange: Exchange) -> None:
    count = exchange.argument("n", 1)
    for start in range(0, count, BATCH):
        numbers = range(start, min(count, start + BATCH))
        await exchange.frames(
            *(dump(notification("message", {"level": "info", "data": number})) for number in numbers)
        )
    await exchange.answer(text_result("done", structuredContent={"sent": count}))


def says(*frames: Any) -> Answer:
    """Send ``frames`` (bytes as they are, anything else as JSON), then the good result."""

    async def answer(exchange: Exchange) -> None:
        for frame in frames:
            await exchange.frames(frame if isinstance(frame, bytes) else dump(frame))
        await exchange.answer(text_result("done"))

    return answer


def results(result: Any) -> Answer:
    """Answer with ``result``, whatever it is."""

    async def answer(exchange: Exchange) -> None:
        await exchange.answer(result)

    return answer


def answers(fields: Json) -> Answer:
    """Answer with ``fields`` in the place of a result."""

    async def answer(exchange: Exchange) -> None:
        await exchange.send({"jsonrpc": "2.0", "id": exchange.message["id"], **fields})

    return answer


def answers_raw(result: bytes) -> Answer:
    """Answer with a result byte for byte."""

    async def answer(exchange: Exchange) -> None:
        await exchange.frames(b'{"jsonrpc":"2.0","id":%d,"result":%b}' % (exchange.message["id"], result))

    return answer


async def _wrong_id(exchange: Exchange) -> None:
    await exchange.send({"jsonrpc": "2.0", "id": 999_999, "result": text_result("for another")})
    await exchange.answer(text_result("done"))


async def _twice(exchange: Exchange) -> None:
    for text in ("first", "second"):
        await exchange.send({"jsonrpc": "2.0", "id": exchange.message["id"], "result": text_result(text)})


async def _backward(exchange: Exchange) -> None:
    token = exchange.params.get("_meta", {}).get("progressToken")
    for done in (5, 3, 3, -1, 1e308):
        await exchange.notify("progress", {"progressToken": token, "progress": done, "total": 4})
    await exchange.answer(text_result("done"))


async def _null_id(exchange: Exchange) -> None:
    await exchange.send({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "cannot read that"}})


async def _large(exchange: Exchange) -> None:
    await exchange.notify("message", {"level": "info", "data": "here it comes"})
    await exchange.answer(text_result("x" * exchange.argument("n", 1)))


async def _cut_in_call(exchange: Exchange) -> None:
    await exchange.notify("message", {"level": "info", "data": "before the cut"})
    await exchange.cut()


def message(data: bytes, level: bytes = b'"info"') -> bytes:
    """A log message whose level and data are given as they are on the wire."""
    params = b'{"level":' + level + b',"data":' + data + b"}"
    return b'{"jsonrpc":"2.0","method":"notifications/message","params":' + params + b"}"


_PROGRESS = b'{"jsonrpc":"2.0","method":"notifications/progress","params":'

TOOLS: dict[str, Answer] = {
    "echo": _echo,
    "flood": _flood,
    "hang": hang,
    "cut": _cut_in_call,
    "fail": results(text_result("it failed", isError=True)),
    "unreadable": says(b'{"jsonrpc":"2.0","method":"notifications/message",', b"not json at all"),
    "batch": says([notification("message", {"level": "info", "data": "in a batch"})]),
    "wrong-id": _wrong_id,
    "twice": _twice,
    "unknown-level": says(message(b"1", b'"shouting"'), message(b"2", b"7"), message(b"3", b"null")),
    "no-params": says({"jsonrpc": "2.0", "method": "notifications/message"}),
    "list-params": says({"jsonrpc": "2.0", "method": "notifications/message", "params": [1, 2]}),
    "unknown-method": says(notification("solar/flare", {"size": "X9"}), notification("", {})),
    "data": says(*(message(data) for data in (b"null", b"true", b"0", b"-1.5e300", b'""', b"[]", b'{"a":[{}]}'))),
    "nan": says(message(b'{"x":NaN,"y":Infinity}'), _PROGRESS + b'{"progressToken":"t","progress":NaN}}'),
    "surrogate": says(message(rb'"lone \ud800 surrogate"'), message(rb'{"\udfff":"\ud800"}')),
    "invalid-utf-8": says(message(b'"caf\xe9 \xff\xfe"')),
    "deep": says(message(b"[" * 100_000 + b"]" * 100_000)),
    "long-number": says(message(b"9" * 10_000)),
    "big-message": says(message(b'"' + b"x" * 2_000_000 + b'"')),
    "backward": _backward,
    "odd-progress": says(
        _PROGRESS + b'{"progressToken":{},"progress":"half"}}',
        _PROGRESS + b"null}",
        _PROGRESS + b'{"progressToken":"mcp-tui-99999999999999999999999","progress":1}}',
    ),
    "unknown-result-type": results(text_result("done", resultType="moon")),
    "no-content": results({"resultType": "complete"}),
    "bad-content": results({"content": "text", "resultType": "complete"}),
    "unknown-block": results({"content": [{"type": "hologram", "data": 1}], "resultType": "complete"}),
    "result-list": results([1, 2]),
    "result-null": results(None),
    "null-id": _null_id,
    "no-id": says({"jsonrpc": "2.0", "result": {}}, {"foo": 1}, {"jsonrpc": "2.0", "id": None, "method": "x"}),
    "odd-error": answers({"error": "boom"}),
    "surrogate-result": answers_raw(rb'{"content":[{"type":"text","text":"lone \ud800"}]}'),
    "invalid-utf-8-result": answers_raw(b'{"content":[{"type":"text","text":"caf\xe9"}]}'),
    "nan-result": answers_raw(b'{"content":[{"type":"text","text":"n"}],"structuredContent":{"x":NaN}}'),
    "unreadable-result": answers_raw(b'{"content":['),
    "large": _large,
    "does-not-fit": results(text_result("kept", structuredContent={"n": "no number"})),
}
