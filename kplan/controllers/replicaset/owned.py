"""What a ReplicaSet's controller knows about each of its pods, computed again only for a pod that has changed.

Upstream: none; a real controller looks at every pod each time.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import is_

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import is_controlled_by
from kplan.api.pods import is_active, is_ready, is_terminal, is_terminating
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.workloadspec import template_labels_of
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector

Pattern = tuple[Json, str]
"""What identical pods are made from, which differ only in name: a template and the uid of their owner."""


class Owned(NamedTuple):
    """One pod of an owner."""

    pod: Json
    active: bool
    kept: bool
    """Whether the owner controls and selects it, so that there is nothing to claim or release."""
    ready: bool
    labelled: bool
    """Whether it has all the labels of the template."""
    leaving: bool
    """Whether it counts as terminating."""


class Known:
    """The last look at an owner and its pods."""

    __slots__ = ("_demanded", "_made", "_pods", "_rest", "_template", "_uid", "_wanted", "selector")

    def __init__(self, owner: Json, selector: Selector) -> None:
        self._uid: str = owner["metadata"]["uid"]
        self._wanted, self._template = owner["spec"].get("selector"), owner["spec"]["template"]
        self.selector = selector
        """Which pods the owner wants to have."""
        self._demanded = Selector.stored_set(template_labels_of(self._template))
        self._pods: dict[int, Owned] = {}
        self._made: Json | None = None
        self._rest: tuple[Json, Sequence[Json]] | None = None

    def holds(self, owner: Json) -> bool:
        """Whether the owner wants pods of the same labels and template, by identity."""
        spec = owner["spec"]
        return (
            spec["template"] is self._template
            and spec.get("selector") is self._wanted
            and owner["metadata"]["uid"] == self._uid
        )

    def look(self, owner: Json, pods: Iterable[Json]) -> list[Owned]:
        """Every pod with what is to know of it."""
        before, now = self._pods, {}
        for pod in pods:
            number = id(pod)
            # What is known is held, so that no other one has its id.
            now[number] = before[number] if number in before else self._owned(pod, owner)
        self._pods = now
        return list(now.values())

    def to_make(self, owner: Json) -> tuple[Json, Pattern]:
        """The pod that the owner makes, which is the same each time, and its pattern."""
        if self._made is None:
            self._made = pod_from_template(self._template, owner)
        return self._made, (self._template, self._uid)

    def rest(self, owner: Json, pods: Sequence[Json]) -> None:
        """Note that nothing follows from an owner with these very pods."""
        self._rest = (owner, pods)

    def rests(self, owner: Json, pods: Sequence[Json]) -> bool:
        """Whether nothing follows, for owner and pods are the same objects as when nothing did."""
        rest = self._rest
        return (
            rest is not None
            and rest[0] is owner
            and len(pods) == len(rest[1])
            and all(map(is_, pods, rest[1]))
        )

    def _owned(self, pod: Json, owner: Json) -> Owned:
        labels = labels_of(pod)
        selected = self.selector.matches(labels)
        return Owned(
            pod,
            active=is_active(pod),
            kept=selected and is_controlled_by(pod, owner),
            ready=is_ready(pod),
            labelled=self._demanded.matches(labels),
            leaving=is_terminating(pod) and not is_terminal(pod) and selected,
        )


class OwnedPods:
    """The last look at every owner."""

    def __init__(self, selector: Callable[[Json], Selector]) -> None:
        self._selector = selector
        self._known: dict[ObjectKey, Known] = {}

    def forget(self, request: ObjectKey) -> None:
        """Forget an owner that is gone."""
        self._known.pop(request, None)

    def of(self, request: ObjectKey, owner: Json) -> Known:
        """What is known about an owner's pods; nothing if its selector has changed."""
        known = self._known.get(request)
        if known is None or not known.holds(owner):
            known = self._known[request] = Known(owner, self._selector(owner))
        return known
