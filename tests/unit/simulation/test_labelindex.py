"""What is found by label is what testing every object would find, in the same order, after any sequence of writes."""

import json
import random
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.selectors.labels import Selector
from kplan.selectors.services import pods_of
from kplan.simulation import labelindex
from kplan.simulation.cache import Cache
from kplan.state.glance import Unread
from kplan.state.store import Store
from kplan.state.watch import EventType, WatchEvent

Json = dict[str, Any]
LABELS = [("app", "a"), ("app", "b"), ("tier", "x"), ("tier", "y"), ("zone", "1")]
OWNER = [{"uid": "owner", "controller": True}]
NOT_A = {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]}


def selector_of(value: Json) -> Selector | None:
    wanted = value["spec"].get("selector")
    return None if wanted is None else Selector.from_label_selector(wanted)


def some_object(chance: random.Random, name: str) -> Json:
    metadata: Json = {"name": name, "namespace": "default", "labels": dict(chance.sample(LABELS, 2))}
    if chance.random() < 0.5:
        metadata["ownerReferences"] = OWNER
    spec = {"selector": chance.choice([None, {}, {"matchLabels": dict(chance.sample(LABELS, 2))}, NOT_A, {"matchExpressions": [{"key": "app", "operator": "In", "values": ["b"]}]}])}  # fmt: skip
    return {"apiVersion": "v1", "kind": "Thing", "metadata": metadata, "spec": spec}


SELECTORS = [
    Selector.everything(),
    Selector.from_label_selector(None),
    Selector.from_set({"app": "a"}),
    Selector.from_set({"app": "a", "tier": "x"}),
    Selector.from_label_selector(NOT_A),
    Selector.from_label_selector({"matchLabels": {"tier": "y"}, **NOT_A}),
]


def read_of(cache: Cache) -> list[Any]:
    """What was read of the texts that a cache began with."""
    return [value for value in cache._objects.values() if not isinstance(value, Unread)]


def write(cache: Cache, held: dict[ObjectKey, Json], chance: random.Random) -> None:
    key = ObjectKey("", "Thing", "default", f"thing-{chance.randrange(8)}")
    previous = held.get(key)
    if previous is not None and chance.random() < 0.3:
        del held[key]
        cache.apply(WatchEvent(1, EventType.DELETED, key, previous, previous))
        return
    value = some_object(chance, key.name)
    if previous is not None and chance.random() < 0.3:
        value["spec"] = previous["spec"]  # as a change of status or labels leaves it
    kind = EventType.ADDED if previous is None else EventType.MODIFIED
    held[key] = value
    cache.apply(WatchEvent(1, kind, key, value, previous))


def check(cache: Cache, held: dict[ObjectKey, Json], orphans: list[str]) -> None:
    by_name = {value["metadata"]["name"]: value for value in held.values()}
    for selector in SELECTORS:
        wanted = [value for value in held.values() if selector.matches(value["metadata"]["labels"])]
        assert list(cache.selected("", "Thing", "default", selector)) == wanted
        free = [by_name[name] for name in orphans if selector.matches(by_name[name]["metadata"]["labels"])]
        assert list(cache.orphans("", "Thing", "default", selector)) == free
    for sides in ([{"app": "a"}], [{"app": "b", "tier": "x"}, {"app": "a"}], [{}]):
        selecting = [
            key
            for key, value in held.items()
            if (chosen := selector_of(value)) is not None and any(map(chosen.matches, sides))
        ]
        assert list(cache.selecting("", "Thing", "default", selector_of, sides)) == selecting


def stored(held: dict[ObjectKey, Json]) -> Store:
    """A store that holds objects as texts."""
    texts = [(key, Unread(json.dumps(value, separators=(",", ":")))) for key, value in held.items()]
    return Store.of_texts(texts, 1, None)


