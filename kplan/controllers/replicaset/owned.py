"""What a ReplicaSet has to know of each of its pods, worked out again only for the pod that is another object now.

Upstream: none; a real controller looks at every pod each time.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import is_controlled_by
from kplan.api.pods import is_active, is_ready, is_terminal, is_terminating
from kplan.api.workloadspec import template_labels_of
from kplan.selectors.labels import Selector


class Owned(NamedTuple):
    """One pod of an owner."""

    pod: Json
    owner: str
    """The owner's uid."""
    selector: Selector
    template: Selector
    active: bool
    kept: bool
    """Whether the owner controls and selects it, so that there is nothing to claim or release."""
    ready: bool
    labelled: bool
    """Whether it has all the labels of the template."""
    leaving: bool
    """Whether it counts as terminating."""


class OwnedPods:
    """The last look at the pods of every owner."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, dict[int, Owned]] = {}

    def forget(self, request: ObjectKey) -> None:
        """Know an owner that is gone no more."""
        self._known.pop(request, None)

    def look(
        self, request: ObjectKey, owner: Json, selector: Selector, pods: Iterable[Json]
    ) -> Sequence[Owned]:
        """Every pod with what is to know of it."""
        before, uid = self._known.get(request, {}), owner["metadata"]["uid"]
        template = Selector.stored_set(template_labels_of(owner["spec"]["template"]))
        now = self._known[request] = {}
        for pod in pods:
            known = before.get(id(pod))  # which is held, so that no other one has its id
            if (
                known is None
                or known.owner != uid
                or known.selector is not selector
                or known.template is not template
            ):
                known = _owned(pod, owner, selector, template)
            now[id(pod)] = known
        return list(now.values())


def _owned(pod: Json, owner: Json, selector: Selector, template: Selector) -> Owned:
    labels = labels_of(pod)
    selected = selector.matches(labels)
    return Owned(
        pod,
        owner["metadata"]["uid"],
        selector,
        template,
        active=is_active(pod),
        kept=selected and is_controlled_by(pod, owner),
        ready=is_ready(pod),
        labelled=template.matches(labels),
        leaving=is_terminating(pod) and not is_terminal(pod) and selected,
    )
