"""Objects that a change may affect: Services, and workloads that select pods."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.inventory import KINDS
from kplan.plan.progress import progress_of
from kplan.plan.reading import fields
from kplan.plan.routes import ROUTES, services_in
from kplan.plan.served_ports import service_of
from kplan.plan.touched import Kinds, Touched
from kplan.state.texts import label_word

SERVICES: Final = (("", "Service"),)
_SLICE: Final = ("discovery.k8s.io", "EndpointSlice")
_INEXACT: Final = ('"matchExpressions":', '"selector":{}')
"""Marks a selector that does not require a single value for any label."""


def services_of_pods(touched: Touched) -> frozenset[ObjectKey]:
    """The Services whose endpoints, or pods, have changed."""
    words = defaultdict[str, set[str]](set)
    for key in touched.of(("", "Pod")):
        for pod in touched.states(key):
            words[key.namespace].update(label_word(*label) for label in labels_of(pod).items())
    near = touched.mentioning(SERVICES, words)
    slices = (value for key in touched.of(_SLICE) for value in touched.states(key))
    return near.union(map(service_of, slices))


def services_of_makers(touched: Touched) -> frozenset[ObjectKey]:
    """The Services that may select the pods of workloads which make different pods, or another number of them."""
    words = defaultdict[str, set[str]](set)
    for key in touched.of(*KINDS):
        if key.kind != "Pod" and touched.differs(key, _making):
            for value in touched.states(key):
                labels = _template_labels(value)
                words[key.namespace].update(label_word(str(name), str(one)) for name, one in labels.items())
    return touched.mentioning(SERVICES, words)


def _making(workload: Json) -> Hashable:
    """What decides how many pods of which labels a workload makes; None if something controls it."""
    if controller_of(workload) is not None:
        return None
    desired = progress.desired if (progress := progress_of(workload)) else None
    return repr((_template_labels(workload), desired))


def services_of_routes(touched: Touched) -> frozenset[ObjectKey]:
    """The Services to which changed Ingresses and routes lead, or led."""
    return frozenset(
        service for key in touched.of(*ROUTES) for one in touched.states(key) for service in services_in(one)
    )


def services_alike(touched: Touched) -> frozenset[ObjectKey]:
    """The Services that may select the same pods as a changed Service."""
    words = defaultdict[str, set[str]](set)
    for key in touched.of(*SERVICES):
        for service in touched.states(key):
            selector = fields(service, "spec", "selector")
            words[key.namespace].update(label_word(*label) for label in selector.items())
    return touched.mentioning(SERVICES, words)


def selecting_alike(touched: Touched, kinds: Kinds) -> frozenset[ObjectKey] | None:
    """The workloads of some kinds that select, or are selected by, those whose selector or template has changed."""
    words = defaultdict[str, set[str]](set)
    for key in touched.of(*kinds):
        if touched.differs(key, _selection):
            for value in touched.states(key):
                words[key.namespace].update(_words(value))
    # One that demands no label with one value may select whatever there is.
    if any(word in _INEXACT for some in words.values() for word in some):
        return None
    return touched.mentioning(kinds, {space: {*some, *_INEXACT} for space, some in words.items()})


def _selection(workload: Json) -> Hashable:
    """What decides whose pods a workload selects, and who selects its own; None if something controls it."""
    if controller_of(workload) is not None:
        return None
    return repr((_selector(workload), _template_labels(workload)))


def _words(workload: Json) -> Iterator[str]:
    yield from (label_word(str(key), str(value)) for key, value in _template_labels(workload).items())
    given = _selector(workload)
    exact = given.get("matchLabels", given) if isinstance(given, Mapping) else {}
    yield from (label_word(key, value) for key, value in _pairs(exact))
    if not any(True for _ in _pairs(exact)):
        yield from _INEXACT


def _pairs(selector: object) -> Iterable[tuple[str, str]]:
    some = selector.items() if isinstance(selector, Mapping) else ()
    return ((str(key), value) for key, value in some if isinstance(value, str))


def _selector(workload: Json) -> object:
    return fields(workload, "spec").get("selector")


def _template_labels(workload: Json) -> Json:
    return fields(workload, "spec", "template", "metadata", "labels")
