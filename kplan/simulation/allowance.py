"""Limits of a simulation: pods and steps beyond them are reported as left out, instead of running for hours."""

from collections.abc import Sized

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json

FEWEST_STEPS = 6_000
"""A run does so many steps, whatever it holds:
a container that crashes for half a day takes them, in less than two seconds.
"""
STEPS_OF_AN_OBJECT = 100
"""And so many more for every object there has been at a time: a pod that is replaced takes a third of them."""
WHOLE_RUN = 5
"""A run plays so many times what one owner may ask for."""


class Allowance:
    """Counts the pods that controllers make, and keeps what was left out."""

    __slots__ = ("_left", "_most", "unplayed")

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most * WHOLE_RUN
        self.unplayed: dict[ObjectKey, int] = {}
        """Owners whose pods are not made, with how many they miss."""

    def covers(self, owner: Json, missing: int) -> bool:
        """Whether an owner that misses so many pods is given them; one that is not is noted."""
        if missing <= min(self._most, self._left):
            return True
        metadata = owner["metadata"]
        group = owner["apiVersion"].rpartition("/")[0]
        key = ObjectKey(group, owner["kind"], metadata.get("namespace", ""), metadata["name"])
        self.unplayed[key] = max(missing, self.unplayed.get(key, 0))
        return False

    def take(self) -> None:
        """Count one pod."""
        self._left -= 1

    def in_words(self) -> tuple[str, ...]:
        """What was left out, a sentence each."""
        return tuple(
            f"{key.kind.lower()}/{key.name} -n {key.namespace} asks for {missing:,} more pods: they are not played "
            f"(at most {self._most:,} for one owner and {self._most * WHOLE_RUN:,} in a run; --limit pods=N plays more)"
            for key, missing in self.unplayed.items()
        )


class Stamina:
    """How many steps a run may take, by how many objects there are."""

    __slots__ = ("_most", "_objects", "_peak")

    def __init__(self, objects: Sized, most: int | None) -> None:
        self._objects = objects
        self._most = most
        self._peak = 0

    def __call__(self) -> int:
        """The number by now."""
        self._peak = max(self._peak, len(self._objects))
        return self._most or FEWEST_STEPS + STEPS_OF_AN_OBJECT * self._peak
