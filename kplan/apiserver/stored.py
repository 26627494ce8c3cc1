"""What every object that a cluster holds has, because an API server has seen to it, and what
everybody takes for granted.

A dump may have been edited, or come from somewhere else: what of this is missing or wrong names the
object, which is left out.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.metallb import GROUP as METALLB
from kplan.api.object import Json
from kplan.api.walk import find, mapping, text
from kplan.apiserver import errors, field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import int_or_percent, labels_value
from kplan.apiserver.validation.workloads import NO_MATCH
from kplan.fieldpath import ROOT, FieldPath
from kplan.selectors.labels import Selector

_METADATA: Final = FieldPath.of("metadata")
_SPEC: Final = FieldPath.of("spec")
_IDENTITY: Final = uuid.UUID("0b5e0a52-3a0c-4a39-8a13-2f4d0b9a7f6e")
_PODS: Final = FieldPath.of("spec", "template", "spec", "containers")
_WORKLOAD: Final = (_SPEC / "selector", _PODS)
_PARTS: Final = {
    ("apps", "Deployment"): _WORKLOAD, ("apps", "ReplicaSet"): _WORKLOAD, ("apps", "StatefulSet"): _WORKLOAD,
    ("apps", "DaemonSet"): _WORKLOAD, ("batch", "Job"): (_PODS,), ("", "ReplicationController"): (_PODS,),
    ("", "Pod"): (FieldPath.of("spec", "containers"),), ("batch", "CronJob"): (FieldPath.of("spec", "jobTemplate", *_PODS.steps),),
}  # fmt: skip
"""Fields without which no API server stores an object."""
_LABELS: Final = FieldPath.of("spec", "template", "metadata", "labels")
_REPLICATION: Final = ("", "ReplicationController")
_MAKERS: Final = {*_PARTS} - {("", "Pod"), ("batch", "CronJob")}
"""Kinds that make pods until they find as many as they want among those they select."""
_AUTOSCALER: Final = ("autoscaling", "HorizontalPodAutoscaler")
_WITHIN: Final[Mapping[tuple[str, str], Mapping[str, Sequence[str]]]] = {
    ("apps", "StatefulSet"): {"spec.volumeClaimTemplates[*].metadata": ("name",)},
    ("discovery.k8s.io", "EndpointSlice"): {"endpoints[*]": ("addresses",)}, _AUTOSCALER: {"spec.scaleTargetRef": ("kind", "name"), "spec.metrics[*]": ("type",)},
}  # fmt: skip
"""Fields that every stored object of a kind has inside a given parent."""
_ROLLING: Final = (
    "spec.updateStrategy.rollingUpdate.maxUnavailable",
    "spec.updateStrategy.rollingUpdate.maxSurge",
)
_SERVED: Final = (
    "spec.clusterIP",
    "spec.clusterIPs[*]",
    "spec.externalIPs[*]",
    "status.loadBalancer.ingress[*].ip",
)
_ADDRESSES: Final = {
    ("", "Pod"): ("status.podIP", "status.podIPs[*].ip", "status.hostIP"), ("", "Service"): _SERVED,
    ("", "Endpoints"): ("subsets[*].addresses[*].ip", "subsets[*].notReadyAddresses[*].ip"),
    ("networking.k8s.io", "Ingress"): ("status.loadBalancer.ingress[*].ip",),
}  # fmt: skip
"""Fields that hold an IP address."""
_PEERS: Final = ("ingress[*].from[*]", "egress[*].to[*]")
_NETWORKS: Final = {
    ("", "Node"): ("spec.podCIDR", "spec.podCIDRs[*]"), ("networking.k8s.io", "ServiceCIDR"): ("spec.cidrs[*]",),
    ("networking.k8s.io", "NetworkPolicy"): tuple(f"spec.{peer}.ipBlock.{name}" for peer in _PEERS for name in ("cidr", "except[*]")),
}  # fmt: skip
"""Fields that hold a range of IP addresses."""
_SHARES: Final = {
    ("apps", "Deployment"): ("spec.strategy.rollingUpdate.maxUnavailable", "spec.strategy.rollingUpdate.maxSurge"),
    ("apps", "StatefulSet"): _ROLLING, ("apps", "DaemonSet"): _ROLLING,
    ("policy", "PodDisruptionBudget"): ("spec.minAvailable", "spec.maxUnavailable"),
}  # fmt: skip
"""Fields that hold a number or a percentage."""
_CALLED: Final = {dict: "an object", list: "an array", str: "a string"}


def check(obj: Json, gvk: GroupVersionKind, *, namespaced: bool) -> None:
    """See that an object has what it is stored under, and what its actors need. Raises StatusError 422."""
    kind = (gvk.group, gvk.kind)
    wrong = [*_place(mapping(obj, "metadata"), namespaced=namespaced), *_parts(obj, kind)]
    wrong += [*_within(obj, kind), *_shares(obj, kind), *_addresses(obj, kind)]
    if kind in _MAKERS:
        wrong += _selection(obj, kind)
    if kind == _AUTOSCALER:
        wrong += _metrics(obj)
    elif gvk.group == METALLB:
        wrong += _foreign(obj)
    if wrong:
        raise errors.invalid(gvk.group_kind, text(obj, "metadata", "name"), wrong)


def identified(obj: Json) -> Json:
    """The object with a uid, by which owners and controllers identify it; derived from its name if it was removed."""
    metadata: Json = obj["metadata"]
    if metadata.get("uid"):
        return obj
    key = (obj["apiVersion"], obj["kind"], metadata.get("namespace") or "", metadata["name"])
    return {**obj, "metadata": {**metadata, "uid": str(uuid.uuid5(_IDENTITY, "/".join(key)))}}


def _place(metadata: Mapping[str, Any], *, namespaced: bool) -> Iterator[field.FieldError]:
    """The name, and where its kind needs one the namespace, that it is stored under."""
    if not metadata.get("name"):
        yield field.required(_METADATA / "name")
    if namespaced and not metadata.get("namespace"):
        yield field.required(_METADATA / "namespace")


def _parts(obj: Json, kind: tuple[str, str]) -> Iterator[field.FieldError]:
    for path in _PARTS.get(kind, ()):
        *above, last = map(str, path.steps)
        if not mapping(obj, *above).get(last):
            yield field.required(path)


def _selection(obj: Json, kind: tuple[str, str]) -> ErrorList:
    """Check that a workload selects its own pods: otherwise its controller would create them without end."""
    given = mapping(obj, "spec", "selector")
    if not given:
        return []
    matcher = Selector.from_set(given) if kind == _REPLICATION else selector_of(given)
    labels = mapping(obj, *map(str, _LABELS.steps))
    if matcher is None or not matcher.matches(labels):
        return [field.invalid(_LABELS, labels_value(labels), NO_MATCH)]
    return []


def _within(obj: Json, kind: tuple[str, str]) -> Iterator[field.FieldError]:
    for pattern, names in _WITHIN.get(kind, {}).items():
        for path, value in find(obj, pattern, ROOT):
            yield from (field.required(path / name) for name in names if not value.get(name))


def _metrics(obj: Json) -> Iterator[field.FieldError]:
    """The part of each metric that its type names."""
    for path, metric in find(obj, "spec.metrics[*]", ROOT):
        source = text(metric, "type")
        part = source[:1].lower() + source[1:]
        if not mapping(metric, part):
            yield field.required(path / part)


def _shares(obj: Json, kind: tuple[str, str]) -> ErrorList:
    places = (place for pattern in _SHARES.get(kind, ()) for place in find(obj, pattern, ROOT))
    return [error for path, value in places for error in int_or_percent(path, value)]


def _addresses(obj: Json, kind: tuple[str, str]) -> Iterator[field.FieldError]:
    for patterns, read, called in ((_ADDRESSES, _address, "IP address"), (_NETWORKS, _network, "CIDR")):
        found = (place for pattern in patterns.get(kind, ()) for place in find(obj, pattern, ROOT))
        for path, written in found:
            if not _is_read(read, written):
                yield field.invalid(path, written, f"must be a valid {called}")


def _address(written: str) -> object:
    return written in ("", "None") or ip_address(written)


def _network(written: str) -> object:
    return ip_network(written, strict=False)


def _is_read(read: Callable[[str], object], written: str) -> bool:
    try:
        read(written)
    except ValueError:
        return False
    return True


_FOREIGN: Final = {
    "spec": dict, "spec.addresses": list, "spec.addresses[*]": str, "spec.serviceAllocation": dict,
    "spec.serviceAllocation.namespaces": list, "spec.serviceAllocation.namespaces[*]": str,
    "spec.serviceAllocation.namespaceSelectors": list, "spec.serviceAllocation.namespaceSelectors[*]": dict,
    "spec.serviceAllocation.serviceSelectors": list, "spec.serviceAllocation.serviceSelectors[*]": dict,
    "spec.ipAddressPools": list, "spec.ipAddressPools[*]": str,
    "spec.ipAddressPoolSelectors": list, "spec.ipAddressPoolSelectors[*]": dict,
}  # fmt: skip
"""The types that MetalLB's definitions give to what is read of its objects."""


def _foreign(obj: Json) -> Iterable[field.FieldError]:
    for pattern, kind in _FOREIGN.items():
        for path, value in find(obj, pattern, ROOT):
            if not isinstance(value, kind):
                yield field.type_invalid(path, value, f"must be {_CALLED[kind]}")
