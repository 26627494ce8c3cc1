"""An index that is made late is the one that was there from the beginning, in the same order."""

import random
from typing import Any

import pytest

from kplan.simulation.cache import Cache
from kplan.state.store import Store

Json = dict[str, Any]
KINDS = ("Pod", "ReplicaSet", "ConfigMap")
NODES = ("", "node-1", "node-2")
UIDS = [f"uid-{number}" for number in range(4)]


def thing(chance: random.Random, kind: str, number: int) -> Json:
    owners = [
        {"uid": uid, "kind": "Thing", "name": uid, **chance.choice([{}, {"controller": True}])}
        for uid in chance.sample(UIDS, chance.choice([0, 0, 1, 1, 2]))
    ]
    metadata = {"name": f"one-{number}", "namespace": f"space-{number % 2}", "ownerReferences": owners}
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {"nodeName": chance.choice(NODES)},
    }


def asked(cache: Cache) -> list[object]:
    """Whose everything is."""
    found: list[object] = [list(cache.dependents(uid)) for uid in UIDS]
    for kind in KINDS:
        found += [names(cache.controlled_by(uid, "", kind)) for uid in UIDS]
        found += [list(cache._belongings.orphans(("", kind), space)) for space in ("space-0", "space-1")]
    return [*found, [names(cache.pods_on(node)) for node in NODES[1:]]]


def names(values: Any) -> list[str]:
    return [value["metadata"]["name"] for value in values]


@pytest.mark.parametrize("seed", range(20))
def test_late_or_early_the_answers_are_the_same(seed: int) -> None:
    chance = random.Random(seed)
    store = Store.of(thing(chance, kind, number) for kind in KINDS for number in range(8))
    early, late = Cache(store), Cache(store)
    asked(early)
    for cache in (early, late):
        store.subscribe(cache.apply)
    for step in range(40):
        value = thing(chance, chance.choice(KINDS), chance.randrange(12))
        if chance.random() < 0.3:
            store.delete(store.key_of(value))
        else:
            store.put(value)
        if step % 10 == 9:
            kind = chance.choice(KINDS)
            assert names(late.controlled_by("uid-1", "", kind)) == names(
                early.controlled_by("uid-1", "", kind)
            )
    assert asked(late) == asked(early)
