"""The pod and the container that a command looks into: named itself, or one of a workload's or a Service's.

Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/attachablepodforobject.go,
staging/src/k8s.io/kubectl/pkg/cmd/util/podcmd/podcmd.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.pods import (
    container_statuses_of,
    containers_of,
    deletion_order,
    init_container_statuses_of,
    init_containers_of,
)
from kplan.errors import UsageError
from kplan.kubectl.choosing import Item, Wanted, choose
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context
from kplan.kubectl.wording import ClientError
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

_SELECTING: Final = frozenset(
    {
        ("", "ReplicationController"), ("", "Service"), ("apps", "DaemonSet"), ("apps", "Deployment"),
        ("apps", "ReplicaSet"), ("apps", "StatefulSet"), ("batch", "Job"),
    }
)  # fmt: skip
"""Kinds of which kubectl knows how they select pods."""
DEFAULT_CONTAINER: Final = "kubectl.kubernetes.io/default-container"


def item_of(context: Context, word: str, namespace: str) -> Item:
    """The object of NAME, which is a pod's, or TYPE/NAME. Raises StatusError and UsageError."""
    words = [word] if "/" in word else ["pods", word]
    found = choose(context.server, Wanted(words=words, namespace=namespace, typed=True))
    for failure in found.failures:
        raise failure
    return found.items[0]


def pods_of(context: Context, item: Item, doing: str = "cannot attach to") -> list[Json]:
    """A pod itself, or the pods of a workload or a Service, those that serve first.

    Raises ClientError if there is none.
    """
    if item.resource.kind == "Pod":
        return [item.value]
    if (item.resource.group, item.resource.kind) not in _SELECTING:
        kind = f"*{item.resource.version}.{item.resource.kind}"
        raise ClientError(f"{doing} {kind}: selector for {kind} not implemented")
    spec, namespace = item.value.get("spec") or {}, item.value["metadata"].get("namespace", "")
    selector = spec.get("selector")
    if not selector:
        raise ClientError(f"selector for {item.resource.kind} {item.value['metadata']['name']} is empty")
    try:
        plain = item.resource.kind in ("Service", "ReplicationController")
        labels = Selector.from_set(selector) if plain else Selector.from_label_selector(selector)
    except SelectorError as error:
        raise UsageError(str(error)) from error
    found = list(context.server.list("", "Pod", namespace, labels))
    if not found:
        raise ClientError("timed out waiting for the condition")
    return list(reversed(deletion_order(found, context.now)))


def container_of(pod: Json, wanted: str, printed: Printed) -> Json:
    """The container that is named, or the default one, which is said, if there are several. Raises ClientError."""
    spec, name = pod["spec"], pod["metadata"]["name"]
    every = [*containers_of(spec), *_ephemeral(spec), *init_containers_of(spec)]
    if wanted:
        found = next((one for one in every if one["name"] == wanted), None)
        if found is None:
            raise ClientError(f"container {wanted} is not valid for pod {name} out of: {names_of(pod)}")
        return found
    annotated = annotations_of(pod).get(DEFAULT_CONTAINER, "")
    chosen = next((one for one in every if one["name"] == annotated), every[0])
    if len(every) > 1 and chosen["name"] != annotated:
        printed.warn(f'Defaulted container "{chosen["name"]}" out of: {names_of(pod)}')
    return chosen


def names_of(pod: Json) -> str:
    """All containers of a pod, as kubectl lists them."""
    ephemeral = [f"{one['name']} (ephem)" for one in _ephemeral(pod["spec"])]
    init = [f"{one['name']} (init)" for one in init_containers_of(pod["spec"])]
    return ", ".join([*(one["name"] for one in containers_of(pod["spec"])), *ephemeral, *init])


def _ephemeral(spec: Json) -> Sequence[Json]:
    return spec.get("ephemeralContainers") or ()


def status_of_container(pod: Json, name: str) -> Json:
    """What the kubelet says of a container; empty if it has said nothing."""
    statuses = [*container_statuses_of(pod), *init_container_statuses_of(pod)]
    return next((one for one in statuses if one["name"] == name), {})
