"""What there is to know of a URL before it is opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.links import inspect
from mcp_tui.core.text import clean


@pytest.mark.parametrize(
    ("url", "host", "said"),
    [
        ("https://id.example/x?y=1#z", "id.example", ""),
        ("https://id.example:8443/", "id.example:8443", ""),
        ("http://id.example/", "id.example", "not https"),
        ("https://id.example@evil.example/", "evil.example", "before the @"),
        ("https://xn--pple-43d.example/", "xn--pple-43d.example", "written out it is аpple.example"),
        ("https://аpple.example/", "аpple.example", "written out it is xn--pple-43d.example"),
        ("https://xn--\x1b/", "xn--␛", "written out it is not possible"),
        ("https://id.example/a b", "id.example", "characters that no URL has"),
        ("https://id.example\\@evil.example/", "evil.example", "characters that no URL has"),
        ("https://[::1]:80/", "[::1]:80", ""),
        ("https://[::1/", "", "not a valid URL"),
        ("https:///path", "", "not a valid URL"),
        ("https://id.example:port/", "", "not a valid URL"),
    ],
)
def test_where_a_url_leads_and_what_is_odd(url: str, host: str, said: str) -> None:
    link = inspect(url)
    assert link.host == host
    assert (said in " ".join(link.warnings)) if said else (link.warnings == ())
    assert bool(link.url) == bool(host)


def test_a_url_that_is_a_url_is_opened_as_it_is() -> None:
    url = "https://id.example/a%20b;c?d=e&f=%41#g"
    assert inspect(url).url == url


@given(
    st.text() | st.text(st.characters(codec=None)), st.sampled_from(["", "https://", "https://x/", "http://xn--"])
)
def test_any_text_can_be_looked_at(text: str, start: str) -> None:
    link = inspect(start + text)
    assert link.url.isascii()
    assert link.url.isprintable()
    assert clean(link.host) == link.host
    assert all(clean(warning) == warning for warning in link.warnings)
