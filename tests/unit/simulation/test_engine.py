"""The engine: order, background work, limits; queues: no duplicates, delays, growing pauses."""

from kplan.simulation.backoff import USUAL
from kplan.simulation.clock import MILLISECOND, SECOND, START, Clock, parse_instant, rfc3339, rfc3339_micro
from kplan.simulation.engine import LATENCY, Engine
from kplan.simulation.workqueue import WorkQueue


def test_instants_print_as_kubernetes_prints_them() -> None:
    instant = START + 1_500 * MILLISECOND
    assert rfc3339(instant) == "2026-01-01T00:00:01Z"
    assert rfc3339_micro(instant) == "2026-01-01T00:00:01.500000Z"
    assert parse_instant("2026-01-01T00:00:01Z") == START + SECOND


def test_appointments_are_kept_by_time_then_order_of_asking() -> None:
    engine, done = Engine(Clock()), list[str]()
    engine.after(2, lambda: done.append("late"))
    engine.after(1, lambda: done.append("first"))
    engine.after(1, lambda: done.append("second"))
    cancelled = engine.after(1, lambda: done.append("never"))
    engine.cancel(cancelled)
    assert engine.run(START + SECOND)
    assert done == ["first", "second", "late"]
    assert engine.clock.now == START + 2


def test_what_is_done_soon_keeps_its_place_among_the_timers() -> None:
    engine, done = Engine(Clock()), list[str]()
    engine.after(LATENCY, lambda: done.append("first"))
    engine.soon(lambda: done.append("second"))
    engine.cancel(engine.after(LATENCY, lambda: done.append("never")))
    engine.after(LATENCY, lambda: done.append("third"))
    engine.soon(lambda: engine.soon(lambda: done.append("last")))
    engine.after(LATENCY - 1, lambda: done.append("before"))
    assert not engine.idle
    assert not engine.run(START + LATENCY)
    assert done == ["before", "first", "second", "third"]
    assert engine.run(START + SECOND)
    assert done[-1] == "last"
    assert engine.idle
    assert engine.clock.now == START + 2 * LATENCY


def test_background_work_does_not_keep_a_run_going() -> None:
    engine, done = Engine(Clock()), list[str]()
    engine.after(SECOND, lambda: done.append("background"), background=True)
    engine.after(5 * SECOND, lambda: done.append("foreground"))
    engine.after(9 * SECOND, lambda: done.append("too late"), background=True)
    assert engine.run(START + 60 * SECOND)
    assert done == ["background", "foreground"]
    engine.run_until(START + 60 * SECOND)
    assert done[-1] == "too late"
    assert engine.clock.now == START + 60 * SECOND


def test_a_run_stops_at_its_limit_and_says_so() -> None:
    engine = Engine(Clock())
    engine.after(90 * SECOND, lambda: None)
    assert not engine.run(START + 60 * SECOND)
    assert engine.clock.now == START + 60 * SECOND
    assert engine.run(START + 600 * SECOND)


def test_quiet_counts_from_the_last_write() -> None:
    engine = Engine(Clock())
    engine.after(SECOND, engine.touch)
    engine.after(30 * SECOND, engine.touch)
    assert engine.run_quiet(4 * SECOND, START + 3600 * SECOND)
    assert engine.clock.now == START + 5 * SECOND


def queue(engine: Engine, worked: list[tuple[str, int | None, int]], took: int = 0) -> WorkQueue[str]:
    def work(key: str, cause: int | None) -> int:
        worked.append((key, cause, engine.clock.now - START))
        return took

    return WorkQueue(engine, work)


def test_a_key_that_waits_is_queued_once_with_its_first_cause() -> None:
    engine, worked = Engine(Clock()), list[tuple[str, int | None, int]]()
    keys = queue(engine, worked)
    for cause, key in enumerate(["a", "b", "a"]):
        keys.add(key, cause)
    engine.run(START + SECOND)
    assert worked == [("a", 0, LATENCY), ("b", 1, 2 * LATENCY)]


def test_a_key_waits_until_its_worker_is_done() -> None:
    engine, worked = Engine(Clock()), list[tuple[str, int | None, int]]()
    keys = queue(engine, worked, took=10 * MILLISECOND)
    keys.add("a")
    engine.after(2 * MILLISECOND, lambda: keys.add("a"))
    engine.after(2 * MILLISECOND, lambda: keys.add("b"))
    engine.run(START + SECOND)
    assert [(key, when) for key, _, when in worked] == [("a", 1_000), ("b", 3_000), ("a", 12_000)]


def test_failures_double_the_pause_until_forgotten() -> None:
    engine, worked = Engine(Clock()), list[tuple[str, int | None, int]]()
    keys = queue(engine, worked)
    for _ in range(3):
        keys.add_rate_limited("a")
        engine.run(START + SECOND)
    gaps = [USUAL.base + LATENCY, 2 * USUAL.base + LATENCY, 4 * USUAL.base + LATENCY]
    assert [when for _, _, when in worked] == [sum(gaps[: n + 1]) for n in range(3)]
    assert keys.failures("a") == 3
    keys.settle("a", None)
    assert keys.failures("a") == 0


def test_the_earlier_of_two_delays_and_the_later_of_two_requeues_count() -> None:
    engine, worked = Engine(Clock()), list[tuple[str, int | None, int]]()
    keys = queue(engine, worked)
    keys.add_after("a", 50 * MILLISECOND)
    keys.add_after("a", 20 * MILLISECOND)
    keys.settle("b", 20 * MILLISECOND)
    keys.settle("b", 50 * MILLISECOND)
    keys.settle("c", 20 * MILLISECOND)
    keys.settle("c", None)
    engine.run(START + SECOND)
    assert [(key, when) for key, _, when in worked] == [("a", 21_000), ("b", 51_000)]
