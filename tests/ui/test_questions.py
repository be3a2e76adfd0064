"""What servers ask, answered on the dashboard."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Button, Input, TextArea

from mcp_tui.core.inbox import Action, QuestionKind, Reply
from mcp_tui.settings import Config, Secret, ServerSettings
from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.screens.question import QuestionScreen
from ui.fakes import FakeHub
from ui.host import HOSTILE, harmless
from ui.stage import Stage, stage

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "title": "Your name"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
PAGE = "https://id.example/sign-in?state=1"


def text(on: Stage) -> str:
    """What stands on the screen."""
    strips = on.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def asked(kind: QuestionKind, size: tuple[int, int] = (80, 24), **fields: Any) -> AsyncGenerator[Stage]:
    """The screen of a question, opened by its key."""
    async with stage(size=size) as on:
        on.hub.inbox.put(kind, **fields)
        await on.press("i")
        await on.until(lambda: isinstance(on.app.screen, QuestionScreen))
        await on.settle()
        yield on


async def closed(on: Stage) -> None:
    await on.until(lambda: isinstance(on.app.screen, DashboardScreen))


async def test_the_title_counts_what_waits_and_a_toast_says_who_asks() -> None:
    async with stage(size=(80, 24)) as on:
        assert "question" not in text(on)
        before = on.dashboard.focused
        on.hub.inbox.put("form", server="legacy")
        await on.settle()
        assert "? 1 question " in text(on)
        on.hub.inbox.put("url", url=PAGE)
        await on.settle()
        assert "? 2 questions " in text(on)
        assert [toast.message.splitlines()[0] for toast in on.toasts] == [
            "? legacy asks: Who are you?",
            "? items asks: Who are you?",
        ]
        # Nothing opens by itself, and the focus stays.
        assert on.app.screen is on.dashboard
        assert on.dashboard.focused is before
        on.hub.inbox.withdraw(1)
        on.hub.inbox.withdraw(2)
        await on.settle()
        assert "question" not in text(on)


async def test_with_nothing_to_answer_the_key_says_so() -> None:
    async with stage() as on:
        await on.press("i")
        assert [toast.message for toast in on.toasts] == ["No server asks anything"]
        assert on.app.screen is on.dashboard


async def test_a_form_is_filled_in_and_given() -> None:
    async with asked("form", schema=SCHEMA) as on:
        assert "items asks" in text(on)
        assert "Who are you?" in text(on)
        await on.press(*"Ada", "tab", *"36", "ctrl+r")
        await closed(on)
    assert on.hub.inbox.replies == [(1, Reply(Action.ACCEPT, {"name": "Ada", "age": 36}))]


async def test_what_the_schema_does_not_allow_is_not_given_as_json_either() -> None:
    async with asked("form", schema=SCHEMA) as on:
        await on.press(*"Ada", "tab", *"-1", "ctrl+r")
        await on.until(lambda: "✖ -1 is less than the minimum of 0" in text(on))
        await on.press("ctrl+j")
        await on.until(lambda: '"age": -1' in text(on))
        await on.press("ctrl+r")
        await on.until(lambda: "✖ age: -1 is less than" in text(on))
        assert on.hub.inbox.replies == []
        on.app.screen.query_one("#raw", TextArea).text = '{"name": "Ada"}'
        await on.press("ctrl+r")
        await closed(on)
    assert on.hub.inbox.replies == [(1, Reply(Action.ACCEPT, {"name": "Ada"}))]


async def test_values_that_cannot_be_sent_are_not_given() -> None:
    async with asked("form", schema=SCHEMA) as on:
        await on.press("ctrl+j")
        await on.until(lambda: bool(on.app.screen.query("#raw")) and on.app.screen.query_one("#raw").has_focus)
        on.app.screen.query_one("#raw", TextArea).text = r'{"name": "\ud800"}'
        await on.press("ctrl+r")
        await on.until(lambda: "not valid Unicode" in text(on))
        assert on.hub.inbox.replies == []


@pytest.mark.parametrize("kind", ["form", "url", "sampling"])
@pytest.mark.parametrize("way", ["key", "button"])
async def test_every_kind_can_be_declined(kind: QuestionKind, way: str) -> None:
    async with asked(kind, url=PAGE, schema=SCHEMA) as on:
        await (on.press("ctrl+n") if way == "key" else on.pilot.click("#decline"))
        await closed(on)
    assert on.hub.inbox.replies == [(1, Reply(Action.DECLINE))]


@pytest.mark.parametrize("kind", ["form", "url", "sampling"])
async def test_every_kind_can_be_put_off(kind: QuestionKind) -> None:
    async with asked(kind, url=PAGE, schema=SCHEMA) as on:
        await on.press("escape")
        await closed(on)
        assert on.hub.inbox.replies == []
        assert "? 1 question " in text(on)
        await on.press("i")
        await on.until(lambda: isinstance(on.app.screen, QuestionScreen))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs that have been opened in the browser."""
    urls: list[str] = []
    monkeypatch.setattr("mcp_tui.ui.app.McpTuiApp.open_url", lambda _app, url: urls.append(url))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return urls