@pytest.mark.parametrize("at_first", [0, 8])
@pytest.mark.parametrize("searches", [0, 2, 9])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_by_label_is_what_a_walk_would_find(
    seed: int, at_first: int, searches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelindex, "_SEARCHES", searches)
    chance = random.Random(seed)
    values = [some_object(chance, f"thing-{number}") for number in range(at_first)]
    held: dict[ObjectKey, Json] = {Store.key_of(value): value for value in values}
    orphans = [key.name for key, value in held.items() if "ownerReferences" not in value["metadata"]]
    cache = Cache(stored(held))
    for _ in range(120):
        write(cache, held, chance)
        free = {key.name for key, value in held.items() if "ownerReferences" not in value["metadata"]}
        orphans = [name for name in orphans if name in free]
        orphans += [key.name for key in held if key.name in free and key.name not in orphans]
        check(cache, held, orphans)


def test_the_first_labels_are_searched_for_and_not_arranged() -> None:
    chance = random.Random(1)
    values = [some_object(chance, f"thing-{number}") for number in range(60)]
    cache = Cache(stored({Store.key_of(value): value for value in values}))
    wanted = {"app": "a", "tier": "x"}
    found = cache.selected("", "Thing", "default", Selector.from_set(wanted))
    assert [value["metadata"]["name"] for value in found] == [
        value["metadata"]["name"] for value in values if value["metadata"]["labels"] == wanted
    ]
    assert 0 < len(found) == len(read_of(cache)) < len(values)


SERVICE_SELECTORS: list[Json | None] = [
    None,
    {},
    {"app": "a"},
    {"app": "b", "tier": "x"},
    {"zone": "1"},
    {"ü": 'a"b'},
]
SIDES: list[Json] = [{"app": "a"}, {"app": "b", "tier": "x"}, {}, {"zone": "1", "app": "a"}, {"ü": 'a"b'}]


def some_service(chance: random.Random, name: str) -> Json:
    labels = dict(chance.sample(LABELS, 2))
    spec: Json = {"selector": chance.choice(SERVICE_SELECTORS)}
    if chance.random() < 0.2:
        spec["type"] = "ExternalName"
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def stored_services(held: dict[ObjectKey, Json]) -> Store:
    """A store that holds objects as a stored state writes them."""
    texts = [
        (key, Unread(json.dumps(value, separators=(",", ":"), ensure_ascii=False)))
        for key, value in held.items()
    ]
    return Store.of_texts(texts, 1, None)


def selecting(cache: Cache, *sides: Json) -> list[ObjectKey]:
    return list(cache.selecting("", "Service", "default", pods_of, sides))


@pytest.mark.parametrize("searches", [0, 2, 24])
@pytest.mark.parametrize("seed", range(8))
def test_services_that_are_texts_are_found_as_a_walk_would_find_them(
    seed: int, searches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelindex, "_DEMANDS_SEARCHED", searches)
    chance = random.Random(seed)
    values = [some_service(chance, f"service-{number}") for number in range(12)]
    held: dict[ObjectKey, Json] = {Store.key_of(value): value for value in values}
    cache = Cache(stored_services(held))
    for _ in range(60):
        sides = chance.sample(SIDES, chance.randint(1, 2))
        walked = [
            key for key, value in held.items() if (found := pods_of(value)) and any(map(found.matches, sides))
        ]
        assert selecting(cache, *sides) == walked
        key = ObjectKey("", "Service", "default", f"service-{chance.randrange(14)}")
        previous = cache.find(key)
        if previous is not None and chance.random() < 0.3:
            del held[key]
            cache.apply(WatchEvent(1, EventType.DELETED, key, previous, previous))
            continue
        value = some_service(chance, key.name)
        if previous is not None and chance.random() < 0.3:
            value["spec"] = previous["spec"]
        held[key] = value
        kind = EventType.ADDED if previous is None else EventType.MODIFIED
        cache.apply(WatchEvent(1, kind, key, value, previous))


def test_only_services_that_may_select_a_pod_are_read() -> None:
    values = [some_service(random.Random(1), f"service-{number}") for number in range(9)]
    for number, value in enumerate(values):
        value["spec"] = {"selector": {"app": f"app-{number}"}}
    cache = Cache(stored_services({Store.key_of(value): value for value in values}))
    assert [key.name for key in selecting(cache, {"app": "app-3", "hash": "1"})] == ["service-3"]
    assert read_of(cache) == [values[3]]
