"""Objects under lint, and all of them together: what references and selectors meet, whatever directory they come from.

Namespaces matter everywhere: an object that names none lives in the run's namespace, and nothing matches across two.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kplan.api.customworkloads import WORKLOADS, Workload
from kplan.api.gvk import ObjectKey
from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.lint.definitions import definitions, nearest_definitions
from kplan.lint.nearness import are_near, closest, distance
from kplan.lint.subject import SingleObject, is_for_windows
from kplan.schema.catalog import Catalog
from kplan.schema.structural import Mismatch, mismatches

if TYPE_CHECKING:
    from kplan.lint.definitions import Kind
    from kplan.lint.option import Option, Settings
    from kplan.lint.podselection import PodSelection
    from kplan.schema.crd import CustomKind
    from kplan.schema.definitions import Schema

__all__ = ["Subject", "World"]

_OF_ALL: Final = (
    "by_key", "by_name", "in_namespace", "by_kind", "pods", "autoscalers", "_definitions", "lent",
)  # fmt: skip
_DEFINITION: Final = "CustomResourceDefinition.apiextensions.k8s.io"
Remembered = TypeVar("Remembered")
Chosen = TypeVar("Chosen")


class Subject(SingleObject):
    """An object under lint, and the world it is in."""

    __slots__ = ("_mismatches", "_world", "looked_around", "looked_at_definitions")

    def __init__(self, item: Object, world: "World") -> None:
        super().__init__(item, world.workloads, world.namespace)
        self._world = world
        self._mismatches: tuple[Mismatch, ...] | None = None
        self.looked_around = False
        """Whether anybody has asked for its world since this was last set to false."""
        self.looked_at_definitions = False
        """Likewise, whether for what the definitions of its kind say, which its world holds."""

    @property
    def world(self) -> "World":
        """The world it is in; whatever is found by it depends on more than this object."""
        self.looked_around = True
        return self._world

    @property
    def is_own(self) -> bool:
        """Whether the release itself has its kind; what is said of others depends on the definitions in the run."""
        own = self._world.catalog.is_own(self.object.gvk)
        self.looked_around |= not own
        return own

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """Where it departs from its kind's schema; nothing if the schema is not known."""
        self.looked_at_definitions |= not self._world.catalog.is_own(self.object.gvk)
        if self._mismatches is None:
            known = self._world.catalog.definitions
            found = [tuple(mismatches(self.value, one, known)) for one in self._world.schemas_of(self)]
            self._mismatches = min(found, key=len, default=())
        return self._mismatches

    @property
    def release(self) -> int:
        """The minor of Kubernetes 1 that the run is for."""
        return self._world.release

    def option(self, option: "Option[Chosen]") -> Chosen:
        """What an option of a rule is set to in this run."""
        return option.of(self._world.settings)

    @property
    def lender(self) -> "Subject | None":
        """The workload whose pods it runs in its place, as a Rollout does that has a ``workloadRef``."""
        if self.workload is None or not self.workload.borrows or self.templates:
            return None
        return self.world.lenders.get(self)

    @property
    def is_lent(self) -> bool:
        """Whether another object runs its pods in its place, so that it keeps none itself."""
        return self in self.world.lent

    @property
    def is_windows(self) -> bool:
        """Whether its pods run on Windows: by what it says, or by the nodes that its RuntimeClass is for."""
        if super().is_windows:
            return True
        name = self.pod_spec().get("runtimeClassName")
        if not isinstance(name, str):
            return False
        found = self.world.find(ObjectKey("node.k8s.io", "RuntimeClass", "", name))
        return found is not None and is_for_windows(mapping(found.value, "scheduling"))

    def _borrowed_label_sets(self) -> list[Mapping[str, str]]:
        lender = self.lender
        return lender.label_sets if lender is not None else []

    def fewest_replicas(self) -> int | None:
        """The fewest pods it keeps: what an autoscaler leaves it, or what it says; None if that cannot be told."""
        if self.is_lent:
            return 0
        scaled = self.world.autoscalers.get((self.kind, self.namespace, self.name), ())
        beside = [one for one in scaled if are_near(one[0], self)]
        beside.sort(key=lambda one: distance(one[0], self))
        if beside:
            return beside[0][1]
        from kplan.lint.scaling import own_replicas  # noqa: PLC0415 - only rules about budgets ask

        return own_replicas(self)


