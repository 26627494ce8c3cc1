"""The resources that quotas count, by name: which kinds use them, and what a Service and a claim use of them.

Upstream: pkg/quota/v1/evaluator/core, staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go
"""

from collections.abc import Callable, Iterable
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.resourcelists import ResourceList, parse
from kplan.api.storageclasses import class_of

ONE: Final = Quantity.of(1)
ZERO: Final = Quantity.of(0)
COUNTED_BY_NAME: Final = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_CLASS_SUFFIX: Final = ".storageclass.storage.k8s.io/"
_CLAIM_RESOURCES: Final = ("persistentvolumeclaims", "requests.storage")
DEVICES: Final = ".deviceclass.resource.k8s.io/devices"
_COUNT: Final = "count/"
_MEASURED: Final = (
    "pods", "services", "persistentvolumeclaims", "resourceclaims.resource.k8s.io", *sorted(COUNTED_BY_NAME)
)  # fmt: skip
_SERVICE_RESOURCES: Final = frozenset({"services", "services.loadbalancers", "services.nodeports"})
_POD_RESOURCES: Final = frozenset(
    {"pods", *COMPUTE, *(f"requests.{name}" for name in COMPUTE), *(f"limits.{name}" for name in COMPUTE)}
)


def resources_of(group_resource: str, names: Iterable[str]) -> list[str]:
    """Which of these quota resources a kind uses."""
    count = f"count/{group_resource}"
    return [name for name in names if name == count or _uses(group_resource, name)]


def measured(names: Iterable[str], countable: Callable[[str], bool]) -> list[str]:
    """Those of these quota resources that anything uses; of others a quota's status says nothing.

    ``countable`` says whether objects of a ``GROUP_RESOURCE`` are counted under ``count/GROUP_RESOURCE``.
    """
    return [
        name
        for name in names
        if any(_uses(kind, name) for kind in _MEASURED)
        or (name.startswith(_COUNT) and countable(name.removeprefix(_COUNT)))
    ]


def _uses(group_resource: str, name: str) -> bool:
    if group_resource == "pods":
        native = "/" not in name or "kubernetes.io/" in name
        extended = name.startswith("requests.") and not native
        return name in _POD_RESOURCES or name.startswith(("hugepages-", "requests.hugepages-")) or extended
    if group_resource == "services":
        return name in _SERVICE_RESOURCES
    if group_resource == "persistentvolumeclaims":
        return name in _CLAIM_RESOURCES or name.endswith(
            tuple(_CLASS_SUFFIX + item for item in _CLAIM_RESOURCES)
        )
    if group_resource == "resourceclaims.resource.k8s.io":
        return name.endswith(DEVICES)
    return group_resource in COUNTED_BY_NAME and name == group_resource


def of_service(spec: Json) -> ResourceList:
    """What a Service with such a spec uses: itself, and the load balancer and node ports that it gets."""
    ports = spec.get("ports") or []
    count, balancers = 0, 0
    if spec.get("type") == "NodePort":
        count = len(ports)
    elif spec.get("type") == "LoadBalancer":
        balancers, count = 1, len(ports)
        if spec.get("allocateLoadBalancerNodePorts") is False:
            count = sum(1 for port in ports if port.get("nodePort"))
    return {
        "services": ONE,
        "services.loadbalancers": Quantity.of(balancers),
        "services.nodeports": Quantity.of(count),
    }


def of_claim(claim: Json) -> ResourceList:
    """What a claim uses: itself and its storage, each also under the name of its class."""
    spec = claim.get("spec") or {}
    chosen = class_of(claim)
    used: ResourceList = {"persistentvolumeclaims": ONE}
    requested = parse((spec.get("resources") or {}).get("requests")).get("storage")
    if requested is not None:
        allocated = parse((claim.get("status") or {}).get("allocatedResources")).get("storage")
        if allocated is not None and requested < allocated:
            requested = allocated
        used["requests.storage"] = requested.round_up(0)
    if chosen:
        used |= {f"{chosen}{_CLASS_SUFFIX}{name}": value for name, value in used.items()}
    return used
