"""The claim that stands for a pod's extended resources on a node that does not offer them itself.

Upstream: pkg/scheduler/framework/plugins/dynamicresources/extendeddynamicresources.go
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.quantity import value as quantity_value
from kplan.namedtuples import NamedTuple
from kplan.scheduler.podinfo import PodInfo

if TYPE_CHECKING:
    from kplan.apiserver.client import Client

ANNOTATION: Final = "resource.kubernetes.io/extended-resource-claim"


class Extended(NamedTuple):
    """A claim to be created, and which of its requests serves which container."""

    claim: Json
    mappings: list[Json]


class _Container(NamedTuple):
    place: int
    name: str
    is_short: bool
    """Whether it ends before the others begin, so that it may use what they get."""
    requests: Mapping[str, str]

    def amount(self, resource: str) -> int:
        return quantity_value(self.requests[resource]) if resource in self.requests else 0

    def mapped(self, resource: str, request: Json) -> Json:
        return {"containerName": self.name, "resourceName": resource, "requestName": request["name"]}

    def request(self, resource: str, device_class: str, count: int) -> Json:
        order = sorted(self.requests).index(resource)
        exactly = {"deviceClassName": device_class, "allocationMode": "ExactCount", "count": count}
        return {"name": f"container-{self.place}-request-{order}", "exactly": exactly}


def extended_claim(pod: PodInfo, wanted: Collection[str], classes: Mapping[str, str]) -> Extended:
    """Make it for the resources that a node lacks; ``classes`` says by resource which device class has it."""
    containers = [*_containers(pod.value["spec"])]
    requests: list[Json] = []
    mappings: list[Json] = []
    for resource in sorted(wanted):
        long, mapped = _long_lived(containers, resource, classes[resource])
        requests += long.values()
        mappings += mapped
        short, mapped = _short_lived(containers, resource, classes[resource], long)
        requests += short
        mappings += mapped
    owner = {"apiVersion": "v1", "kind": "Pod", "name": pod.name, "uid": pod.uid, "controller": True}
    metadata = {
        "generateName": f"{pod.name}-extended-resources-",
        # the name is the server's to give; this one tells the claim from others while it is planned
        "name": f"{pod.name}-extended-resources",
        "namespace": pod.namespace,
        "ownerReferences": [owner],
        "annotations": {ANNOTATION: "true"},
    }
    spec = {"devices": {"requests": sorted(requests, key=lambda request: str(request["name"]))}}
    kind = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim"}
    return Extended({**kind, "metadata": metadata, "spec": spec}, mappings)


def _containers(spec: Json) -> Iterator[_Container]:
    early = spec.get("initContainers") or []
    for index, item in enumerate([*early, *spec["containers"]]):
        is_short = index < len(early) and item.get("restartPolicy") != "Always"
        requests = (item.get("resources") or {}).get("requests") or {}
        yield _Container(index, item["name"], is_short, requests)


def _long_lived(
    containers: Sequence[_Container], resource: str, device_class: str
) -> tuple[dict[int, Json], list[Json]]:
    """One request for each container that runs beside others, by its place."""
    users = [one for one in containers if not one.is_short and one.amount(resource)]
    requests = {one.place: one.request(resource, device_class, one.amount(resource)) for one in users}
    return requests, [one.mapped(resource, requests[one.place]) for one in users]


def _short_lived(
    containers: Sequence[_Container], resource: str, device_class: str, long: Mapping[int, Json]
) -> tuple[list[Json], list[Json]]:
    """One request for all containers that run one after the other:
    what the greediest needs beside those that come later.
    """
    own: list[Json] = []
    uses: list[tuple[_Container, Json]] = []
    for one in containers:
        missing = one.amount(resource) if one.is_short else 0
        for later in sorted(index for index in long if index >= one.place) if missing else ():
            if missing > 0:
                missing -= long[later]["exactly"]["count"]
                uses.append((one, long[later]))
        if missing > 0:
            own.append(one.request(resource, device_class, missing))
            uses.append((one, own[-1]))
    most = max(own, key=lambda request: int(request["exactly"]["count"]), default=None)
    mappings = [one.mapped(resource, most if most and request in own else request) for one, request in uses]
    return [most] if most else [], mappings


def create(client: "Client", extended: Extended) -> Json:
    """Have the claim made, under a name of its own. Raises StatusError."""
    metadata = {key: value for key, value in extended.claim["metadata"].items() if key != "name"}
    return client.create({**extended.claim, "metadata": metadata})


def note(client: "Client", pod: PodInfo, extended: Extended, name: str) -> None:
    """Write into the pod's status which claim is its own. Raises StatusError."""
    status = {"requestMappings": extended.mappings, "resourceClaimName": name}
    patch = {"status": {"extendedResourceClaimStatus": status}}
    client.merge_patch(ObjectKey("", "Pod", pod.namespace, pod.name), patch, "status")
