"""The queue's order: priority, then arrival; failed pods wait for events that can help."""

from typing import Any

from kplan.scheduler.events import PLACES_CHANGED, RESOURCES_FREED, ClusterEvent
from kplan.scheduler.plugins.priority_sort import PrioritySort
from kplan.scheduler.podinfo import PodInfo, PodParser
from kplan.scheduler.queue import SECOND, SchedulingQueue


def pod(name: str, **spec: Any) -> PodInfo:
    return PodParser().parse(
        {"metadata": {"name": name, "namespace": "default"}, "spec": {"containers": [], **spec}}
    )


def waiting() -> SchedulingQueue:
    events = {"NodeResourcesFit": RESOURCES_FREED, "NodeAffinity": PLACES_CHANGED}
    return SchedulingQueue(PrioritySort().sort_key, events)


def drain(queue: SchedulingQueue, now: int = 0) -> list[str]:
    names = []
    while (queued := queue.pop(now)) is not None:
        names.append(queued.pod.name)
    return names


def test_important_pods_go_first_then_those_that_came_first() -> None:
    queue = waiting()
    for item in (pod("a"), pod("b", priority=10), pod("c"), pod("d", priority=10)):
        queue.add(item)
    assert drain(queue) == ["b", "d", "a", "c"]


def test_a_refused_pod_waits_for_an_event_that_can_help() -> None:
    queue = waiting()
    queue.add(pod("a"))
    queued = queue.pop(0)
    assert queued is not None
    queue.add_unschedulable(queued, {"NodeResourcesFit"})
    assert not queue.move_pods(ClusterEvent.POD_BOUND, SECOND)
    assert drain(queue, SECOND) == []
    assert queue.move_pods(ClusterEvent.POD_DELETED, SECOND)
    assert drain(queue, SECOND) == ["a"]


def test_a_pod_that_backs_off_goes_behind_those_that_do_not() -> None:
    queue = waiting()
    queue.add(pod("tried", priority=10))
    queued = queue.pop(0)
    assert queued is not None
    queue.add_unschedulable(queued, {"NodeAffinity"})
    queue.move_pods(ClusterEvent.NODE_LABELLED, 1)
    queue.add(pod("fresh"))
    assert drain(queue, 1) == ["fresh", "tried"]


def test_pauses_double_up_to_ten_seconds() -> None:
    queue = waiting()
    queue.add(pod("a"))
    pauses = []
    for _ in range(6):
        queued = queue.pop(0)
        assert queued is not None
        pauses.append(queued.backoff_ends() // SECOND)
        queue.add_unschedulable(queued, ())
        queue.move_pods(ClusterEvent.STORAGE, 0)
    assert pauses == [1, 2, 4, 8, 10, 10]


def test_gated_pods_are_not_popped_until_they_come_again() -> None:
    queue = waiting()
    queue.add(pod("a", schedulingGates=[{"name": "g"}]), gated_by="SchedulingGates")
    assert drain(queue) == []
    queue.add(pod("a"))
    assert drain(queue) == ["a"]


def test_a_pod_that_is_gone_is_forgotten() -> None:
    queue = waiting()
    item = pod("a")
    queue.add(item)
    assert item.key in queue
    queue.remove(item.key)
    assert drain(queue) == []


def test_a_pod_whose_attempt_met_an_error_comes_back_after_its_pause_and_by_no_event() -> None:
    queue = waiting()
    queue.add(pod("a"))
    queued = queue.pop(0)
    assert queued is not None
    queue.add_broken(queued)
    assert queue.next_retry() == (SECOND, False)
    assert not queue.move_pods(ClusterEvent.NODE_ADDED, 1)
    assert (len(queue), queue.next_retry(), ("default", "a") in queue) == (0, (SECOND, True), True)
    assert drain(queue, SECOND - 1) == []
    assert drain(queue, SECOND) == ["a"]
    assert queue.next_retry() is None


def test_what_is_no_event_brings_pods_of_a_plug_in_back_after_the_longest_wait() -> None:
    queue = waiting()
    for name, plugin in (("a", "InterPodAffinity"), ("b", "NodeResourcesFit")):
        queue.add(pod(name))
        queued = queue.pop(0)
        assert queued is not None
        queue.add_unschedulable(queued, {plugin})
    queue.try_when_left("InterPodAffinity", 310 * SECOND)
    assert queue.next_retry() == (600 * SECOND, True)
    assert drain(queue, 599 * SECOND) == []
    assert drain(queue, 600 * SECOND) == ["a"]
    assert queue.next_retry() is None
