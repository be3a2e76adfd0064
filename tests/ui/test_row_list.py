"""Lists: only what is in sight is drawn, and the cursor stays on its row."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from mcp_tui.ui.widgets.row_list import RowList
from mcp_tui.ui.widgets.stack import Row, Stack
from ui.host import Host, until


def stack(**heights: int) -> Stack:
    return Stack([Row(key, lambda: Content(""), height) for key, height in heights.items()])


def test_every_line_belongs_to_a_row() -> None:
    rows = stack(a=2, b=1, c=3)
    assert rows.height == 6
    assert [rows.at(line) for line in range(-1, 7)] == [None, 0, 0, 1, 2, 2, 2, None]
    assert [(rows.top(number), rows.end(number)) for number in range(3)] == [(0, 2), (2, 3), (3, 6)]
    assert (rows.number("c"), rows.number("d"), rows.number(None)) == (2, None, None)


def test_rows_stand_alike_however_they_look() -> None:
    assert stack(a=1, b=2).stands_like(stack(a=1, b=2))
    assert not stack(a=1, b=2).stands_like(stack(b=1, a=2))
    assert not stack(a=1, b=2).stands_like(stack(a=2, b=1))
    assert not stack(a=1).stands_like(stack(a=1, b=1))


class Numbers(RowList):
    """As many rows as asked for; notes which are drawn."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.keys = [str(number) for number in range(count)]
        self.suffix = ""
        self.drawn: list[str] = []

    def build(self, width: int) -> Sequence[Row]:
        return [Row(key, lambda key=key: self._look(key)) for key in self.keys]

    def _look(self, key: str) -> Content:
        self.drawn.append(key)
        return Content(f"row {key}{self.suffix}")

    def empty(self) -> str:
        return "no rows\nat all"


async def test_only_rows_in_sight_are_drawn() -> None:
    rows = Numbers(10_000)
    app = Host(rows)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "row 0" in app.text())
        rows.focus()
        await pilot.press("G")
        await until(pilot, lambda: "▌row 9999" in app.text())
        await pilot.press("k")
        await until(pilot, lambda: "▌row 9998" in app.text())
        assert len(set(rows.drawn)) < 100
        await pilot.press("g", "pagedown", "j")
        assert rows.key == str(rows.size.height)


async def test_a_row_that_looks_the_same_is_not_drawn_anew() -> None:
    rows = Numbers(3)
    app = Host(rows)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "row 2" in app.text())
        before = rows.render_line(1)
        rows.refresh_rows()
        assert rows.render_line(1) is before
        rows.suffix = "!"
        rows.refresh_rows()
        await until(pilot, lambda: "row 1!" in app.text())


async def test_the_cursor_stays_on_its_row() -> None:
    rows = Numbers(5)
    app = Host(rows)
    async with app.run_test(message_hook=app.note) as pilot:
        await until(pilot, lambda: "row 4" in app.text())
        rows.select_key("3")
        rows.keys.remove("1")
        rows.refresh_rows()
        assert (rows.key, rows.highlighted) == ("3", 2)
        rows.keys.remove("3")
        rows.refresh_rows()
        assert (rows.key, rows.highlighted) == ("4", 2)
        rows.keys.clear()
        rows.refresh_rows()
        assert rows.key is None
        await until(pilot, lambda: "no rows" in app.text() and "at all" in app.text())
        assert [message.key for message in app.posted(RowList.Moved)][-2:] == ["3", "4"]


async def test_rows_are_drawn_for_the_width_there_is() -> None:
    class Wide(Numbers):
        def build(self, width: int) -> Sequence[Row]:
            return [Row("", lambda: Content("x" * width))]

    app = Host(Wide(1))
    async with app.run_test(size=(60, 10)) as pilot:
        await until(pilot, lambda: "x" * 56 in app.text())
        await pilot.resize_terminal(40, 10)
        await until(pilot, lambda: "x" * 36 in app.text() and "x" * 37 not in app.text())


async def test_the_mouse_shows_where_it_is() -> None:
    rows = Numbers(5)
    app = Host(rows)
    async with app.run_test(message_hook=app.note) as pilot:
        await until(pilot, lambda: "row 4" in app.text())
        plain = rows.render_line(2)
        await pilot.hover(rows, offset=(5, 3))
        await until(pilot, lambda: rows.render_line(2) is not plain)
        await pilot.click(rows, offset=(5, 3))
        assert rows.key == "2"
        assert not app.posted(RowList.Chosen)
        await pilot.click(rows, offset=(5, 3), times=2)
        assert [message.key for message in app.posted(RowList.Chosen)] == ["2"]
