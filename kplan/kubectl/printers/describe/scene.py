"""What a description looks at besides its object: the other objects of the state, and the time.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (searchEvents, getPodStatusForController)
"""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kplan.api import owners
from kplan.api.gvk import ObjectKey
from kplan.api.meta import Resource
from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.api.pods import phase
from kplan.kubectl.printers.columns.column import UNKNOWN, human
from kplan.kubectl.printers.describe.page import Page
from kplan.selectors.labels import Selector
from kplan.state.store import Store

_PHASES = {"Running": "Running", "Pending": "Waiting", "Succeeded": "Succeeded", "Failed": "Failed"}


@dataclass(frozen=True, slots=True)
class Scene:
    """The state an object stands in."""

    store: Store
    now: datetime
    show_events: bool = True
    shown: Callable[[Json], Json] = copy
    """What may be shown of an event."""

    def get(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """Read one object."""
        return self.store.get(ObjectKey(group, kind, namespace, name))

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """Read objects in the order in which a server lists them."""
        return sorted(self.store.list(group, kind, namespace), key=list_order)

    def age(self, stamp: object) -> str:
        """How long ago an instant was."""
        if not stamp:
            return UNKNOWN
        return human((self.now - datetime.fromisoformat(str(stamp))).total_seconds())

    def pods_status(self, owner: Json, selector: Selector) -> str:
        """The phases of the pods a controller has, counted."""
        pods = self.store.list("", "Pod", namespace_of(owner))
        owned = [
            pod for pod in pods if selector.matches(labels_of(pod)) and owners.is_controlled_by(pod, owner)
        ]
        counts = Counter(_PHASES.get(phase(pod), "") for pod in owned)
        return " / ".join(f"{counts[word]} {word}" for word in _PHASES.values())


class Describer(Protocol):
    """Writes the description of an object of one kind."""

    def __call__(self, value: Json, page: Page, scene: Scene) -> None:
        """Write it."""


def list_order(value: Json) -> str:
    """Sort key: the order of keys in etcd."""
    metadata = Resource(value).metadata
    return f"{metadata.namespace}/{metadata.name}"
