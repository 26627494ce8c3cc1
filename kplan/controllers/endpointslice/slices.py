"""Filling slices: endpoints stay where they are, changed slices take new ones first, few slices change.

Upstream: staging/src/k8s.io/endpointslice/reconciler.go (reconcileByPortMapping)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kplan.api.endpointslices import endpoints_of, target_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json

MAX_ENDPOINTS = 100


@dataclass(slots=True)
class Changes:
    """Slices to create, update and delete."""

    create: list[Json] = field(default_factory=list)
    update: list[Json] = field(default_factory=list)
    delete: list[Json] = field(default_factory=list)


def identity(endpoint: Json) -> tuple[object, ...]:
    """What makes two endpoints the same one: addresses, host name, node, zone and target."""
    target, addresses = target_of(endpoint), endpoint["addresses"]
    return (
        tuple(sorted(addresses) if len(addresses) > 1 else addresses),
        endpoint.get("hostname"),
        endpoint.get("nodeName"),
        endpoint.get("zone"),
        target.get("uid"),
        target.get("name"),
    )


def fill(
    changes: Changes, existing: Sequence[Json], desired: Mapping[str, Json], empty: Json, *, hints_count: bool = True
) -> None:  # fmt: skip
    """Spread the endpoints of one port set, by the names of their pods, over slices; ``empty`` is
    the pattern of a new slice.

    Where hints do not count, an endpoint that differs in nothing else has not changed.
    """
    wanted = {**desired}
    labels = empty["metadata"]["labels"]
    changed: list[Json] = []
    unchanged: list[Json] = []
    for present in existing:
        kept, differs = _keep(present, wanted, hints_count=hints_count)
        if differs and not kept:
            changes.delete.append(present)
        elif differs or labels_of(present) != labels:
            metadata = {**present["metadata"], "labels": labels}
            endpoints = kept if differs else [*present["endpoints"]]
            changed.append({**present, "metadata": metadata, "endpoints": endpoints})
        else:
            unchanged.append(present)
    if wanted:
        _place([*wanted.values()], changed, unchanged, changes.create, empty)
    changes.update += changed


def _place(
    left: list[Json], changed: list[Json], unchanged: list[Json], created: list[Json], empty: Json
) -> None:
    """Put endpoints into slices that change anyway, then into those where they fit best, then into new ones."""
    for present in sorted(changed, key=lambda item: len(endpoints_of(item)), reverse=True):
        left = _take(present, left)
    while left:
        target = _best_fit(unchanged, len(left))
        if target is None:
            target = {**empty, "endpoints": []}
            created.append(target)
        else:
            unchanged.remove(target)
            target = {**target, "endpoints": list(endpoints_of(target))}
            changed.append(target)
        left = _take(target, left)


def _keep(present: Json, wanted: dict[str, Json], *, hints_count: bool) -> tuple[list[Json], bool]:
    """The endpoints that stay, as they should be now, and whether anything differs."""
    kept, differs = [], False
    before = present.get("endpoints") or ()
    for endpoint in before:
        try:
            name = endpoint["targetRef"]["name"]
            new = wanted[name]
        except (KeyError, TypeError):  # of no pod, or of one that is wanted no more
            continue
        if new is not endpoint:
            if not _is_same(new, endpoint):
                continue
            differs |= new != (endpoint if hints_count else bare(endpoint))
        kept.append(new)
        del wanted[name]
    return kept, differs or len(kept) != len(before)


def _is_same(one: Json, other: Json) -> bool:
    """Whether two endpoints are the same one; of nearly all that are, only the conditions differ."""
    return one == {**other, "conditions": one["conditions"]} or identity(one) == identity(other)


def bare(endpoint: Json) -> Json:
    """The endpoint without hints."""
    return {name: value for name, value in endpoint.items() if name != "hints"}


def _take(target: Json, endpoints: list[Json]) -> list[Json]:
    room = max(0, MAX_ENDPOINTS - len(target["endpoints"]))
    target["endpoints"] += endpoints[:room]
    return endpoints[room:]


def _best_fit(slices: Sequence[Json], count: int) -> Json | None:
    """The slice that is fullest once it has taken them all."""
    if count >= MAX_ENDPOINTS:
        return None
    rooms = [(MAX_ENDPOINTS - count - len(endpoints_of(item)), item) for item in slices]
    fitting = [(room, item) for room, item in rooms if 0 <= room < MAX_ENDPOINTS]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None
