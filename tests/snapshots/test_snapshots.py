"""How it looks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from mcp_tui.core.events import CONNECTION
from mcp_tui.core.levels import Level
from mcp_tui.core.secrets import Secret
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.theme import DARK, LIGHT
from snapshots.scenes import busy, flooded, three_servers, trouble, untrusted
from ui.fakes import FakeHub
from ui.host import until

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 50)
SIZES = [pytest.param(size, id=f"{size[0]}x{size[1]}") for size in (SMALL, MIDDLE, LARGE)]

Picture = Callable[..., None]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def app(hub: FakeHub, theme: str = DARK) -> McpTuiApp:
    return McpTuiApp(hub, theme=theme)


@pytest.mark.parametrize("size", SIZES)
def test_busy(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_busy_light(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy(), LIGHT), size=size)


def test_busy_without_colour(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    picture(app(busy()))


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_nothing_yet(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(three_servers()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_servers_in_trouble(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(trouble()), size=size)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_all_levels_in_one_pane(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), "0", size=size)


def test_zoomed(picture: Picture) -> None:
    picture(app(busy()), "2", "z")


def test_search(picture: Picture) -> None:
    picture(app(busy()), "0", "slash", *"item", "enter")


def test_choosing_a_tool(picture: Picture) -> None:
    picture(app(busy()), "t")


def tool_form(hub: FakeHub, name: str) -> Callable[[Pilot[Any]], Any]:
    async def open_form(pilot: Pilot[Any]) -> None:
        await pilot.press("t")
        await pilot.pause()
        await pilot.press(*name, "enter")
        await pilot.pause()

    return open_form


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_tool_form(picture: Picture, size: tuple[int, int]) -> None:
    hub = busy()
    picture(app(hub), size=size, before=tool_form(hub, "convert"))


def test_tool_form_with_an_error(picture: Picture) -> None:
    hub = busy()
    picture(app(hub, LIGHT), "ctrl+r", before=tool_form(hub, "convert"))


def test_tool_form_as_in_the_last_call(picture: Picture) -> None:
    hub = busy()

    async def call_twice(pilot: Pilot[Any]) -> None:
        await tool_form(hub, "process")(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
        await pilot.pause()
        await tool_form(hub, "process")(pilot)

    picture(app(hub), size=(80, 24), before=call_twice)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_a_file_that_is_not_trusted(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(untrusted()), size=size)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_calls_without_much_room(picture: Picture, theme: str) -> None:
    picture(app(busy(), theme), "c", size=(100, 30))


def test_what_mcp_tui_says_of_itself(picture: Picture) -> None:
    hub = busy()

    async def edit(pilot: Pilot[Any]) -> None:
        text = 'config.toml: [servers.items]: unknown key "ulr", did you mean "url"? The old configuration stays.'
        hub.log(Level.WARNING, text, "mcp-tui", kind=CONNECTION)
        await pilot.pause()

    picture(app(hub), before=edit)


def test_result(picture: Picture) -> None:
    picture(app(busy()), "c", "k", "k", "enter")


def test_event_in_full(picture: Picture) -> None:
    picture(app(busy()), "4", "g", "enter")


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_help(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(busy()), "question_mark", size=size)


def test_palette(picture: Picture) -> None:
    picture(app(busy()), "ctrl+p", *"level")


def test_server_details(picture: Picture) -> None:
    async def open_server(pilot: Pilot[Any]) -> None:
        await pilot.app.run_action("screen.focus_next")
        pilot.app.screen.query_one("Sidebar").children[0].focus()

    picture(app(trouble()), "j", "enter", before=open_server)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_accounts(picture: Picture, size: tuple[int, int]) -> None:
    picture(app(flooded()), "ampersand", "7", "enter", "a", size=size)


QUESTIONS: dict[str, dict[str, Any]] = {
    "form": {
        "text": "Which of the 3 pages of annual-report.pdf should be left out?",
        "schema": {
            "properties": {
                "page": {"type": "integer", "minimum": 1, "maximum": 3, "title": "Page"},
                "reason": {"type": "string", "description": "Stands in the log"},
            },
            "required": ["page"],
        },
        "call": 2,
    },
    "url": {
        "text": "Sign in to your account to go on.",
        "url": "http://sign-in.example@xn--pple-43d.example:8080/authorize?" + "state=5f0c&" * 12,
    },
    "sampling": {"text": "system: Be brief.\nuser: What is another word for blue?"},
}


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
@pytest.mark.parametrize("kind", QUESTIONS)
def test_question(picture: Picture, kind: Any, size: tuple[int, int]) -> None:
    hub = busy()

    async def open_question(pilot: Pilot[Any]) -> None:
        hub.inbox.put(kind, server="documents", **QUESTIONS[kind])
        hub.inbox.put("sampling")
        await pilot.press("i")
        await pilot.pause()

    picture(app(hub, LIGHT if kind == "url" else DARK), size=size, before=open_question)


def over_the_wire(hub: FakeHub) -> None:
    """A call and what comes before and after it."""
    send = hub.wire.message
    send(
        "metrics", b'{"method":"notifications/message","params":{"level":"debug","data":{"cpu":41.7}}}', sent=False
    )
    name, arguments = b"process_items", b'{"items":["apple","pear"],"delay_seconds":0.3}'
    send(
        "items",
        b'{"id":6,"method":"tools/call","params":{"name":"%b","arguments":%b}}' % (name, arguments),
        sent=True,
    )
    hub.wire.exchange("items", "POST /mcp 200 content-type: text/event-stream", failed=False)
    progress = b'{"progressToken":"mcp-tui-4","progress":1,"total":2}'
    send("items", b'{"method":"notifications/progress","params":%b}' % progress, sent=False, call=4)
    hub.advance(0.6)
    send("items", b'{"id":6,"result":{"content":[{"type":"text","text":"done"}]}}', sent=False, call=4)
    send("documents", b'{"id":7,"method":"ping"}', sent=True)
    hub.advance(0.004)
    send("documents", b'{"id":7,"error":{"code":-32601,"message":"Method not found"}}', sent=False)
    send("documents", b"<html>Bad gateway</html>", sent=False)


def recording(hub: FakeHub) -> Callable[[Pilot[Any]], Any]:
    async def record(pilot: Pilot[Any]) -> None:
        await pilot.press("w")
        over_the_wire(hub)

    return record


@pytest.mark.parametrize(("size", "theme"), [(SMALL, DARK), (MIDDLE, LIGHT), (LARGE, DARK)])
def test_wire(picture: Picture, size: tuple[int, int], theme: str) -> None:
    hub = busy()
    picture(app(hub, theme), size=size, before=recording(hub))


def test_message_on_the_wire(picture: Picture) -> None:
    hub = busy()
    picture(app(hub), "g", "j", "j", "enter", size=SMALL, before=recording(hub))


def test_paused_wire_without_colour(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    hub = busy()
    picture(app(hub), "p", before=recording(hub))


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
def test_round_trips(picture: Picture, size: tuple[int, int]) -> None:
    hub = busy()
    for tool, seconds in (("process_items", 0.3), ("convert_document", 0.042), ("process_items", 2.5)):
        number = hub.add_call("documents" if tool == "convert_document" else "items", tool).number
        hub.advance(seconds)
        hub.finish(number)
        hub.latency.add(hub.calls[-1])
    picture(app(hub), "w", "l", size=size)


@pytest.mark.parametrize(("size", "theme"), [(SMALL, LIGHT), (MIDDLE, DARK)])
def test_copying_a_call(picture: Picture, size: tuple[int, int], theme: str) -> None:
    hub = busy()
    headers = {"Authorization": Secret("Bearer hunter2secret")}
    settings = ServerSettings("items", "streamable-http", "http://127.0.0.1:8101/mcp", headers=headers)
    hub.config = Config((settings,), path=Path("/home/me/config.toml"))
    picture(app(hub, theme), "c", "k", "k", "Y", size=size)


@pytest.mark.parametrize(("size", "theme"), [(SMALL, DARK), (MIDDLE, LIGHT)])
def test_asking_before_a_destructive_call(picture: Picture, size: tuple[int, int], theme: str) -> None:
    hub = busy()
    arguments = {"name": "annual-report.pdf", "pages": [1, 2], "force": True}
    hub.finish(hub.add_call("documents", "delete_document", arguments=arguments).number)
    picture(app(hub, theme), "c", "j", "M", size=size)


def test_too_small(picture: Picture) -> None:
    picture(app(busy()), size=(50, 12))
