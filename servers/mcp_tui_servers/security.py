"""Which Host and Origin headers a server on the loopback interface answers to.

A web page that the user has open can reach a server on 127.0.0.1, by DNS rebinding as if it were of its own
origin. Servers MUST therefore validate Origin (2025-11-25, basic/transports, Security Warning). The lists
are exact: a pattern for the port, such as the SDK's `http://localhost:*`, also lets
`http://localhost:1.evil.test` in.
"""

from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def loopback_security(port: int) -> TransportSecuritySettings:
    """Return the Host and Origin values allowed for a server on the loopback port `port`."""
    hosts = [f"{name}:{port}" for name in LOOPBACK_NAMES]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[f"http://{host}" for host in hosts])


class LoopbackGuard:
    """ASGI middleware: answers 421 to a foreign or missing Host, 403 to a foreign Origin.

    It stands before every route, those of the SDK included, which check again by themselves. A request
    without Origin does not come from a web page and passes.
    """

    def __init__(self, app: ASGIApp, settings: TransportSecuritySettings) -> None:
        self._app = app
        self._hosts = frozenset(settings.allowed_hosts)
        self._origins = frozenset(settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the refusal."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return PlainTextResponse("Invalid Host header\n", status_code=421)
        if not self._origins.issuperset(origins):
            return PlainTextResponse("Invalid Origin header\n", status_code=403)
        return None
