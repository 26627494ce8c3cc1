"""A state arranged as risks ask for it: workloads by label, pods by workload; worked out once for each state."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.workloads import POD_OWNERS, PodTemplate, pod_template
from kplan.plan.change import Identity
from kplan.plan.reading import text
from kplan.plan.workload import workload_of
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError
from kplan.state.store import Store

_KINDS: Final = tuple(
    (kind.partition(".")[2], kind.partition(".")[0]) for kind in sorted(POD_OWNERS - {"PodTemplate"})
)


class Workload(NamedTuple):
    """A pod that nobody controls, or what makes pods and is itself controlled by nobody."""

    object: Identity
    value: Json
    template: PodTemplate

    @property
    def spec(self) -> Json:
        """The spec of its pods."""
        return dict(self.template.spec)


class Inventory:
    """One state, and what is worked out of it when somebody asks."""

    def __init__(self, store: Store) -> None:
        self._objects: Final = {kind: store.list(*kind) for kind in _KINDS}
        self._owners: Final = store.fork()

    @classmethod
    def of(cls, store: Store) -> "Inventory":
        """The inventory of a state as it is now."""
        known = _KNOWN.get(store)
        if known is None or known[0] != store.revision:
            _KNOWN[store] = known = (store.revision, cls(store))
        return known[1]

    @cached_property
    def workloads(self) -> Sequence[Workload]:
        """All workloads, in the order of their kinds."""
        return tuple(
            Workload(Identity.of(value), value, template)
            for (group, kind), values in self._objects.items()
            for value in values
            if controller_of(value) is None
            and (template := pod_template(value, f"{kind}.{group}" if group else kind)) is not None
        )

    @cached_property
    def _by_label(self) -> Mapping[tuple[str, str, str], Sequence[Workload]]:
        found: defaultdict[tuple[str, str, str], list[Workload]] = defaultdict(list)
        for one in self.workloads:
            for label in one.template.labels.items():
                found[one.object.namespace, *label].append(one)
        return found

    @cached_property
    def _by_namespace(self) -> Mapping[str, Sequence[Workload]]:
        found: defaultdict[str, list[Workload]] = defaultdict(list)
        for one in self.workloads:
            found[one.object.namespace].append(one)
        return found

    def selected(self, namespace: str, selector: Selector | None) -> Sequence[Workload]:
        """The workloads whose pods a selector matches, as far as their templates tell."""
        if selector is None:
            return ()
        exact = selector.exact
        some = (
            self._by_label.get((namespace, *exact[0]), ()) if exact else self._by_namespace.get(namespace, ())
        )
        return [one for one in some if selector.matches(one.template.labels)]

    @cached_property
    def pods(self) -> Mapping[Identity, Sequence[Json]]:
        """The pods by the workload they belong to; a bare pod belongs to itself."""
        found: defaultdict[Identity, list[Json]] = defaultdict(list)
        known: dict[str, Identity] = {}
        for pod in self._objects["", "Pod"]:
            reference = controller_of(pod)
            uid = text(reference, "uid") if reference else ""
            if not uid:
                found[Identity.of(pod)].append(pod)
                continue
            if uid not in known:
                known[uid] = workload_of(pod, self._owners)
            found[known[uid]].append(pod)
        return found


_KNOWN: Final[WeakKeyDictionary[Store, tuple[int, Inventory]]] = WeakKeyDictionary()


def selector_of(value: object) -> Selector | None:
    """A LabelSelector; None where there is none or it cannot be read."""
    if not isinstance(value, dict):
        return None
    try:
        return Selector.from_label_selector(value)
    except SelectorError:
        return None


def selector_of_labels(value: object) -> Selector | None:
    """A map of labels, as a Service has it; None where it is empty."""
    return Selector.from_set(value) if isinstance(value, dict) and value else None
