"""The Services that select a pod are the same, and in the same order, whether they are followed or listed."""

import random
from typing import Any

import pytest

from kplan.scheduler.cache import ObjectList
from kplan.scheduler.shared_objects import SharedObjects
from kplan.simulation.cache import Cache
from kplan.state.store import Store

KEYS, VALUES = ("app", "tier", "zone"), ("a", "b")


def labels(chance: random.Random, most: int) -> dict[str, str]:
    return {key: chance.choice(VALUES) for key in chance.sample(KEYS, chance.randrange(most + 1))}


def service(chance: random.Random, number: int) -> dict[str, Any]:
    metadata = {"name": f"one-{number}", "namespace": f"space-{number % 2}"}
    spec: dict[str, Any] = {"type": chance.choice(["ClusterIP", "ExternalName"])}
    spec |= chance.choice(
        [{}, {"selector": {}}, {"selector": labels(chance, 2)}, {"selector": labels(chance, 2)}]
    )
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("seed", range(10))
def test_followed_services_are_those_of_the_list(seed: int) -> None:
    chance = random.Random(seed)
    store = Store([service(chance, number) for number in range(8)])
    cache = Cache(store)
    store.subscribe(cache.apply)
    followed = SharedObjects(cache)
    for step in range(20):
        wanted = labels(chance, 3)
        listed = ObjectList(store.list("", "Service"))
        for space in ("space-0", "space-1", "none"):
            assert followed.services(space, wanted) == listed.services(space, wanted)
        store.put(service(chance, chance.randrange(10)))
        if step % 4 == 0:
            store.delete(store.key_of(service(chance, chance.randrange(10))))
