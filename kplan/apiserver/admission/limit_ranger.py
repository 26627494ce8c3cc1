"""LimitRanger: a namespace's LimitRanges fill in what containers leave open, and refuse what is out of bounds.

Upstream: plugin/pkg/admission/limitranger/admission.go
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.resourcelists import of_pod, parse
from kplan.apiserver.attributes import Attributes, Operation
from kplan.errors import aggregate

_ANNOTATION: Final = "kubernetes.io/limit-ranger"
_MAX_MILLI: Final = (2**63 - 1) // 1000
_ZERO: Final = Quantity.parse("0")

Resources = Mapping[str, Quantity]


class LimitRanger:
    """Applies LimitRanges."""

    def admit(self, attributes: Attributes) -> None:
        """Fill in default requests and limits."""
        if _concerns(attributes) and attributes.resource == "pods":
            for limit_range in _ranges(attributes):
                _set_defaults(attributes.object, limit_range)

    def validate(self, attributes: Attributes) -> None:
        """Check minimum, maximum and ratio, one LimitRange after the other."""
        if not _concerns(attributes):
            return
        check = _check_pod if attributes.resource == "pods" else _check_claim
        for limit_range in _ranges(attributes):
            found = [problem for limit in _limits(limit_range) for problem in check(attributes.object, limit)]
            if found:
                raise attributes.forbidden(aggregate(found))


def _concerns(attributes: Attributes) -> bool:
    if attributes.gvk.group or attributes.resource not in ("pods", "persistentvolumeclaims"):
        return False
    if attributes.operation not in (Operation.CREATE, Operation.UPDATE):
        return False
    old = attributes.old_object
    if old is not None and old["metadata"].get("deletionTimestamp") is not None:
        return False
    updates_pod = attributes.resource == "pods" and attributes.operation is Operation.UPDATE
    return attributes.subresource == "resize" if updates_pod else not attributes.subresource


def _ranges(attributes: Attributes) -> list[Json]:
    return list(attributes.store.list("", "LimitRange", attributes.namespace))


def _limits(limit_range: Json) -> list[Json]:
    return (limit_range.get("spec") or {}).get("limits") or []


def _containers(pod: Json) -> Iterator[tuple[str, Json]]:
    """The containers that get defaults, each with what the note calls it."""
    for kind, field in (("container", "containers"), ("init container", "initContainers")):
        for container in (pod.get("spec") or {}).get(field) or ():
            yield kind, container


def _filled(kind: str, container: Json, requests: Json, limits: Json) -> Iterator[str]:
    """Fill what a container does not set; notes say what was added."""
    for what, wanted in (("request", requests), ("limit", limits)):
        if added := _fill(container, f"{what}s", wanted):
            yield f"{', '.join(added)} {what} for {kind} {container.get('name', '')}"


def _set_defaults(pod: Json, limit_range: Json) -> None:
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for limit in _limits(limit_range):
        if limit.get("type") == "Container":
            requests.update(limit.get("defaultRequest") or {})
            limits.update(limit.get("default") or {})
    notes = [note for kind, one in _containers(pod) for note in _filled(kind, one, requests, limits)]
    if notes:
        annotations = pod["metadata"].get("annotations") or {}
        pod["metadata"]["annotations"] = {
            **annotations,
            _ANNOTATION: "LimitRanger plugin set: " + "; ".join(notes),
        }


def _fill(container: Json, field: str, wanted: Mapping[str, Any]) -> list[str]:
    resources = container.setdefault("resources", {})
    own = resources.get(field) or {}
    added = sorted(name for name in wanted if name not in own)
    if added:
        resources[field] = {**own, **{name: wanted[name] for name in added}}
    return added


def _check_pod(pod: Json, limit: Json) -> Iterator[str]:
    spec, kind = pod.get("spec") or {}, limit.get("type", "")
    if kind == "Container":
        for field in ("containers", "initContainers"):
            for container in spec.get(field) or ():
                resources = container.get("resources") or {}
                yield from _check(
                    kind, limit, parse(resources.get("requests")), parse(resources.get("limits"))
                )
    elif kind == "Pod":
        yield from _check(kind, limit, of_pod(spec, "requests"), of_pod(spec, "limits"))


def _check_claim(claim: Json, limit: Json) -> Iterator[str]:
    kind = limit.get("type", "")
    if kind != "PersistentVolumeClaim":
        return
    requests = parse(((claim.get("spec") or {}).get("resources") or {}).get("requests"))
    for name, enforced in _each(limit, "min"):
        yield from _minimum(kind, name, enforced, requests, {})
    for name, enforced in _each(limit, "max"):
        yield from _maximum_of_request(kind, name, enforced, requests)


def _check(kind: str, limit: Json, requests: Resources, limits: Resources) -> Iterator[str]:
    rules: tuple[tuple[str, Callable[..., Iterator[str]]], ...] = (
        ("min", _minimum),
        ("max", _maximum),
        ("maxLimitRequestRatio", _ratio),
    )
    for field, rule in rules:
        for name, enforced in _each(limit, field):
            yield from rule(kind, name, enforced, requests, limits)


def _each(limit: Json, field: str) -> Iterator[tuple[str, Quantity]]:
    values = limit.get(field) or {}
    for name in sorted(values):
        yield name, Quantity.parse(values[name])


def _minimum(
    kind: str, name: str, enforced: Quantity, requests: Resources, limits: Resources
) -> Iterator[str]:
    request, limit = requests.get(name), limits.get(name)
    asked, bound, least = _comparable(request, limit, enforced)
    start = f"minimum {name} usage per {kind} is {enforced.canonical()}"
    if request is None:
        yield f"{start}.  No request is specified"
    elif asked < least:
        yield f"{start}, but request is {request.canonical()}"
    elif limit is not None and bound < least:
        yield f"{start}, but limit is {limit.canonical()}"


def _maximum(
    kind: str, name: str, enforced: Quantity, requests: Resources, limits: Resources
) -> Iterator[str]:
    request, limit = requests.get(name), limits.get(name)
    asked, bound, most = _comparable(request, limit, enforced)
    start = f"maximum {name} usage per {kind} is {enforced.canonical()}"
    if limit is None:
        yield f"{start}.  No limit is specified"
    elif bound > most:
        yield f"{start}, but limit is {limit.canonical()}"
    elif request is not None and asked > most:
        yield f"{start}, but request is {request.canonical()}"


def _maximum_of_request(kind: str, name: str, enforced: Quantity, requests: Resources) -> Iterator[str]:
    request = requests.get(name)
    asked, _, most = _comparable(request, None, enforced)
    start = f"maximum {name} usage per {kind} is {enforced.canonical()}"
    if request is None:
        yield f"{start}.  No request is specified"
    elif asked > most:
        yield f"{start}, but request is {request.canonical()}"


def _ratio(kind: str, name: str, enforced: Quantity, requests: Resources, limits: Resources) -> Iterator[str]:
    asked, bound, _ = _comparable(requests.get(name), limits.get(name), enforced)
    start = f"{name} max limit to request ratio per {kind} is {enforced.canonical()}"
    if not asked:
        yield f"{start}, but no request is specified or request is 0"
    elif not bound:
        yield f"{start}, but no limit is specified or limit is 0"
    elif bound / asked * 1000 > enforced.milli():
        yield f"{start}, but provided ratio is {bound / asked:f}"


def _comparable(request: Quantity | None, limit: Quantity | None, enforced: Quantity) -> tuple[int, int, int]:
    quantities = (request or _ZERO, limit or _ZERO, enforced)
    whole = [quantity.value() for quantity in quantities]
    if all(value <= _MAX_MILLI for value in whole):
        whole = [quantity.milli() for quantity in quantities]
    return whole[0], whole[1], whole[2]
