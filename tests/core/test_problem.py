"""What went wrong, in words for a person."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.exceptions import MCPError

from mcp_tui.core.problem import Problem, of_error, of_exception, of_status

SECRET = "hunter2"
URL = f"http://user:{SECRET}@h/mcp?token={SECRET}"

CERTIFICATE = (
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate\x1b (_ssl.c:1006)"
)


def status_error(status: int) -> httpx2.HTTPStatusError:
    """What ``raise_for_status`` raises, with the whole URL in its text."""
    response = httpx2.Response(status, request=httpx2.Request("GET", URL))
    with pytest.raises(httpx2.HTTPStatusError) as caught:
        response.raise_for_status()
    assert SECRET in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind", "text", "sent"),
    [
        (httpx2.ConnectTimeout(""), "timeout", "no answer to the attempt to connect", False),
        (httpx2.PoolTimeout(""), "timeout", "too many requests at once to this server", False),
        (httpx2.ReadTimeout(""), "timeout", "the server stopped answering", True),
        (httpx2.WriteTimeout(""), "timeout", "the server stopped answering", True),
        (httpx2.UnsupportedProtocol(""), "protocol", "the request could not be made", False),
        (httpx2.LocalProtocolError(""), "protocol", "the request could not be made", False),
        (httpx2.RemoteProtocolError(""), "cut", "the server cut the connection", True),
        (httpx2.ReadError(""), "cut", "the server cut the connection", True),
        (httpx2.WriteError(""), "cut", "the server cut the connection", True),
        (httpx2.ConnectError("All connection attempts failed"), "refused", "connection refused", False),
        (httpx2.ConnectError("[Errno 111] Connection refused"), "refused", "connection refused", False),
        (httpx2.ConnectError("[Errno -2] Name or service not known"), "refused", "host name", False),
        (httpx2.ConnectError("[Errno -3] Temporary failure in name resolution"), "refused", "host name", False),
        (httpx2.ConnectError("[Errno 8] nodename nor servname provided, or not known"), "refused", "host", False),
        (httpx2.ConnectError("[Errno 11001] getaddrinfo failed"), "refused", "host name", False),
        (httpx2.ConnectError(CERTIFICATE), "tls", "TLS failed: self-signed certificate␛", False),
        (
            httpx2.ConnectError("[SSL: WRONG_VERSION_NUMBER] (_ssl.c:1006)"),
            "tls",
            "TLS failed",
            False,
        ),
    ],
)
def test_an_error_below_http(error: httpx2.TransportError, kind: str, text: str, sent: bool) -> None:
    problem = of_error(error)
    assert (problem.kind, problem.sent) == (kind, sent)
    assert text in problem.text


@pytest.mark.parametrize(
    "make",
    [httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ReadError, httpx2.UnsupportedProtocol, httpx2.ProxyError],
)
def test_the_library_s_own_text_is_not_shown(make: Callable[[str], httpx2.TransportError]) -> None:
    assert SECRET not in repr(of_error(make(f"failed for {URL}")))
    assert SECRET not in repr(of_error(make(f"[SSL: X] certificate failed for {URL} name not known")))


@pytest.mark.parametrize("status", [200, 202, 204, 307, 399])
def test_a_status_that_is_no_error_is_no_problem(status: int) -> None:
    assert of_status(httpx2.Response(status)) is None


@pytest.mark.parametrize(
    ("status", "text", "hint"),
    [
        (401, "HTTP 401 Unauthorized", "credentials"),
        (403, "HTTP 403 Forbidden", "headers"),
        (404, "HTTP 404 Not Found", "/mcp"),
        (405, "HTTP 405 Method Not Allowed", 'transport = "sse"'),
        (421, "HTTP 421 Misdirected Request", "host name"),
        (503, "HTTP 503 Service Unavailable", ""),
        (599, "HTTP 599", ""),
    ],
)
def test_an_error_status_is_named_and_explained(status: int, text: str, hint: str) -> None:
    problem = of_status(httpx2.Response(status))
    assert problem is not None
    assert (problem.kind, problem.text, problem.status) == ("status", text, status)
    assert hint in problem.hint


@pytest.mark.parametrize(("status", "wants"), [(401, True), (403, True), (404, False), (429, False), (500, False)])
def test_which_statuses_want_credentials(status: int, wants: bool) -> None:
    problem = of_status(httpx2.Response(status))
    assert problem is not None
    assert problem.unauthorized is wants


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"7", 7.0),
        (b" 0 ", 0.0),
        (b"999999999", 3600.0),
        (b"9" * 400, 3600.0),
        (b"-1", None),
        (b"1.5", None),
        (b"", None),
        (b"Fri, 20 Nov 2026 09:30:00 GMT", None),
        (b"\xb2", None),
        (b"\xc2\xb2", None),
    ],
)
def test_retry_after_in_seconds(header: bytes, seconds: float | None) -> None:
    problem = of_status(httpx2.Response(429, headers=[(b"retry-after", header)]))
    assert problem is not None
    assert problem.retry_after == seconds


@given(st.binary(max_size=10))
def test_no_header_is_too_odd(value: bytes) -> None:
    headers = [(b"retry-after", value), (b"www-authenticate", value)]
    problem = of_status(httpx2.Response(401, headers=headers))
    assert problem is not None
    assert problem.challenge.isprintable() or not problem.challenge.isascii()


def test_a_challenge_is_cleaned_and_cut() -> None:
    headers = [(b"www-authenticate", b"Bearer \x1b]52;c;aGk=\x07" + b"x" * 400)]
    problem = of_status(httpx2.Response(401, headers=headers))
    assert problem is not None
    assert problem.challenge.startswith("Bearer ␛]52;c;aGk=␇xxx")
    assert problem.challenge.endswith("… (+119 characters)")


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (
            FileNotFoundError(2, "No such file or directory", "uvx\x1b"),
            "protocol",
            "uvx␛: No such file or directory",
        ),
        (PermissionError(13, "Permission denied", "tool"), "protocol", "tool: Permission denied"),
        (MCPError(-1, "no\nsuch method"), "body", "no↵such method"),
        (ValueError("odd \x1b"), "cut", "ValueError: odd ␛"),
        (httpx2.ConnectTimeout(URL), "timeout", "no answer to the attempt to connect"),
    ],
)
def test_what_an_exception_means(error: Exception, kind: str, text: str) -> None:
    problem = of_exception(error)
    assert (problem.kind, problem.text) == (kind, text)


def test_the_first_of_a_group_counts_however_deep() -> None:
    group = ExceptionGroup("a", [ExceptionGroup("b", [MCPError(-1, "first"), ValueError()]), ValueError()])
    assert of_exception(group).text == "first"


def test_a_command_that_is_not_there_is_not_a_thing_to_try_again_by_itself() -> None:
    problem = of_exception(FileNotFoundError(2, "No such file or directory", "uvx"))
    assert (problem.kind, problem.sent) == ("protocol", False)
    assert "command" in problem.hint


@pytest.mark.parametrize(
    ("status", "text"),
    [(500, "HTTP 500 Internal Server Error"), (401, "HTTP 401 Unauthorized"), (307, "HTTP 307 Temporary Redirect")],
)
def test_a_status_raised_by_a_library_is_shown_without_its_url(status: int, text: str) -> None:
    problem = of_exception(status_error(status))
    assert (problem.kind, problem.text, problem.status) == ("status", text, status)
    assert SECRET not in repr(problem)


def test_a_problem_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Problem("cut", "x").text = "y"  # type: ignore[misc]
