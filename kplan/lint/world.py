"""Objects under lint, and all of them together: what references and selectors meet, whatever directory they come from.

Namespaces matter everywhere: an object that names none lives in the run's namespace, and nothing matches across two.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from kplan.api.gvk import ObjectKey
from kplan.api.object import Object
from kplan.api.references import Reference, references
from kplan.api.walk import items, mapping, text
from kplan.api.workloads import PodTemplate, custom_template, group_kind, pod_template
from kplan.fieldpath import FieldPath
from kplan.lint.container import Container
from kplan.schema.catalog import Catalog
from kplan.schema.crd import CustomKind, custom_kinds
from kplan.schema.structural import Mismatch, mismatches
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError, label_value_errors

Remembered = TypeVar("Remembered")


_CONTAINER_LISTS = ("initContainers", "containers")


class Subject:
    """An object under lint."""

    __slots__ = (
        "_containers",
        "_labels",
        "_mismatches",
        "_references",
        "_template",
        "kind",
        "object",
        "value",
        "world",
    )

    def __init__(self, item: Object, world: "World") -> None:
        self.object = item
        self.value: Mapping[str, Any] = item.value
        self.world = world
        self.kind = group_kind(item.value)
        """The group kind, as ``Deployment.apps``."""
        self._template = pod_template(item.value, self.kind)
        self._containers: tuple[Container, ...] | None = None
        self._labels: Mapping[str, str] | None = None
        self._references: tuple[Reference, ...] | None = None
        self._mismatches: tuple[Mismatch, ...] | None = None

    @property
    def name(self) -> str:
        """metadata.name."""
        return text(self.value, "metadata", "name")

    @property
    def namespace(self) -> str:
        """metadata.namespace, or the namespace that objects without one get."""
        return text(self.value, "metadata", "namespace") or self.world.namespace

    @property
    def spec(self) -> Mapping[str, Any]:
        """The object's own spec."""
        return mapping(self.value, "spec")

    @property
    def template(self) -> PodTemplate | None:
        """The pod, or the template of its pods."""
        return self._template

    def pod_spec(self) -> Mapping[str, Any]:
        """The spec of its pods; empty where it has none."""
        return self._template.spec if self._template else {}

    def pod_path(self) -> FieldPath:
        """Where that spec stands."""
        return self._template.path / "spec" if self._template else FieldPath("spec")

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels its pods carry; of custom resources too, where they hold a pod template as workloads do."""
        if self._labels is None:
            template = self._template or custom_template(self.value)
            self._labels = template.labels if template else {}
        return self._labels

    @property
    def mismatches(self) -> "tuple[Mismatch, ...]":
        """Where it departs from its kind's schema; nothing where the schema is not known."""
        if self._mismatches is None:
            catalog = self.world.catalog
            schema = catalog.schema_of(self.object.gvk)
            self._mismatches = (
                () if schema is None else tuple(mismatches(self.value, schema, catalog.definitions))
            )
        return self._mismatches

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every object it names."""
        if self._references is None:
            self._references = tuple(references(self.value))
        return self._references

    def containers(self) -> tuple[Container, ...]:
        """All containers of its pods, init containers first."""
        if self._containers is None:
            self._containers = tuple(self._read_containers())
        return self._containers

    def main_containers(self) -> Iterator[Container]:
        """The containers that run as long as the pod: sidecars too, other init containers not."""
        return (container for container in self.containers() if not container.is_init or container.is_sidecar)

    def _read_containers(self) -> Iterator[Container]:
        spec, path = self.pod_spec(), self.pod_path()
        for name in _CONTAINER_LISTS:
            for index, container in items(spec, name):
                yield Container(path / name / index, container, name == "initContainers")


class World:
    """Every subject, by type, namespace and name."""

    def __init__(self, objects: Iterable[Object], catalog: Catalog, namespace: str = "default") -> None:
        self.namespace = namespace
        self._remembered: dict[str, Any] = {}
        self.subjects = tuple(Subject(item, self) for item in objects)
        kinds = [kind for subject in self.subjects for kind in _custom_kinds(subject)]
        self.catalog = catalog.extended(kinds) if kinds else catalog
        """The release's kinds, and those that definitions in the run add."""

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str, str], list[Subject]]:
        """Subjects by group kind, namespace (empty for cluster-scoped kinds) and name."""
        found: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.kind, self.namespace_of(subject), subject.name].append(subject)
        return found

    @cached_property
    def by_kind(self) -> Mapping[str, list[Subject]]:
        """Subjects by group kind."""
        found: dict[str, list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.kind].append(subject)
        return found

    @property
    def release(self) -> int:
        """The minor of Kubernetes 1 that the run is for."""
        return int(self.catalog.version.partition(".")[2])

    def namespace_of(self, subject: Subject) -> str:
        """Where the object would be stored: nowhere for cluster-scoped kinds."""
        return subject.namespace if self.is_namespaced(subject) else ""

    def is_namespaced(self, subject: Subject) -> bool:
        """Whether its kind lives in namespaces; unknown kinds do if they name one."""
        known = self.catalog.discovery.resource_for(subject.object.gvk)
        if known is not None:
            return known.namespaced
        group, _, kind = subject.object.gvk
        known = self.catalog.discovery.by_kind(group, kind) if group else None
        return known.namespaced if known is not None else True

    def find(self, key: ObjectKey) -> Subject | None:
        """The object a reference names; an empty namespace means the run's, or none for cluster-scoped kinds."""
        kind = f"{key.kind}.{key.group}" if key.group else key.kind
        for namespace in (key.namespace or self.namespace, ""):
            found = self.by_key.get((kind, namespace, key.name))
            if found:
                return found[0]
        return None

    def is_alone(self, subject: Subject) -> bool:
        """Whether the run holds no pods of the namespace at all: then nothing can be said of selectors."""
        return not self.pods.get(subject.namespace)

    @cached_property
    def pods(self) -> Mapping[str, list[Subject]]:
        """By namespace, everything that makes pods."""
        found: dict[str, list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            if subject.pod_labels and subject.kind != "PodTemplate":
                found[subject.namespace].append(subject)
        return found

    @cached_property
    def _services_by_label(self) -> Mapping[tuple[str, str, str], list[tuple[Subject, Selector]]]:
        found: dict[tuple[str, str, str], list[tuple[Subject, Selector]]] = defaultdict(list)
        for service in self.by_kind.get("Service", ()):
            selector = map_selector(service.spec.get("selector"))
            if selector is not None:
                found[service.namespace, *selector.exact[0]].append((service, selector))
        return found

    def serving(self, subject: Subject) -> list[Subject]:
        """The Services that select its pods."""
        labels = subject.pod_labels
        candidates = (
            entry
            for pair in labels.items()
            for entry in self._services_by_label.get((subject.namespace, *pair), ())
        )
        return [service for service, selector in candidates if selector.matches(labels)]

    def remember(self, name: str, make: "Callable[[World], Remembered]") -> "Remembered":
        """What a rule works out once for all objects."""
        if name not in self._remembered:
            self._remembered[name] = make(self)
        found: Remembered = self._remembered[name]
        return found

    @cached_property
    def _pods_by_label(self) -> Mapping[tuple[str, str, str], list[Subject]]:
        found: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
        for namespace, subjects in self.pods.items():
            for subject in subjects:
                for key, value in subject.pod_labels.items():
                    found[namespace, key, value].append(subject)
        return found

    def selected(self, namespace: str, selector: Selector) -> list[Subject]:
        """What makes pods in the namespace that the selector matches."""
        exact = selector.exact
        candidates = (
            self._pods_by_label.get((namespace, *exact[0]), []) if exact else self.pods.get(namespace, [])
        )
        return [subject for subject in candidates if selector.matches(subject.pod_labels)]


def _custom_kinds(subject: Subject) -> list[CustomKind]:
    """The kinds a CustomResourceDefinition adds; none where it is malformed, which other rules report."""
    if subject.kind != "CustomResourceDefinition.apiextensions.k8s.io":
        return []
    try:
        kinds = list(custom_kinds(subject.object.value))
        return [kind for kind in kinds if all(isinstance(part, str) for part in kind.resource.gvk)]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def label_selector(value: Any) -> Selector | None:
    """Read a LabelSelector; None where it is malformed, which another rule reports."""
    try:
        return Selector.from_label_selector(value)
    except (SelectorError, AttributeError, TypeError, KeyError, ValueError):
        return None


def map_selector(value: Any) -> Selector | None:
    """Read a map of labels, as a Service has it; None where it is empty or malformed, which another rule reports."""
    if not isinstance(value, dict) or not value:
        return None
    if not all(isinstance(item, str) and not label_value_errors(item) for item in value.values()):
        return None
    return Selector.from_set(value)
