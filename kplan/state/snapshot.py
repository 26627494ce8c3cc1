"""Frozen content of a cluster, as a source gives it: the objects, a title and a digest, and what could not be read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.diagnostics import Diagnostic
from kplan.state.facts import NONE, Facts
from kplan.state.resting import Resting
from kplan.state.store import Store
from kplan.state.system import System


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is in a cluster at one moment."""

    title: str
    """One line that says where it comes from."""
    objects: Sequence[Json] = ()
    """Objects as an API server stores them."""
    manifests: Sequence[Object] = ()
    """Objects as a user wrote them, still to be admitted on top of the others."""
    diagnostics: Sequence[Diagnostic] = field(default=())
    """What could not be read."""
    origins: Mapping[ObjectKey, Object] = field(default_factory=dict)
    """Where in its files each object of a dump stands."""
    revision: int = 0
    """The revision of a stored state; 0 for every other source."""
    stored: Store | None = None
    """The store that holds the objects already."""
    facts: Facts = NONE
    """What a stored state knows beside its objects."""
    system: System | None = None
    """How the cluster is set up, if what runs in every cluster is still to be created."""
    resting: Resting | None = None
    """How a stored state comes to rest, if that was worked out."""

    def store(self) -> Store:
        """A store with the objects."""
        return Store.of(self.objects) if self.stored is None else self.stored.fork()

    @property
    def digest(self) -> str:
        """A hash of the content, the same for the same objects in any order."""
        texts = sorted(json.dumps(value, sort_keys=True) for value in self.objects)
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()
