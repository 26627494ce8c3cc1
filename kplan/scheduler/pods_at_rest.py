"""The pods of a state at rest, looked at node by node, each as it was before anything happened to it.

Upstream: none; a real scheduler reads every pod when it starts.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.scheduler.cache import Cache
from kplan.scheduler.unseen import Unseen, Use
from kplan.selectors.labels import Selector
from kplan.simulation.cache import Cache as SharedCache
from kplan.simulation.reconciler import WatchEvent

_ENDED: Final = ("Succeeded", "Failed")


class PodsAtRest:
    """Where pods run, as their texts say, and the pods themselves when a node is looked at.

    A node is looked at before the first thing happens to one of its pods, so all others are still as they were.
    """

    def __init__(self, shared: SharedCache) -> None:
        self._shared = shared
        self._event: WatchEvent | None = None
        """What happens right now: the cache holds the pod as it is after that."""
        self._keys = shared.pods_by_node()

    @property
    def waiting(self) -> bool:
        """Whether a pod has no node."""
        return "" in self._keys

    def take(self, sums: Any, cache: Cache) -> bool:
        """Begin with what pods take in sum; the answer says whether that could be read."""
        try:
            uses = {str(node): Use.from_json(use) for node, use in sums.items()}
        except (AttributeError, TypeError, ValueError):
            return False
        cache.rest(Unseen(uses, self))
        return True

    def see(self, event: WatchEvent, cache: Cache) -> None:
        """Look at the nodes of a pod to which something happens, as they were before it."""
        self._event = event
        for value in (event.previous, event.value):
            if value is not None and node_of(value):
                cache.see(node_of(value))
        self._event = None

    def on(self, node: str) -> Iterator[Json]:
        """The pods of a node that take something of it, in order of creation."""
        for key in self._keys.get(node, ()):
            value = self._before(key)
            if (
                value is not None
                and node_of(value) == node
                and (value.get("status") or {}).get("phase") not in _ENDED
            ):
                yield value

    def places_of(self, namespace: str, label: tuple[str, str]) -> Sequence[str]:
        """The nodes that pods with a label run on."""
        return [
            node_of(pod)
            for pod in self._shared.selected("", "Pod", namespace, Selector.from_set(dict([label])))
        ]

    def places_naming(self, word: str) -> Sequence[str]:
        """The nodes of pods in which a word may stand."""
        return list(self._shared.nodes_mentioning(word))

    def _before(self, key: ObjectKey) -> Json | None:
        if self._event is not None and self._event.key == key:
            return self._event.previous
        return self._shared.find(key)
