"""What objects use of a quota besides pods: how many of a kind there are, the storage of claims, ports and
load balancers of Services.

Upstream: pkg/quota/v1/evaluator/core/services.go, pkg/quota/v1/evaluator/core/persistent_volume_claims.go
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.quantity import Quantity
from kplan.api.storageclasses import class_of
from kplan.api.walk import items, mapping, text
from kplan.lint.amounts import amount
from kplan.lint.world import Subject

_COUNT: Final = "count/"
_NONE: Final = Quantity.of(0)
_ONE: Final = Quantity.of(1)
_NAMED: Final = frozenset({"configmaps", "replicationcontrollers", "resourcequotas", "secrets", "services"})
"""Kinds of the core group that a quota counts by the name of their resource."""
_CLAIMS: Final = "persistentvolumeclaims"
_STORAGE: Final = "requests.storage"
_OF_CLASS: Final = ".storageclass.storage.k8s.io/"
_NODE_PORTS: Final = "services.nodeports"
_BALANCERS: Final = "services.loadbalancers"
OF_ITSELF: Final[Mapping[str, str]] = {"ConfigMap": "kube-root-ca.crt", "ServiceAccount": "default"}
"""What every namespace has of a kind, whatever is applied."""


def counts_objects(name: str) -> bool:
    """Whether a limit of a quota is about others than pods."""
    plain = name.rpartition("/")[2] if _OF_CLASS in name else name
    counted = name.startswith(_COUNT) and name != "count/pods"
    return counted or plain in (*_NAMED, _CLAIMS, _STORAGE, _NODE_PORTS, _BALANCERS)


def is_of_storage(name: str) -> bool:
    """Whether it limits an amount, and not a number."""
    return name == _STORAGE or name.endswith(_OF_CLASS + _STORAGE)


def kind_counted(name: str, subject: Subject) -> bool:
    """Whether a limit counts the objects of the kind of a subject."""
    return name.removeprefix(_COUNT) == _resource(subject)


def used_by(subject: Subject, name: str, pods: int) -> Quantity:
    """What a subject that keeps a number of pods uses of a limit,
    with the claims and ReplicaSets that are made for it.
    """
    counted = name.removeprefix(_COUNT)
    if is_of_storage(name) or counted == _CLAIMS or name.endswith(_OF_CLASS + _CLAIMS):
        return _of_claims(subject, name, pods)
    if name in (_NODE_PORTS, _BALANCERS):
        return Quantity.of(_of_service(subject, name)) if subject.kind == "Service" else _NONE
    made = subject.kind == "Deployment.apps" and counted == "replicasets.apps"
    return _ONE if made or counted == _resource(subject) else _NONE


def _resource(subject: Subject) -> str:
    """The resource of its kind, as quotas name it: ``deployments.apps``."""
    gvk = subject.object.gvk
    found = subject.world.catalog.discovery.by_kind(gvk.group, gvk.kind)
    return "" if found is None else f"{found.plural}.{gvk.group}" if gvk.group else found.plural


def _of_claims(subject: Subject, name: str, pods: int) -> Quantity:
    total = _NONE
    wanted = name.partition(_OF_CLASS)[0] if _OF_CLASS in name else None
    for claim, many in _claims(subject, pods):
        if wanted is None or class_of(claim) == wanted:
            asked = (
                amount(mapping(claim, "spec", "resources", "requests").get("storage"))
                if is_of_storage(name)
                else _ONE
            )
            total += (_NONE if asked is None else asked) * many
    return total


def _claims(subject: Subject, pods: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The claims that are there because of it, and how many of each."""
    if subject.kind == "PersistentVolumeClaim":
        yield _sound(subject.value), 1
    for _, claim in items(subject.spec, "volumeClaimTemplates"):
        yield _sound(claim), pods
    for _, volume in subject.volumes():
        if claim := mapping(volume, "ephemeral", "volumeClaimTemplate"):
            yield _sound(claim), pods


def _sound(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    """A claim whose metadata is a mapping, whatever the input has."""
    return {"metadata": mapping(claim, "metadata"), "spec": mapping(claim, "spec")}


def _of_service(service: Subject, name: str) -> int:
    kind = text(service.spec, "type")
    ports = [port for _, port in items(service.spec, "ports")]
    if kind != "LoadBalancer":
        return len(ports) if kind == "NodePort" and name == _NODE_PORTS else 0
    if name == _BALANCERS:
        return 1
    if service.spec.get("allocateLoadBalancerNodePorts") is False:
        return sum(1 for port in ports if port.get("nodePort"))
    return len(ports)
