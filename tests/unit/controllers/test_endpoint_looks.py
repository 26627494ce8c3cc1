"""What the endpoint controllers make of what has changed since their last look is what a look
at everything would make.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kplan.apiserver.errors import StatusError
from kplan.cluster import Cluster
from kplan.controllers.endpoints import EndpointsController
from kplan.controllers.endpointslice.backends import Backends
from kplan.controllers.endpointslice.own import OwnSlices
from kplan.simulation.servicepods import ServicePods
from kplan.state.sources.nodes import make_nodes, parse_shapes

Json = dict[str, Any]
STEPS = 60


def pod(name: str, chance: random.Random) -> Json:
    labels = {"app": chance.choice("ab"), "tier": chance.choice("xy")}
    port = {"name": "http", "containerPort": chance.choice([8080, 9090])}
    spec: Json = {"containers": [{"name": "c", "image": chance.choice(["app:1", "slow"]), "ports": [port]}]}
    if chance.random() < 0.3:
        spec |= {"hostname": name, "subdomain": "s0"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}


def service(name: str, chance: random.Random) -> Json:
    selector = chance.choice([{"app": "a"}, {"app": "b"}, {"app": "a", "tier": "x"}])
    ports = [{"name": "web", "port": 80, "targetPort": "http"}, {"name": "own", "port": 81, "targetPort": 81}]
    spec = {"selector": selector, "ports": ports[: chance.randint(1, 2)]}
    spec |= chance.choice([{}, {"clusterIP": "None"}, {"publishNotReadyAddresses": True}, {"trafficDistribution": "PreferClose"}])  # fmt: skip
    notes = chance.choice([{}, {"service.kubernetes.io/topology-mode": "Auto"}])
    metadata = {"name": name, "annotations": notes}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def step(cluster: Cluster, chance: random.Random) -> None:
    """One change of a kind that endpoints may show."""
    run = cluster.kubectl.run
    pods, services = [f"p{n}" for n in range(6)], [f"s{n}" for n in range(3)]
    slices = [
        one["metadata"]["name"] for one in cluster.store.list("discovery.k8s.io", "EndpointSlice", "default")
    ]
    changes: list[Callable[[], object]] = [
        *(lambda: cluster.kubectl.apply([pod(chance.choice(pods), chance)]),) * 5,
        lambda: cluster.kubectl.apply([service(chance.choice(services), chance)]),
        *(lambda: run("delete", "pod", chance.choice(pods), "--ignore-not-found", chance.choice(["--force", "--now"])),) * 2,
        lambda: run("label", "pod", chance.choice(pods), "--overwrite", f"app={chance.choice('ab')}"),
        lambda: run("annotate", "pod", chance.choice(pods), "--overwrite", f"note={chance.random()}"),
        lambda: run("delete", "service", chance.choice(services), "--ignore-not-found"),
        lambda: run("label", "node", f"node-{chance.randint(1, 2)}", "--overwrite", f"topology.kubernetes.io/zone=z{chance.randint(1, 3)}"),
        lambda: slices and run("delete", "endpointslice", chance.choice(slices)),
        lambda: slices and run("label", "endpointslice", chance.choice(slices), "--overwrite", f"kubernetes.io/service-name={chance.choice(services)}"),
        lambda: run("delete", "endpoints", chance.choice(services), "--ignore-not-found"),
        lambda: run("label", "endpoints", chance.choice(services), "--overwrite", f"note={chance.random()}"),
        lambda: run("label", "service", chance.choice(services), "--overwrite", f"note={chance.random()}"),
    ]  # fmt: skip
    chance.choice(changes)()
    cluster.advance(chance.choice([0, 0, 0.001, 0.002, 1, 3]))


def played(seed: int) -> Iterator[str]:
    """All that happened and what came of it."""
    chance = random.Random(seed)
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))
    for name in ("s0", "s1"):
        cluster.kubectl.apply([service(name, chance)])
    for _ in range(STEPS):
        try:
            step(cluster, chance)
        except StatusError as refusal:
            yield str(refusal)
    cluster.advance(60)
    for entry in cluster.stage.timeline:
        yield f"{entry[:9]} {json.dumps(entry.value, sort_keys=True)}"
    for value in cluster.store:
        yield json.dumps(value, sort_keys=True)


def look_at_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing remembered from one look to the next but times."""

    def anew(of: type, name: str, forget: Callable[[Any, Any], object]) -> None:
        remembering = getattr(of, name)

        def look(self: Any, first: Any, *more: Any) -> Any:
            forget(self, first)
            return remembering(self, first, *more)

        monkeypatch.setattr(of, name, look)

    anew(ServicePods, "look", lambda self, service: self.forget(service))
    anew(OwnSlices, "look", lambda self, service: (self.forget(service), self._seen.clear()))
    anew(Backends, "look", lambda self, _: self.__init__(self.family))
    anew(EndpointsController, "_look", lambda self, service: self._known.pop(service, None))


@pytest.mark.parametrize("seed", range(12))
def test_a_look_at_what_has_changed_comes_to_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    following = list(played(seed))
    assert any("EndpointSlice" in line and '"addresses"' in line for line in following)
    look_at_everything(monkeypatch)
    assert following == list(played(seed))
