"""A state arranged as risks ask for it: workloads by label, pods by workload; worked out once for each state."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import namespace_of
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.api.workloads import POD_OWNERS, PodTemplate, pod_template
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.workload import workload_of
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError
from kplan.state.glance import mentioning
from kplan.state.glances import controller_names, controllers, free
from kplan.state.store import Store
from kplan.state.texts import label_word

KINDS: Final = tuple(
    (kind.partition(".")[2], kind.partition(".")[0]) for kind in sorted(POD_OWNERS - {"PodTemplate"})
)


_FEW: Final = 8
"""How many selectors are searched for one by one before all workloads are arranged by label."""


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
        self._store: Final = store.fork()
        self._asked = 0
        self._selected: dict[tuple[str, Selector], Sequence[Workload]] = {}
        self._named: dict[str, Mapping[str, Sequence[ObjectKey]]] = {}

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
        keys = (key for kind in KINDS for key, _ in free(list(self._store.members(*kind))))
        return tuple(one for key in keys if (one := self._workload(key)) is not None)

    def mentioning(self, *words: str) -> Sequence[Workload]:
        """The workloads in which one of some words may stand, in the order of all."""
        return self._mentioning(words, "")

    def _mentioning(self, words: Sequence[str], namespace: str) -> Sequence[Workload]:
        """The workloads of a namespace, or of all, in whose texts a word may stand."""
        members = (free(self._store.members(*kind, namespace)) for kind in KINDS)
        return self.of_keys({key for some in members for key, _ in mentioning(some, words)})

    def of_keys(self, keys: Collection[ObjectKey]) -> Sequence[Workload]:
        """The workloads among some objects, in the order of all."""
        kinds = Counter(key[:2] for key in keys)
        some = (key for kind in KINDS if kinds[kind] for key in self._in_order(keys, kind, kinds[kind]))
        return [one for key in some if (one := self._workload(key)) is not None]

    def _in_order(
        self, keys: Collection[ObjectKey], kind: tuple[str, str], count: int
    ) -> Iterable[ObjectKey]:
        """The keys that are of a kind, in the order of the state."""
        held = keys if count == 1 else [key for key, _ in self._store.members(*kind)]
        return [key for key in held if key[:2] == kind and key in keys]

    def _workload(self, key: ObjectKey) -> Workload | None:
        value = self._store.get(key)
        if value is None or controller_of(value) is not None:
            return None
        template = pod_template(value, f"{key.kind}.{key.group}" if key.group else key.kind)
        return None if template is None else Workload(Identity.of(value), value, template)

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
        known = self._selected.get((namespace, selector))
        if known is None:
            known = self._selected[namespace, selector] = self._matching(namespace, selector)
        return known

    def _matching(self, namespace: str, selector: Selector) -> Sequence[Workload]:
        exact = selector.exact
        self._asked += 1
        if exact and self._asked <= _FEW and "workloads" not in self.__dict__:
            some = self._mentioning((label_word(*exact[0]),), namespace)
            return [one for one in some if selector.matches(one.template.labels)]
        some = (
            self._by_label.get((namespace, *exact[0]), ()) if exact else self._by_namespace.get(namespace, ())
        )
        return [one for one in some if selector.matches(one.template.labels)]

    @cached_property
    def pods(self) -> Mapping[Identity, Sequence[Json]]:
        """The pods by the workload they belong to; a bare pod belongs to itself."""
        found: defaultdict[Identity, list[Json]] = defaultdict(list)
        known: dict[ObjectKey, Identity] = {}
        for pod in self._store.list("", "Pod"):
            reference = controller_of(pod)
            owner = owner_key(reference, namespace_of(pod)) if reference else self._store.key_of(pod)
            if owner not in known:
                known[owner] = workload_of(pod, self._store)
            found[known[owner]].append(pod)
        return found

    def pods_of(self, keys: Collection[ObjectKey]) -> Mapping[Identity, Sequence[Json]]:
        """The pods of some workloads."""
        found: dict[Identity, Sequence[Json]] = {}
        for key in keys:
            value = self._store.get(key)
            if value is None or key[:2] not in KINDS or workload_of(value, self._store) != Identity.of(value):
                continue
            pods = [self._store.get(pod) for pod in self.pods_below(key)]
            found[Identity.of(value)] = [pod for pod in pods if pod is not None]
        return found

    def pods_of_others(self, namespace: str) -> Mapping[Identity, Sequence[Json]]:
        """The pods of a namespace whose workload is of a custom kind or is not there,
        by the last controller that is.
        """
        by_controller: defaultdict[str, list[ObjectKey]] = defaultdict(list)
        for key, uid in controllers(list(self._store.members("", "Pod", namespace))):
            if uid is not None:
                by_controller[uid].append(key)
        found: dict[Identity, list[Json]] = {}
        for first, *others in by_controller.values():
            pod = self._store.get(first)
            if pod is not None and self._is_others(pod):
                some = (pod, *(self._store.get(key) for key in others))
                for one in filter(None, some):
                    found.setdefault(workload_of(one, self._store), []).append(one)
        return found

    def _is_others(self, pod: Json) -> bool:
        """Whether no workload that the inventory knows makes a pod."""
        return self._workload(workload_of(pod, self._store).key) is None

    def pods_below(self, key: ObjectKey) -> Sequence[ObjectKey]:
        """The pods that an object controls, directly or through other objects."""
        below = {key: None}
        waiting = [key]
        while waiting:
            new = [one for one in self._controlled(waiting.pop()) if one not in below]
            below |= dict.fromkeys(new)
            waiting += new
        return [one for one in below if one[:2] == ("", "Pod")]

    def _controlled(self, key: ObjectKey) -> Iterator[ObjectKey]:
        """What an object controls; owner and owned are in the same namespace."""
        for one in self._controlled_by_name(key.namespace).get(key.name, ()):
            value = self._store.get(one)
            owner = None if value is None else controller_of(value)
            if owner is not None and owner_key(owner, key.namespace) == key:
                yield one

    def _controlled_by_name(self, namespace: str) -> Mapping[str, Sequence[ObjectKey]]:
        """The objects of a namespace by the name of their controller."""
        if namespace in self._named:
            return self._named[namespace]
        found: defaultdict[str, list[ObjectKey]] = defaultdict(list)
        custom = [kind for kind in self._store.kinds() if is_custom(kind[0])]
        for kind in (*KINDS, *custom):
            for key, name in controller_names(self._store.members(*kind, namespace)):
                if name is not None and key.namespace == namespace:
                    found[name].append(key)
        self._named[namespace] = found
        return found


def is_custom(group: str) -> bool:
    """Whether the kinds of a group are not Kubernetes' own."""
    return "." in group and not group.endswith(".k8s.io")


_KNOWN: Final[WeakKeyDictionary[Store, tuple[int, Inventory]]] = WeakKeyDictionary()


def selector_of(value: object) -> Selector | None:
    """A LabelSelector; None if there is none or it cannot be read."""
    if not isinstance(value, dict):
        return None
    try:
        return Selector.from_label_selector(value)
    except SelectorError:
        return None


def selector_of_labels(value: object) -> Selector | None:
    """A map of labels, as a Service has it; None if it is empty."""
    return Selector.from_set(value) if isinstance(value, dict) and value else None
