"""The simulated gauges: plausible values, and every level worth a pane."""

from collections import Counter

from mcp_tui_servers.gauges import QUEUE_LIMIT, Gauges, severity


def test_readings_stay_plausible_and_most_of_them_are_ordinary() -> None:
    gauges = Gauges()
    levels: Counter[str] = Counter()
    for number in range(1, 1001):
        gauges.step()
        reading = gauges.reading
        assert reading.number == number
        assert 0 <= reading.cpu_percent <= 100
        assert 0 <= reading.queue_length <= QUEUE_LIMIT + 3
        levels[severity(reading)] += 1
    assert set(levels) == {"debug", "info", "notice", "warning", "error"}
    assert levels["debug"] > levels["info"] > levels["warning"] > levels["error"]
    assert levels["debug"] + levels["info"] > 800


def test_the_queue_fills_up_overflows_and_can_be_drained() -> None:
    gauges = Gauges()
    lengths: list[int] = []
    while not gauges.has_backlog:
        gauges.step()
        lengths.append(gauges.reading.queue_length)
    assert lengths == sorted(lengths)
    assert gauges.drain() == lengths[-1]
    assert gauges.reading.queue_length == 0
    assert not gauges.has_backlog