@pytest.mark.parametrize(("key", "page"), [("ctrl+o", [PAGE]), ("ctrl+r", [])], ids=["open", "only accept"])
async def test_a_page_is_opened_only_when_that_is_asked(opened: list[str], key: str, page: list[str]) -> None:
    async with asked("url", url=PAGE) as on:
        await on.press("enter")
        assert opened == []
        assert on.hub.inbox.replies == []
        await on.press(key)
        await closed(on)
    assert opened == page
    assert on.hub.inbox.replies == [(1, Reply(Action.ACCEPT))]


async def test_a_url_is_shown_whole_with_its_host_and_what_is_odd() -> None:
    url = "http://items.example@xn--pple-43d.example:81/" + "path/" * 40 + "end\x1b]52;c;aGk=\x07"
    async with asked("url", size=(80, 40), url=url) as on:
        shown = text(on)
        assert harmless(shown)
        assert "leads to  xn--pple-43d.example:81" in shown
        assert "! not https" in shown
        assert "! there is a name before the @" in shown
        path = "".join(line.strip(" │") for line in shown.splitlines())
        assert "аpple.example" in path
        assert "! it has characters that no URL has" in shown
        assert "path/" * 40 + "end␛]52;c;aGk=␇" in path
        await on.press("ctrl+y")
        assert on.app.clipboard == url.replace("\x1b", "%1B").replace("\x07", "%07")


async def test_what_leads_nowhere_cannot_be_opened(opened: list[str]) -> None:
    async with asked("url", url="http://[::1/") as on:
        assert on.app.screen.query_one("#open", Button).disabled
        await on.press("ctrl+o", "ctrl+y")
        await on.until(lambda: "✖ this leads nowhere" in text(on))
    assert (opened, on.hub.inbox.replies) == ([], [])


async def test_configured_secrets_do_not_stand_in_a_url() -> None:
    secret = "hunter2hunter2"
    headers = {"Authorization": Secret(f"Bearer {secret}")}
    server = ServerSettings("items", "streamable-http", "http://127.0.0.1", headers=headers)
    hub = FakeHub()
    hub.redact.learn(Config(servers=(server,)))
    async with stage(hub, (80, 24)) as on:
        hub.inbox.put("url", url=f"{PAGE}&token={secret}")
        await on.press("i")
        await on.until(lambda: "sign-in" in text(on))
        assert secret not in text(on)


async def test_an_answer_is_written_for_a_model() -> None:
    async with asked("sampling", text="system: Be brief.\nuser: A word for blue?") as on:
        assert "system: Be brief." in text(on)
        assert "user: A word for blue?" in text(on)
        await on.press("ctrl+r")
        await on.until(lambda: "✖ nothing has been written" in text(on))
        assert on.hub.inbox.replies == []
        await on.press(*"azure", "enter", *"sky", "ctrl+r")
        await closed(on)
    assert on.hub.inbox.replies == [(1, Reply(Action.ACCEPT, text="azure\nsky"))]


async def test_one_question_after_the_other() -> None:
    async with stage(size=(80, 24)) as on:
        for number in range(3):
            on.hub.inbox.put("sampling", f"number {number}")
        await on.press("i")
        await on.until(lambda: "1 of 3 · ctrl+g next" in text(on) and "number 0" in text(on))
        await on.press("ctrl+g")
        await on.until(lambda: "2 of 3" in text(on) and "number 1" in text(on))
        await on.press("ctrl+g")
        await on.until(lambda: "3 of 3" in text(on) and "number 2" in text(on))
        on.hub.inbox.withdraw(2)
        await on.until(lambda: "2 of 2" in text(on))
        await on.press("ctrl+g")
        await on.until(lambda: "1 of 2" in text(on) and "number 0" in text(on))
        assert len(on.app.screen_stack) == 2
        on.hub.inbox.withdraw(3)
        await on.until(lambda: "1 of 1" in text(on))
        await on.press("ctrl+g")
        assert on.toasts[-1].message == "No other question waits"


async def test_a_question_that_is_withdrawn_closes_and_says_so() -> None:
    async with asked("form", schema=SCHEMA) as on:
        await on.press(*"Ad")
        on.hub.inbox.withdraw(1)
        await closed(on)
        await on.until(lambda: on.toasts[-1].message == "items no longer asks")


async def test_a_question_that_was_withdrawn_under_another_screen_closes_once_it_is_seen() -> None:
    async with asked("form", schema=SCHEMA) as on:
        await on.app.push_screen(Screen[None]())
        on.hub.inbox.withdraw(1)
        await on.settle()
        await on.app.pop_screen()
        await closed(on)
        await on.until(lambda: on.toasts[-1].message == "items no longer asks")


async def test_a_form_left_while_it_is_checked_gives_nothing() -> None:
    schema = {"properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}}
    async with asked("form", schema=schema) as on:
        on.app.screen.query_one(Input).value = "a" * 40 + "!"
        await on.press("ctrl+r")
        checking = [worker for worker in on.app.workers if worker.group == "answer"]
        await on.press("escape")
        await on.until(lambda: all(worker.is_finished for worker in checking))
        assert checking
    assert on.hub.inbox.replies == []


async def test_the_call_that_asks_is_named() -> None:
    async with stage() as on:
        on.hub.add_call(tool=HOSTILE)
        on.hub.inbox.put("form", call=1, schema=SCHEMA)
        await on.press("i")
        await on.until(lambda: "items asks · call 1" in text(on))
        assert harmless(text(on))
