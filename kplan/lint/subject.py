"""One object as a rule sees it: cheap, cached readings of what many rules ask for, and the world around it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kplan.api.object import Object
from kplan.api.references import Reference, references
from kplan.api.walk import items, mapping, text
from kplan.api.workloads import PodTemplate, custom_template, group_kind, pod_template
from kplan.fieldpath import FieldPath
from kplan.lint.structure import Mismatch, mismatches

if TYPE_CHECKING:
    from kplan.lint.world import World

_CONTAINER_LISTS = ("initContainers", "containers")


class Container(NamedTuple):
    """A container, where it stands and what kind of container it is."""

    path: FieldPath
    value: Mapping[str, Any]
    is_init: bool

    @property
    def name(self) -> str:
        """Its name."""
        return text(self.value, "name")

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running."""
        return self.is_init and self.value.get("restartPolicy") == "Always"

    @property
    def security(self) -> Mapping[str, Any]:
        """Its securityContext."""
        return mapping(self.value, "securityContext")


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
