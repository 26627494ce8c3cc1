"""How many ready addresses Services lose and gain."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.plan.change import Identity
from kplan.plan.effect import EndpointEffect
from kplan.plan.effects.share import Share
from kplan.plan.reading import fields, items
from kplan.simulation.timeline import EntryType
from kplan.state.store import Store

_SERVICE_NAME: Final = "kubernetes.io/service-name"
"""The label that names the Service of an EndpointSlice."""


def endpoint_effects(share: Share) -> Iterator[EndpointEffect]:
    """The Services whose number of ready addresses changes, in the end or on the way."""
    for key, counts in _counts(share).items():
        service = share.after(key) or share.before(key)
        if service is None:
            continue
        before, after = ready_addresses(share.outcome.prior, key), ready_addresses(share.outcome.final, key)
        lowest = min([before, after, *counts]) if before else 0
        if before == 0 or (lowest, after) != (before, before):
            yield EndpointEffect(Identity.of(service), before, lowest, after)


def ready_addresses(store: Store, service: ObjectKey) -> int:
    """How many ready addresses a Service's EndpointSlices hold."""
    slices = store.list("discovery.k8s.io", "EndpointSlice", service.namespace)
    return sum(_ready(value) for value in slices if Object(value).labels.get(_SERVICE_NAME) == service.name)


def _counts(share: Share) -> dict[ObjectKey, list[int]]:
    """The numbers of ready addresses that each Service's slices had on the way."""
    counts: defaultdict[ObjectKey, list[int]] = defaultdict(list)
    for entry in share.events:
        if entry.object.kind == "EndpointSlice" and entry.value:
            name = Object(entry.value).labels.get(_SERVICE_NAME, "")
            service = ObjectKey("", "Service", entry.object.namespace, name)
            counts[service].append(0 if entry.entry_type is EntryType.DELETED else _ready(entry.value))
    return counts


def _ready(value: Json) -> int:
    return sum(
        len(items(endpoint, "addresses"))
        for endpoint in items(value, "endpoints")
        if fields(endpoint, "conditions").get("ready") is not False
    )
