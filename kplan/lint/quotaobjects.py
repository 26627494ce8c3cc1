"""What objects use of a quota besides pods: how many of a kind there are, the storage of claims, ports and
load balancers of Services.

Upstream: pkg/quota/v1/evaluator/core/services.go, pkg/quota/v1/evaluator/core/persistent_volume_claims.go
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.quotaresources import ONE, ZERO, measured, of_claim, of_service, resources_of
from kplan.api.resourcelists import ResourceList
from kplan.api.walk import items, mapping
from kplan.lint.amounts import amount
from kplan.lint.world import Subject

_COUNT: Final = "count/"
_STORAGE: Final = "requests.storage"
OF_ITSELF: Final[Mapping[str, str]] = {"ConfigMap": "kube-root-ca.crt", "ServiceAccount": "default"}
"""What every namespace has of a kind, whatever is applied."""


def counts_objects(name: str) -> bool:
    """Whether a limit of a quota is about others than pods."""
    return bool(measured([name], lambda resource: resource != "pods")) and not resources_of("pods", [name])


def is_of_storage(name: str) -> bool:
    """Whether it limits an amount, and not a number."""
    return name.rpartition("/")[2] == _STORAGE


def kind_counted(name: str, subject: Subject) -> bool:
    """Whether a limit counts the objects of the kind of a subject."""
    return name.removeprefix(_COUNT) == _resource(subject)


def used_by(subject: Subject, name: str, pods: int) -> Quantity:
    """What a subject that keeps a number of pods uses of a limit,
    with the claims and ReplicaSets that are made for it.
    """
    counted = name.removeprefix(_COUNT)
    if subject.kind == "Service" and (used := of_service(_sound_service(subject.spec)).get(name)) is not None:
        return used
    of_claims = [(_of_claim(claim).get(counted), many) for claim, many in _claims(subject, pods)]
    if total := sum((used * many for used, many in of_claims if used is not None), ZERO):
        return total
    made = subject.kind == "Deployment.apps" and counted == "replicasets.apps"
    return ONE if made or counted == _resource(subject) else ZERO


def _resource(subject: Subject) -> str:
    """The resource of its kind, as quotas name it: ``deployments.apps``."""
    gvk = subject.object.gvk
    found = subject.world.catalog.discovery.by_kind(gvk.group, gvk.kind)
    return "" if found is None else f"{found.plural}.{gvk.group}" if gvk.group else found.plural


def _claims(subject: Subject, pods: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The claims that are there because of it, and how many of each."""
    if subject.kind == "PersistentVolumeClaim":
        yield subject.value, 1
    for _, claim in items(subject.spec, "volumeClaimTemplates"):
        yield claim, pods
    for _, volume in subject.volumes():
        if claim := mapping(volume, "ephemeral", "volumeClaimTemplate"):
            yield claim, pods


def _of_claim(claim: Mapping[str, Any]) -> ResourceList:
    """What a claim uses, as far as what the input has of it can be read."""
    asked = mapping(claim, "spec", "resources", "requests").get("storage")
    requests = {} if amount(asked) is None else {"storage": str(asked)}
    spec = {**mapping(claim, "spec"), "resources": {"requests": requests}}
    return of_claim(
        {"metadata": {"annotations": dict(mapping(claim, "metadata", "annotations"))}, "spec": spec}
    )


def _sound_service(spec: Mapping[str, Any]) -> Json:
    """The spec of a Service with those of its ports that are mappings."""
    return {**spec, "ports": [dict(port) for _, port in items(spec, "ports")]}
