"""How many pods a simulation plays: what asks for more than that is said to be left out, instead of running for hours."""

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json

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
            f"(at most {self._most:,} for one owner and {self._most * WHOLE_RUN:,} in a run; maxPods in a scenario file)"
            for key, missing in self.unplayed.items()
        )