class World:
    """Every subject, by type, namespace and name."""

    def __init__(
        self,
        objects: Iterable[Object],
        catalog: Catalog,
        namespace: str = "default",
        *,
        workloads: Mapping[str, Workload] = WORKLOADS,
        captured: frozenset[str] = frozenset(),
        shows_unknown: bool = True,
        settings: "Settings" = MappingProxyType({}),
    ) -> None:
        """Of ``captured`` kinds a cluster shows all objects: what is not among these is nowhere."""
        self.shows_unknown = shows_unknown
        """Whether findings count of which it cannot be known whether they are mistakes;
        else no place is worked out for them.
        """
        self.settings = settings
        """What options of rules are set to."""
        self.namespace = namespace
        self.workloads = workloads
        self.captured = captured
        self._remembered: dict[str, Any] = {}
        self._custom: dict[int, Sequence[CustomKind]] = {}
        self.subjects = tuple(Subject(item, self) for item in objects)
        definitions = [one.object for one in self.subjects if one.kind == _DEFINITION]
        kinds = [kind for one in definitions for kind in _custom_kinds(one)]
        self.own_groups = frozenset(resource.group for resource in catalog.discovery) - {
            gvk.group for gvk in catalog.custom
        }
        """The groups that the API server serves without definitions."""
        self.catalog = catalog.extended(kinds) if kinds else catalog
        """The release's kinds, and those that definitions in the run add."""

    def prepare(self) -> None:
        """Make what rules ask of all objects, which otherwise is made when the first one asks."""
        for name in _OF_ALL:
            getattr(self, name)
        self.selection.prepare()

    @cached_property
    def _definitions(self) -> "Mapping[Kind, Sequence[Object]]":
        return definitions(subject.object for subject in self.subjects if subject.kind == _DEFINITION)

    def schemas_of(self, subject: Subject) -> "Sequence[Schema]":
        """The schemas of its kind; several if the input holds definitions that differ and stand equally near."""
        gvk = subject.object.gvk
        several = self._definitions.get((gvk.group, gvk.kind), ()) if gvk in self.catalog.custom else ()
        if len(several) > 1:
            near = nearest_definitions(subject.object, several)
            kinds = [kind for one in near for kind in self._kinds_of(one)]
            return [kind.schema for kind in kinds if kind.resource.gvk == gvk and kind.schema is not None]
        schema = self.catalog.schema_of(gvk)
        return () if schema is None else (schema,)

    def _kinds_of(self, definition: Object) -> "Sequence[CustomKind]":
        """The kinds of a definition of this world, read once."""
        found = self._custom.get(id(definition))
        if found is None:
            found = self._custom[id(definition)] = _custom_kinds(definition)
        return found

    @cached_property
    def own_groups(self) -> frozenset[str]:
        """The API server's groups, without those that definitions add."""
        return self.catalog.own_groups()

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str, str], list[Subject]]:
        """Subjects by group kind, namespace (empty for cluster-scoped kinds) and name."""
        found: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.kind, self.namespace_of(subject), subject.name].append(subject)
        return found

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], list[Subject]]:
        """Subjects by group kind and name, in whatever namespace."""
        found: dict[tuple[str, str], list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.kind, subject.name].append(subject)
        return found

    @cached_property
    def in_namespace(self) -> Mapping[str, list[Subject]]:
        """Subjects by the namespace they live in, cluster-scoped ones in the run's."""
        found: dict[str, list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.namespace].append(subject)
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
        """An object that a reference names."""
        found = self.find_all(key)
        return found[0] if found else None

    def meant_by(self, subject: Subject, key: ObjectKey) -> "Sequence[Subject]":
        """The objects that a reference of another may mean: many have one name if a run holds several applications."""
        return closest(subject, self.find_all(key))

    def find_all(self, key: ObjectKey) -> "Sequence[Subject]":
        """All documents of an object that a reference names;
        an empty namespace means the run's, or none for cluster-scoped kinds.
        """
        kind = f"{key.kind}.{key.group}" if key.group else key.kind
        places = (key.namespace or self.namespace, "")
        for namespace in (*places, self.namespace) if key.kind.startswith("Cluster") else places:
            found = self.by_key.get((kind, namespace, key.name))
            if found:
                return found
        return ()

    def is_alone(self, subject: Subject) -> bool:
        """Whether the run holds no pods of the namespace at all: then nothing can be said of selectors."""
        return not self.shows_pods and not self.pods.get(subject.namespace)

    @property
    def shows_pods(self) -> bool:
        """Whether all pods are known, as a cluster shows them."""
        return "Pod" in self.captured

    @cached_property
    def pods(self) -> Mapping[str, list[Subject]]:
        """Everything that makes pods, by namespace."""
        found: dict[str, list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            if subject.makes_pods:
                found[subject.namespace].append(subject)
        return found

    @cached_property
    def autoscalers(self) -> Mapping[tuple[str, str, str], list[tuple[Subject, int]]]:
        """By group kind, namespace and name of what is scaled: the autoscalers, and the fewest pods each leaves."""
        from kplan.lint.scaling import bounds  # noqa: PLC0415 - likewise

        found: dict[tuple[str, str, str], list[tuple[Subject, int]]] = defaultdict(list)
        for scaler in self.subjects:
            for target, least in bounds(scaler):
                found[target].append((scaler, least))
        return found

    @cached_property
    def lenders(self) -> Mapping[Subject, Subject]:
        """The workload whose pods are run by another object, by that object."""
        borrowing = [kind for kind, row in self.workloads.items() if row.borrows]
        borrowers = [one for kind in borrowing for one in self.by_kind.get(kind, ())]
        if not borrowers:
            return {}
        from kplan.lint.lending import lenders  # noqa: PLC0415 - few inputs hold a kind that does

        return lenders(borrowers, self.meant_by)

    @cached_property
    def lent(self) -> frozenset[Subject]:
        """The workloads whose pods another object runs in their place."""
        return frozenset(self.lenders.values())

    @cached_property
    def selection(self) -> "PodSelection[Subject]":
        """Answers which pods a selector matches."""
        from kplan.lint.podselection import PodSelection  # noqa: PLC0415 - many inputs hold nothing that selects

        return PodSelection(self.pods, self.by_kind.get("Service", ()), self.workloads)

    def remember(self, name: str, make: "Callable[[World], Remembered]") -> "Remembered":
        """What a rule works out once for all objects."""
        if name not in self._remembered:
            self._remembered[name] = make(self)
        found: Remembered = self._remembered[name]
        return found


def _custom_kinds(definition: Object) -> "Sequence[CustomKind]":
    from kplan.schema.crd import custom_kinds  # noqa: PLC0415 - few inputs hold a definition

    return tuple(custom_kinds(definition.value))
