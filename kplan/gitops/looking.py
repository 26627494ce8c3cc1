"""What the reading of an object may look at: the repository, and the other objects that are known."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kplan.api.object import Object
from kplan.diagnostics import Location
from kplan.fieldpath import FieldPath
from kplan.gitops.model import Source, Tool, Unfollowed
from kplan.gitops.repository import Repository
from kplan.gitops.tree import Tree

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(slots=True)
class Looking:
    """The repository and the objects, by kind, namespace and name."""

    repository: Repository
    root: str = ""
    """The folder of the file that led to what is read now."""
    _objects: dict[tuple[str, str, str, str], dict[str, Object]] = field(default_factory=dict)

    def add(self, objects: Iterable[Object], root: str) -> None:
        """Know more objects; of the same name, each root has its own."""
        for one in objects:
            key = one.gvk.group, one.gvk.kind, one.namespace, one.name
            self._objects.setdefault(key, {}).setdefault(root, one)

    def find(self, group: str, kind: str, namespace: str, name: str) -> Object | None:
        """An object; of several with the name, that whose root is nearest."""
        return self._nearest(self._objects.get((group, kind, namespace, name), {}))

    def of_kind(self, group: str, kind: str) -> Iterator[Object]:
        """All objects of a kind."""
        return (
            one
            for key, held in self._objects.items()
            if key[:2] == (group, kind) and (one := self._nearest(held)) is not None
        )

    def _nearest(self, held: Mapping[str, Object]) -> Object | None:
        if not held:
            return None
        return held[
            min(held, key=lambda root: (-len(posixpath.commonprefix([root + "/", self.root + "/"])), root))
        ]

    def tree_at(self, address: str, path: str, revision: str) -> "Tree | str":
        """The tree that holds a path of a repository at a revision, or why it cannot be looked at."""
        tree = self.repository.tree_of(address, path)
        if tree is None:
            return f"{address} is another repository" if address else f"there is no folder {path}"
        if not self.repository.is_checked_out(revision):
            return f"it is pinned to revision {revision}, which is not what is checked out"
        return tree


def place(one: Object, *steps: str | int) -> Location:
    """Where an object, or a field of it, is written."""
    return one.origin.location(FieldPath.of(*steps)) if one.origin else Location("")


def title_of(one: Object) -> str:
    """``application.argoproj.io/argocd/guestbook``."""
    name = f"{one.namespace}/{one.name}" if one.namespace else one.name
    return f"{one.gvk.kind.lower()}.{one.gvk.group}/{name}"


def unfollowed(one: Object, reason: str, address: str = "", *steps: str | int) -> Unfollowed:
    """A source of an object that is not followed; a repository elsewhere may be given as a checkout."""
    other = reason.endswith("is another repository")
    help_text = f"name a checkout of it in the configuration: sources: {{{address}: DIR}}" if other else ""
    return Unfollowed(title_of(one), reason, place(one, *steps), help_text)


def folder_in(tree: Tree, path: str) -> Source | None:
    """A folder as the kind of source its files make it: a chart, a kustomization or plain manifests."""
    folder = tree.folder(path)
    if folder is None:
        return None
    inside = path.strip("/")
    if tree.file(f"{inside}/Chart.yaml"):
        return Source(folder, Tool.HELM)
    if any(tree.file(f"{inside}/{name}") for name in KUSTOMIZATIONS):
        return Source(folder, Tool.KUSTOMIZE)
    return Source(folder, Tool.DIRECTORY)


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text, or an empty one."""
    return value if isinstance(value, str) else ""
