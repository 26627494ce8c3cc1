"""Which Services a pod concerns, and what a Service's pods are from one look to the next."""

from itertools import count
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.simulation.cache import Cache
from kplan.simulation.servicepods import ServicePods
from kplan.state.watch import EventType, WatchEvent

Json = dict[str, Any]
LABELS = {"app": "web"}


class World:
    """A cache with one who follows it."""

    def __init__(self) -> None:
        self.cache, self.pods = Cache(), ServicePods()
        self.addresses = count()

    def write(self, key: ObjectKey, value: Json | None) -> list[str]:
        """Write an object, or delete it; the answer names the Services that are asked for."""
        before = self.cache.find(key)
        if value is None:
            assert before is not None
            event = WatchEvent(1, EventType.DELETED, key, before, before)
        else:
            value = {
                "metadata": {"name": key.name, "namespace": key.namespace, **value.pop("metadata", {})},
                **value,
            }
            event = WatchEvent(1, EventType.MODIFIED if before else EventType.ADDED, key, value, before)
        self.cache.apply(event)
        asked = self.pods.itself if key.kind == "Service" else self.pods.services_of
        return [str(service.name) for service in asked(event, self.cache)]

    def service(self, name: str, namespace: str = "a", **selector: str) -> list[str]:
        return self.write(ObjectKey("", "Service", namespace, name), {"spec": {"selector": selector}})

    def pod(self, name: str, labels: Json, namespace: str = "a") -> list[str]:
        """Write a pod, with another address each time."""
        value = {
            "metadata": {"labels": labels},
            "spec": {},
            "status": {"podIPs": [{"ip": f"10.0.0.{next(self.addresses)}"}]},
        }
        return self.write(ObjectKey("", "Pod", namespace, name), value)

    def looked(self, name: str, **selector: str) -> tuple[list[str], list[str] | None]:
        """The pods of a Service, and which of them have changed."""
        followed = self.pods.look(ObjectKey("", "Service", "a", name), selector, self.cache)
        changed = followed.changed()
        return [key.name for key in followed.objects], None if changed is None else [
            key.name for key in changed
        ]


def test_the_same_labels_are_asked_for_in_every_namespace() -> None:
    world = World()
    world.service("one", app="web")
    world.service("other", namespace="b", app="web")
    assert [world.pod("p", LABELS, namespace) for namespace in "aba"] == [["one"], ["other"], ["one"]]


def test_a_service_that_comes_changes_or_goes_is_asked_for_anew() -> None:
    world = World()
    assert world.pod("p", LABELS) == []
    world.service("one", app="web")
    assert world.pod("p", LABELS) == ["one"]
    world.service("one", app="db")
    assert world.pod("p", LABELS) == []
    world.service("one", app="web")
    world.write(ObjectKey("", "Service", "a", "one"), None)
    assert world.pod("p", LABELS) == []


def test_a_look_says_what_has_changed_since_the_last_one() -> None:
    world = World()
    world.service("one", app="web")
    world.pod("p", LABELS)
    world.pod("q", LABELS)
    assert world.looked("one", app="web") == (["p", "q"], None)
    world.pod("p", LABELS)
    world.write(ObjectKey("", "Pod", "a", "q"), None)
    world.pod("r", LABELS)
    assert world.looked("one", app="web") == (["p", "r"], ["p", "q", "r"])
    assert world.looked("one", app="web") == (["p", "r"], [])


def test_a_pod_that_joins_late_has_its_place_among_those_that_came_before() -> None:
    world = World()
    world.service("one", app="web")
    world.pod("p", {"app": "db"})
    world.pod("q", LABELS)
    assert world.looked("one", app="web") == (["q"], None)
    assert world.pod("p", {"app": "web"}) == ["one"]
    assert world.looked("one", app="web") == (["p", "q"], None)


READY: Json = {"conditions": [{"type": "Ready", "status": "True"}], "podIPs": [{"ip": "10.0.0.9"}]}


@pytest.mark.parametrize(
    ("changed", "looked_at"),
    [
        ({"status": {**READY, "phase": "Failed"}}, False),
        ({"status": {**READY, "conditions": [*READY["conditions"], {"type": "x", "status": "True"}]}}, False),
        ({"status": {**READY, "conditions": []}}, True),
        ({"status": {**READY, "podIPs": [{"ip": "10.0.0.8"}]}}, True),
        ({"spec": {"hostname": "h"}}, True),
        ({"spec": {"activeDeadlineSeconds": 3}}, False),
        ({"metadata": {"labels": LABELS, "deletionTimestamp": "2026-01-01T00:00:00Z"}}, True),
    ],
)
def test_only_what_endpoints_show_of_a_pod_is_a_reason_to_look_at_its_services(
    changed: Json, looked_at: bool
) -> None:
    """A pod that failed without a word on its readiness is shown until something else happens."""
    world, key = World(), ObjectKey("", "Pod", "a", "p")
    world.service("one", app="web")
    before: Json = {"metadata": {"labels": LABELS}, "spec": {}, "status": {**READY, "phase": "Running"}}
    assert world.write(key, {**before, "metadata": {"labels": LABELS}}) == ["one"]
    assert world.write(key, {**before, **changed}) == (["one"] if looked_at else [])
    assert world.looked("one", app="web")[0] == ["p"]
    assert world.write(key, None) == ["one"]
