"""How much one object looks like another under a new name:
the same kind in the same namespace, and nearly the same content.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.kubectl.last_applied import known_configuration
from kplan.namedtuples import NamedTuple

_ASIDE: Final = frozenset({"apiVersion", "kind", "metadata", "status"})
_ADDRESSES: Final = ("clusterIP", "clusterIPs")
"""Fields of a Service that its server fills in."""
_Leaf = tuple[str, str]
"""A value that holds no others, by the keys above it."""
_IMAGE: Final = re.compile(r"(.*?)(?::[^/:@]*)?(?:@.*)?")
"""An image: where it comes from, its tag and its digest."""
_GENERATED: Final = re.compile(r"(.+)-[bcdfghkmt2456789]{10}")
"""A name that ends in a hash as kustomize writes it."""


def generated_alike(old: ObjectKey, new: ObjectKey) -> bool:
    """Whether both names were generated from the same one, so that only the hash of the content differs."""
    stems = _GENERATED.fullmatch(old.name), _GENERATED.fullmatch(new.name)
    return (
        stems[0] is not None and stems[1] is not None and stems[0][1] == stems[1][1]
        and old._replace(name="") == new._replace(name="")
    )  # fmt: skip


class Likeness(NamedTuple):
    """The content by which an object is recognised whatever its name: its values, and the name within some of them."""

    key: ObjectKey
    leaves: Counter[_Leaf]

    @classmethod
    def of(cls, value: Json, key: ObjectKey) -> "Likeness":
        """What a manifest or a stored object tells."""
        content = {field: item for field, item in value.items() if field not in _ASIDE}
        if key.kind == "Service" and isinstance(content.get("spec"), dict):
            content["spec"] = {
                field: item for field, item in content["spec"].items() if field not in _ADDRESSES
            }
        return cls(key, Counter(_leaves(content)) if content else Counter())

    def share(self, other: "Likeness") -> float:
        """The share of values that both have in common, each as it is or with the object's own name in it.

        It is 0 if there are none, or if all images come from elsewhere.
        """
        mine, others = self.leaves - other.leaves, other.leaves - self.leaves
        renamed = (self.marked(mine) & other.marked(others)).total()
        same = self.leaves.total() - mine.total() + renamed
        together = self.leaves.total() + other.leaves.total() - same
        return same / together if together and self._may_share_images(other) else 0.0

    def marked(self, leaves: Iterable[_Leaf] | None = None) -> Counter[_Leaf]:
        """Values with a mark for the object's own name: some of them, or all."""
        found = Counter[_Leaf]()
        for (path, text), count in Counter(self.leaves if leaves is None else leaves).items():
            found[path, text.replace(self.key.name, "\0")] += count
        return found

    def _may_share_images(self, other: "Likeness") -> bool:
        """Whether some image of both comes from the same place, or from one that has the object's name;
        true without images.
        """
        sources = _sources(self.leaves)
        if not sources or not sources.isdisjoint(_sources(other.leaves)):
            return True
        return not _sources(self.marked()).isdisjoint(_sources(other.marked()))


def likenesses(*sides: Sequence[Json]) -> Sequence[Sequence[Likeness]]:
    """What tells objects apart: what their manifests say where that is known of all,
    else all that their server holds.
    """
    manifests = [[known_configuration(value) for value in side] for side in sides]
    told = manifests if all(map(all, manifests)) else sides
    return [
        [Likeness.of(one, Object(value).key) for one, value in zip(*both, strict=True)]
        for both in zip(told, sides, strict=True)
    ]


def _sources(leaves: Iterable[_Leaf]) -> set[str]:
    """Where the images of containers come from."""
    images = (_IMAGE.fullmatch(text) for path, text in leaves if path.endswith("[].image"))
    return {image[1] for image in images if image}


def _leaves(value: Any, path: str = "") -> Iterator[_Leaf]:
    """Every value that holds no others, with the keys above it."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for item in value:
            yield from _leaves(item, f"{path}[]")
    else:
        yield path, value if isinstance(value, str) else repr(value)
