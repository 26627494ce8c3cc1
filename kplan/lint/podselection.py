"""Who selects whom: selectors as manifests have them, the pods that they mean, and the Services that select a pod."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from kplan.api.customworkloads import Workload
from kplan.api.podlabels import OWN
from kplan.lint.nearness import are_near, nearest
from kplan.lint.subject import SingleObject

if TYPE_CHECKING:
    from kplan.lint.places import Places
    from kplan.selectors.labels import Selector

One = TypeVar("One", bound=SingleObject)


class PodSelection(Generic[One]):
    """The pods of a run and its Services, by their labels."""

    def __init__(
        self, pods: Mapping[str, list[One]], services: Sequence[One], workloads: Mapping[str, Workload]
    ) -> None:
        """``pods`` are what makes pods, by namespace."""
        self._pods, self._services, self._workloads = pods, services, workloads
        self._selected: dict[tuple[str, Selector], list[One]] = {}
        self._places: dict[tuple[str, Selector], Places[One]] = {}
        self._selected_near: dict[object, Sequence[One]] = {}

    def prepare(self) -> None:
        """Make the indexes, which otherwise are made when the first rule asks."""
        for name in ("added_by_operators", "_services_by_label", "_pods_by_label"):
            getattr(self, name)

    def serving(self, subject: One) -> list[One]:
        """The Services that select its pods and belong to it by where they stand."""
        return [service for service in self._serving(subject) if are_near(service, subject)]

    def _serving(self, subject: One) -> list[One]:
        candidates = (
            entry
            for pair in subject.pod_labels.items()
            for entry in self._services_by_label.get((subject.namespace, *pair), ())
        )
        return [service for service, selector in candidates if subject.selected_by(selector)]

    @cached_property
    def _services_by_label(self) -> "Mapping[tuple[str, str, str], list[tuple[One, Selector]]]":
        found: dict[tuple[str, str, str], list[tuple[One, Selector]]] = defaultdict(list)
        for service in self._services:
            selector = map_selector(service.spec.get("selector"))
            if selector is not None:
                pair = next(
                    (pair for pair in selector.exact if pair[0] not in self._added), selector.exact[0]
                )
                found[service.namespace, *pair].append((service, selector))
        return found

    @cached_property
    def _added(self) -> frozenset[str]:
        """The labels that controllers add."""
        return OWN.union(*(row.labels for row in self._workloads.values()))

    @cached_property
    def added_by_operators(self) -> frozenset[str]:
        """The labels among them that say by their prefix whose they are."""
        return frozenset(
            key for key in self._added - OWN if "/" in key and not key.startswith("app.kubernetes.io/")
        )

    @cached_property
    def _pods_by_label(self) -> Mapping[tuple[str, str, str], list[One]]:
        found: dict[tuple[str, str, str], list[One]] = defaultdict(list)
        for namespace, subjects in self._pods.items():
            for subject in subjects:
                for key, value in {pair for labels in subject.label_sets for pair in labels.items()}:
                    found[namespace, key, value].append(subject)
                for key in subject.workload.labels if subject.workload else ():
                    found[namespace, key, ""].append(subject)
        return found

    def selected(self, namespace: str, selector: "Selector") -> list[One]:
        """What makes pods in the namespace that the selector matches."""
        if (namespace, selector) not in self._selected:
            self._selected[namespace, selector] = self._select(namespace, selector)
        return self._selected[namespace, selector]

    def selected_near(self, subject: One, selector: "Selector") -> Sequence[One]:
        """Of what makes pods that an object's selector matches, that which is applied with it;
        all of one file share the answer.
        """
        origin = subject.object.origin
        key = (subject.namespace, selector, origin and (origin.source.name, origin.built_by))
        if key not in self._selected_near:
            found = nearest(subject, self._places_of(subject.namespace, selector).near(subject))
            self._selected_near[key] = found
        return self._selected_near[key]

    def _places_of(self, namespace: str, selector: "Selector") -> "Places[One]":
        from kplan.lint.places import Places  # noqa: PLC0415 - few objects select

        if (namespace, selector) not in self._places:
            self._places[namespace, selector] = Places(self.selected(namespace, selector))
        return self._places[namespace, selector]

    def _select(self, namespace: str, selector: "Selector") -> list[One]:
        pair = next((pair for pair in selector.exact if pair[0] not in OWN), None)
        candidates = self._pods.get(namespace, [])
        if pair is not None:
            by_label = self._pods_by_label
            labelled = by_label.get((namespace, *pair), [])
            candidates = [
                *labelled,
                *(one for one in by_label.get((namespace, pair[0], ""), ()) if one not in labelled),
            ]
        return [subject for subject in candidates if subject.selected_by(selector)]


@cache
def _selector() -> "type[Selector]":
    from kplan.selectors.labels import Selector  # noqa: PLC0415 - few objects select; once, as in a large run many do

    return Selector


@cache
def _syntax() -> ModuleType:
    from kplan.selectors import syntax  # noqa: PLC0415 - likewise

    return syntax


def label_selector(value: Any) -> "Selector | None":
    """Read a LabelSelector; None if it is malformed, which another rule reports."""
    try:
        return _selector().from_label_selector(value)
    except (_syntax().SelectorError, AttributeError, TypeError, KeyError, ValueError):
        return None


def map_selector(value: Any) -> "Selector | None":
    """Read a map of labels, as a Service has it; None if it is empty or malformed, which another rule reports."""
    if not isinstance(value, dict) or not value:
        return None
    syntax = _syntax()
    if not all(isinstance(item, str) and not syntax.label_value_errors(item) for item in value.values()):
        return None
    return _selector().from_set(value)
