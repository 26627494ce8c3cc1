"""ResourceQuota: the last plug-in; every request is charged to the quotas of its namespace.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/{admission,controller}.go
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kplan.api.object import Json
from kplan.api.quotaresources import ZERO, resources_of
from kplan.api.resourcelists import ResourceList, parse, printed
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.quota import scopes, usage

if TYPE_CHECKING:
    from kplan.api.quantity import Quantity

_REQUIRED: Final = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
)


class ResourceQuota:
    """Charges quotas."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse what would exceed a quota; update the use of the others."""
        if not _counts(attributes):
            return
        charged = []
        for quota in attributes.store.list("", "ResourceQuota", attributes.namespace):
            names = resources_of(attributes.group_resource, _hard(quota))
            if names and scopes.in_scope(quota, attributes.object):
                _check_constraints(attributes, quota, names)
                used = _charge(attributes, quota, names)
                if used is not None:
                    charged.append({**quota, "status": {**quota["status"], "used": used}})
        if not attributes.dry_run:
            for quota in charged:
                attributes.store.put(quota)


def _counts(attributes: Attributes) -> bool:
    """Whether a request can change what a quota counts."""
    operation, resource = attributes.operation, attributes.group_resource
    if not attributes.namespaced or resource in ("events", "events.events.k8s.io"):
        return False
    if operation is Operation.CREATE:
        return not attributes.subresource
    if operation is not Operation.UPDATE or attributes.old_object is None:
        return False
    if resource == "pods":
        deadlines = [_deadline(pod) for pod in (attributes.object, attributes.old_object)]
        return attributes.subresource == "resize" or (
            not attributes.subresource and deadlines[0] != deadlines[1]
        )
    if resource == "persistentvolumeclaims":
        return attributes.subresource in ("", "status")
    return resource == "services" and not attributes.subresource


def _deadline(pod: Json) -> bool:
    return int((pod.get("spec") or {}).get("activeDeadlineSeconds", -1)) >= 0


def _hard(quota: Json) -> Mapping[str, str]:
    hard: Mapping[str, str] = (quota.get("status") or {}).get("hard") or {}
    return hard


def _check_constraints(attributes: Attributes, quota: Json, names: list[str]) -> None:
    """A quota on cpu or memory needs every container to set requests or limits."""
    name = quota["metadata"]["name"]
    if attributes.group_resource == "pods":
        missing = _unset(attributes.object.get("spec") or {}, _REQUIRED & set(names))
        if missing:
            text = "; ".join(
                f"{resource} for: {','.join(sorted(missing[resource]))}" for resource in sorted(missing)
            )
            raise attributes.forbidden(f"failed quota: {name}: must specify {text}")
    used = (quota.get("status") or {}).get("used") or {}
    if any(resource not in used for resource in names):
        raise attributes.forbidden(f"status unknown for quota: {name}, resources: {','.join(sorted(names))}")


def _unset(spec: Json, required: frozenset[str]) -> dict[str, set[str]]:
    missing: dict[str, set[str]] = {}
    if (spec.get("resources") or {}).get("requests") or (spec.get("resources") or {}).get("limits"):
        return missing
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            resources = container.get("resources") or {}
            said = usage.compute_usage(parse(resources.get("requests")), parse(resources.get("limits")))
            for resource in required - said.keys():
                missing.setdefault(resource, set()).add(container.get("name", ""))
    return missing


def _charge(attributes: Attributes, quota: Json, names: list[str]) -> dict[str, str] | None:
    """Compute the quota's new use; None if nothing is added."""
    delta = _delta(attributes, quota, names)
    if not delta:
        return None
    status = quota["status"]
    used, hard = parse(status.get("used")), parse(status.get("hard"))
    total = {name: used[name] + value for name, value in delta.items()}
    exceeded = sorted(name for name, value in total.items() if hard[name] < value)
    if exceeded and attributes.subresource != "status":
        raise attributes.forbidden(
            f"exceeded quota: {quota['metadata']['name']}, requested: {printed(delta, exceeded)}, "
            f"used: {printed(used, exceeded)}, limited: {printed(hard, exceeded)}"
        )
    return {**status["used"], **{name: value.canonical() for name, value in total.items()}}


def _delta(attributes: Attributes, quota: Json, names: list[str]) -> ResourceList:
    wanted = usage.usage_of(attributes.object, attributes.group_resource, attributes.now)
    negative = sorted(name for name, value in wanted.items() if value.sign() < 0)
    if negative:
        raise attributes.forbidden(f"quota usage is negative for resource(s): {','.join(negative)}")
    before: Mapping[str, Quantity] = {}
    old = attributes.old_object
    if old is not None and scopes.in_scope(quota, old):
        before = usage.usage_of(old, attributes.group_resource, attributes.now)
    delta = {name: wanted[name] - before.get(name, ZERO) for name in names if name in wanted}
    return {name: value for name, value in delta.items() if value.sign() > 0}
