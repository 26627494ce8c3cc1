"""ResourceQuotas of the input: which are about the pods of a workload, and what these use of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.quantity import Quantity
from kplan.api.resourcelists import of_pod
from kplan.api.walk import items, mapping, text
from kplan.lint.amounts import amount
from kplan.lint.container import Container
from kplan.lint.limitranges import defaults, given
from kplan.lint.world import Subject, World

_KIND: Final = "ResourceQuota"
_COMPUTE: Final = ("cpu", "memory")
REQUIRED: Final = frozenset(
    {*_COMPUTE, *(f"requests.{name}" for name in _COMPUTE), *(f"limits.{name}" for name in _COMPUTE)}
)
"""What every container has to set where a quota limits it."""


def quotas(world: World) -> Mapping[str, Sequence[Subject]]:
    """Those of each namespace."""
    found: dict[str, list[Subject]] = defaultdict(list)
    for one in world.by_kind.get(_KIND, ()):
        found[one.namespace].append(one)
    return found


def is_about(quota: Subject, workload: Subject) -> bool:
    """Whether the pods of a workload are in every scope of a quota; of scopes that cannot be
    told from them they are not.

    Upstream: pkg/quota/v1/evaluator/core/pods.go (podMatchesScopeFunc)
    """
    scopes = quota.spec.get("scopes")
    named = scopes if isinstance(scopes, list) else []
    terms = [one for _, one in items(mapping(quota.spec, "scopeSelector"), "matchExpressions")]
    return all(_is_in(str(scope), {}, workload) for scope in named) and all(
        _is_in(text(term, "scopeName"), term, workload) for term in terms
    )


def _is_in(scope: str, term: Mapping[str, Any], workload: Subject) -> bool:
    pod = workload.pod_spec()
    if scope in ("Terminating", "NotTerminating"):
        return ("activeDeadlineSeconds" in pod) == (scope == "Terminating")
    if scope in ("BestEffort", "NotBestEffort"):
        return _asks_for_something(workload) == (scope == "NotBestEffort")
    values = term.get("values")
    if scope == "PriorityClass" and text(term, "operator") == "In" and isinstance(values, list):
        return text(pod, "priorityClassName") in values
    return False


def _asks_for_something(workload: Subject) -> bool:
    return any(
        mapping(container.value, "resources", field)
        for container in workload.lasting_containers()
        for field in ("requests", "limits")
    )


def unset(workload: Subject, hard: Mapping[str, Any]) -> Iterator[tuple[Container, list[str]]]:
    """The containers of a workload that leave open what a quota limits, each with what that is.

    Upstream: pkg/quota/v1/evaluator/core/pods.go (Constraints)
    """
    whole = mapping(workload.pod_spec(), "resources")
    required = sorted(REQUIRED & hard.keys())
    if not required or whole.get("requests") or whole.get("limits"):
        return
    by_default = {field: defaults(workload, field) for field in ("requests", "limits")}
    for container in workload.lasting_containers():
        resources = mapping(container.value, "resources")
        missing = [
            name
            for name in required
            if (split := _split(name))[1] not in given(resources, split[0], by_default[split[0]])
        ]
        if missing:
            yield container, missing


def _split(name: str) -> tuple[str, str]:
    """What a quota limits: ``requests`` or ``limits``, and of which resource."""
    field, dot, resource = name.partition(".")
    return (field, resource) if dot and field in ("requests", "limits") else ("requests", name)


def used(workload: Subject, name: str) -> Quantity:
    """What one pod of a workload uses of a quota's resource; empty if that is not known."""
    if name in ("pods", "count/pods"):
        return Quantity.of(1)
    field, resource = _split(name)
    by_default = defaults(workload, field)
    spec: dict[str, Any] = {"containers": [], "initContainers": []}
    for container in workload.lasting_containers():
        asked = amount(given(mapping(container.value, "resources"), field, by_default).get(resource))
        shown = {} if asked is None else {resource: asked.canonical()}
        spec["initContainers" if container.is_init else "containers"].append(
            {"resources": {field: shown}, "restartPolicy": container.value.get("restartPolicy")}
        )
    whole = amount(mapping(workload.pod_spec(), "resources", field).get(resource))
    if whole is not None:
        spec["resources"] = {field: {resource: whole.canonical()}}
    return of_pod(spec, field).get(resource, Quantity.of(0))
