"""The store: numbers, counts, sinks, subscribers."""

from __future__ import annotations

import anyio
from hypothesis import given
from hypothesis import strategies as st

from core.support import draft
from mcp_tui.core.events import Event
from mcp_tui.core.levels import Level
from mcp_tui.core.store import EventStore


class Pipe:
    """A sink of limited size that somebody else empties."""

    def __init__(self, size: int = 1_000) -> None:
        self.size = size
        self.taken: list[Event] = []
        self.waiting = 0
        self._emptied = anyio.Event()

    def put(self, event: Event) -> None:
        self.taken.append(event)
        self.waiting += 1

    @property
    def full(self) -> bool:
        return self.waiting >= self.size

    async def room(self) -> None:
        await self._emptied.wait()

    def close(self) -> None:
        """Nothing to finish."""

    def empty(self) -> None:
        self.waiting = 0
        self._emptied.set()
        self._emptied = anyio.Event()


@given(st.lists(st.tuples(st.sampled_from(Level), st.sampled_from("ab")), max_size=60), st.integers(1, 8))
def test_numbers_have_no_gaps_and_counts_forget_nothing(sent: list[tuple[Level, str]], capacity: int) -> None:
    store = EventStore(capacity=capacity)
    events = [store.append(draft(level=level, server=server)) for level, server in sent]
    assert [event.seq for event in events] == list(range(1, len(sent) + 1))
    for level in Level:
        assert store.count(level) == sum(1 for each, _ in sent if each is level)
        newest = [event for event in events if event.level is level][-capacity:]
        ring = store.by_level[level]
        assert list(ring.between(ring.first, ring.end)) == newest
    for server in "ab":
        levels = [level for level, each in sent if each == server]
        assert store.by_server[server] == len(levels)
        assert store.errors[server] == sum(1 for level in levels if level >= Level.ERROR)


def test_an_event_is_its_draft_with_number_and_time() -> None:
    store = EventStore(clock=lambda: 12.5)
    given = draft(
        server="s", level=Level.ALERT, kind="progress", text="3/5", logger="l", call=7, data='{"progress":3}'
    )
    event = store.append(given)
    assert event == Event(1, 12.5, "s", Level.ALERT, "progress", "3/5", "l", 7, '{"progress":3}')


def test_an_event_is_found_by_its_number_until_it_has_left_memory() -> None:
    store = EventStore(capacity=3)
    events = [store.append(draft(text=str(number))) for number in range(1, 6)]
    assert [store.get(seq) for seq in range(7)] == [None, None, None, *events[2:], None]


def test_one_loud_level_does_not_push_out_the_others() -> None:
    store = EventStore(capacity=3)
    error = store.append(draft(level=Level.ERROR))
    for _ in range(10):
        store.append(draft(level=Level.DEBUG))
    assert list(store.by_level[Level.ERROR].between(0, 1)) == [error]


def test_every_sink_takes_every_event_once_and_in_order() -> None:
    first, later = Pipe(), Pipe()
    store = EventStore(sinks=[first])
    events = [store.append(draft()) for _ in range(3)]
    store.add_sink(later)
    events += [store.append(draft()) for _ in range(2)]
    assert first.taken == events
    assert later.taken == events[3:]


def test_a_full_sink_loses_nothing() -> None:
    pipe = Pipe(size=2)
    store = EventStore(sinks=[pipe])
    for _ in range(5):
        store.append(draft())
    assert len(pipe.taken) == 5


def test_a_store_is_full_as_long_as_one_of_its_sinks_is() -> None:
    wide, narrow = Pipe(), Pipe(size=1)
    store = EventStore(sinks=[wide, narrow])
    assert not store.full
    store.append(draft())
    assert store.full
    narrow.empty()
    assert not store.full


async def test_room_comes_once_every_sink_has_it() -> None:
    first, second = Pipe(size=1), Pipe(size=1)
    store = EventStore(sinks=[first, second])
    store.append(draft())
    order: list[str] = []

    async def reader() -> None:
        await store.room()
        order.append("room")

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reader)
            for pipe in (first, second):
                await anyio.wait_all_tasks_blocked()
                order.append("emptied")
                pipe.empty()
    assert order == ["emptied", "emptied", "room"]


async def test_where_there_is_room_nobody_waits() -> None:
    with anyio.fail_after(30):
        await EventStore(sinks=[Pipe()]).room()


def test_subscribers_are_woken_after_each_event_until_they_leave() -> None:
    store = EventStore()
    seen: list[int] = []
    leave = store.subscribe(lambda: seen.append(store.merged.end))
    store.append(draft())
    store.append(draft())
    leave()
    store.append(draft())
    assert seen == [1, 2]


def test_a_subscriber_that_leaves_when_woken_takes_no_wake_from_the_next() -> None:
    store = EventStore()
    woken: list[str] = []

    def once() -> None:
        woken.append("once")
        leave()

    leave = store.subscribe(once)
    store.subscribe(lambda: woken.append("always"))
    store.append(draft())
    store.append(draft())
    assert woken == ["once", "always", "always"]
