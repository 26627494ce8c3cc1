"""What one object uses of every resource that quotas count, and what a quota's objects use together.

Upstream: pkg/quota/v1/evaluator/core, staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.quotaresources import (
    COMPUTE,
    COUNTED_BY_NAME,
    DEVICES,
    ONE,
    ZERO,
    measured,
    of_claim,
    of_service,
    resources_of,
)
from kplan.api.resourcelists import ResourceList, add, of_pod, parse
from kplan.apiserver.quota.scopes import in_scope

_ALL_DEVICES: Final = 32
"""The most devices that a request for all devices is charged."""


def usage_of(obj: Json, group_resource: str, now: datetime) -> ResourceList:
    """What an object uses."""
    used: ResourceList = {f"count/{group_resource}": ONE}
    if group_resource == "pods":
        if is_charged(obj, now):
            add(used, _of_pod(obj))
    elif group_resource == "services":
        add(used, of_service(obj.get("spec") or {}))
    elif group_resource == "persistentvolumeclaims":
        add(used, of_claim(obj))
    elif group_resource == "resourceclaims.resource.k8s.io":
        add(used, _of_device_claim(obj))
    elif group_resource in COUNTED_BY_NAME:
        used[group_resource] = ONE
    return used


def compute_usage(requests: ResourceList, limits: ResourceList) -> ResourceList:
    """Spell requests and limits as quotas name them."""
    used: ResourceList = {"pods": ONE}
    for name in COMPUTE:
        if name in requests:
            used[name] = used[f"requests.{name}"] = requests[name]
        if name in limits:
            used[f"limits.{name}"] = limits[name]
    for name, value in requests.items():
        if name.startswith("hugepages-"):
            used[name] = used[f"requests.{name}"] = value
        elif "/" in name and "kubernetes.io/" not in name and not name.startswith("requests."):
            used[f"requests.{name}"] = value
    return used


def total_usage(
    quota: Json,
    objects: Iterable[Json],
    group_resource: Callable[[Json], str],
    countable: Callable[[str], bool],
    now: datetime,
) -> dict[str, str]:
    """Count what all objects of a namespace use of a quota's hard limits, as its status says it."""
    names = measured((quota.get("spec") or {}).get("hard") or {}, countable)
    total: ResourceList = dict.fromkeys(names, ZERO)
    for obj in objects:
        kind = group_resource(obj)
        mine = resources_of(kind, names)
        if mine and in_scope(quota, obj):
            used = usage_of(obj, kind, now)
            add(total, {name: used[name] for name in mine if name in used})
    return {name: total[name].canonical() for name in names}


def charged(quota: Json, obj: Json, old: Json | None, group_resource: str, now: datetime) -> Json:
    """A quota after an object was created, or written over an old one: what it uses is added to what was used."""
    status = quota.get("status") or {}
    names = resources_of(group_resource, status.get("used") or {})
    total = parse({name: status["used"][name] for name in names})
    if in_scope(quota, obj):
        used = usage_of(obj, group_resource, now)
        total = {name: value + used.get(name, ZERO) for name, value in total.items()}
    if old is not None and in_scope(quota, old):
        used = usage_of(old, group_resource, now)
        total = {name: value - used.get(name, ZERO) for name, value in total.items()}
    written = {name: value.canonical() for name, value in total.items()}
    return {**quota, "status": {**status, "used": {**status["used"], **written}}} if names else quota


def is_charged(pod: Json, now: datetime) -> bool:
    """Whether a pod uses anything still: not when it has ended, or could have been deleted by now."""
    metadata = pod["metadata"]
    if (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
        return False
    deleted, grace = metadata.get("deletionTimestamp"), metadata.get("deletionGracePeriodSeconds")
    if deleted is None or grace is None:
        return True
    return (now - datetime.fromisoformat(deleted)).total_seconds() <= float(grace)


def _of_pod(pod: Json) -> ResourceList:
    spec = pod.get("spec") or {}
    requests, limits, overhead = of_pod(spec, "requests"), of_pod(spec, "limits"), parse(spec.get("overhead"))
    add(requests, overhead)
    add(
        limits,
        {name: value for name, value in overhead.items() if name in limits and not limits[name].is_zero()},
    )
    return compute_usage(requests, limits)


def _of_device_claim(claim: Json) -> ResourceList:
    """The devices of each class; of alternatives, the most that one of them may take."""
    used: ResourceList = {}
    for request in ((claim.get("spec") or {}).get("devices") or {}).get("requests") or ():
        most: dict[str, int] = {}
        for choice in request.get("firstAvailable") or [request.get("exactly") or {}]:
            name = f"{choice.get('deviceClassName') or ''}{DEVICES}"
            most[name] = max(most.get(name, 0), _devices(choice))
        add(used, {name: Quantity.of(number) for name, number in most.items()})
    return used


def _devices(request: Json) -> int:
    if request.get("allocationMode") == "All":
        return _ALL_DEVICES
    return int(request.get("count") or 0)
