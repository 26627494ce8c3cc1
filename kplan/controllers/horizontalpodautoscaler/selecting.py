"""Which pods an autoscaler selects, and which other autoscalers select the same ones.

A controller that has run for a while knows the selector of every autoscaler, so all of them are looked at.

Upstream: pkg/controller/podautoscaler/horizontal.go (validateAndParseSelector, hpasControllingPodsUnderSelector)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kplan.api.customkinds import definition_of, has_scale, scale_names_pods
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError
from kplan.simulation.reconciler import Cache, EventType, ObjectKey, Request, WatchEvent

Plurals = Mapping[tuple[str, str], str]
"""The names of resources by group and kind."""
_GROUP, _KIND = "autoscaling", "HorizontalPodAutoscaler"
SCALABLE = (
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "ReplicaSet"),
    ("", "ReplicationController"),
)
"""The kinds whose size autoscalers set."""


def target_key(hpa: Json) -> ObjectKey:
    """What an autoscaler scales."""
    reference = hpa["spec"]["scaleTargetRef"]
    group = str(reference.get("apiVersion") or "").rpartition("/")[0]
    return ObjectKey(group, reference["kind"], hpa["metadata"]["namespace"], reference["name"])


def why_no_scale(key: ObjectKey, target: Json | None, plurals: Plurals, cache: Cache) -> str:
    """Why something has no scale to read; empty if it has one. ``plurals`` are those of the kinds that are built in."""
    kind = (key.group, key.kind)
    if kind not in SCALABLE and kind in plurals:
        return "the server could not find the requested resource"
    if target is not None:
        return ""
    if kind not in SCALABLE:
        definition = definition_of(*kind, cache.list("apiextensions.k8s.io", "CustomResourceDefinition"))
        if definition is None:
            return f'no matches for kind "{key.kind}" in group "{key.group}"'
        if not has_scale(definition):
            return "the server could not find the requested resource"
    plural = plurals.get(kind) or f"{key.kind.lower()}s"
    return f'{plural}{"." * bool(key.group)}{key.group} "{key.name}" not found'


def scalers_of_resized(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The autoscalers of an object that came, went, or whose size was set."""
    previous = event.previous
    if event.type is EventType.MODIFIED and previous is not None and _size(previous) == _size(event.value):
        return ()
    return cache.selecting(_GROUP, _KIND, event.key.namespace, _target_as_selector, [_as_labels(event.key)])


def _target_as_selector(hpa: Json) -> Selector:
    """What an autoscaler scales as a selector, so that the index of selectors finds it without a look at the others."""
    return Selector.from_set(_as_labels(target_key(hpa)))


def _as_labels(key: ObjectKey) -> dict[str, str]:
    return {f"{key.group}/{key.kind}": key.name}


def _size(value: Json) -> Any:
    return value["spec"].get("replicas")


def selector_of(target: Json) -> Selector:
    """The pods of a target: a ReplicationController names labels, everything else has a label selector."""
    selector = target["spec"].get("selector")
    if target["kind"] == "ReplicationController":
        return Selector.stored_set(selector)
    return Selector.stored_label_selector(selector)


def names_no_pods(key: ObjectKey, cache: Cache) -> bool:
    """Whether the scale of a target is one of a custom kind that never says which pods it counts."""
    if (key.group, key.kind) in SCALABLE:
        return False
    definitions = cache.list("apiextensions.k8s.io", "CustomResourceDefinition")
    definition = definition_of(key.group, key.kind, definitions)
    return definition is not None and not scale_names_pods(definition)


def ambiguity(cache: Cache, hpa: Json, selector: Selector, pods: Sequence[Json]) -> str:
    """What the controller says where several autoscalers select one of these pods; empty if none of them does."""
    namespace = hpa["metadata"]["namespace"]
    labels = [labels_of(pod) for pod in pods]
    names = [
        f"{namespace}/{other['metadata']['name']}"
        for other in cache.list(_GROUP, _KIND, namespace)
        if _selects(cache, other, labels)
    ]
    if len(names) < 2:
        return ""
    return f"pods by selector {selector} are controlled by multiple HPAs: [{' '.join(sorted(names))}]"


def _selects(cache: Cache, hpa: Json, pods: Sequence[dict[str, str]]) -> bool:
    target = cache.find(target_key(hpa))
    if target is None:
        return False
    try:
        selector = selector_of(target)
    except SelectorError:
        return False
    return any(map(selector.matches, pods))
