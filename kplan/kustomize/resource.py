"""One object while it is built: its value, the names it has had and what is still to be done with it.

Upstream: vendor/sigs.k8s.io/kustomize/api/resource/resource.go
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from kplan.kustomize.ids import Gvk, Id, gvk_of
from kplan.namedtuples import NamedTuple


class Origin(NamedTuple):
    """The file and line that an object was written at, and the kustomizations that led there, innermost first."""

    path: str = ""
    line: int = 0
    through: tuple[str, ...] = ()
    steps: tuple[str | int, ...] = ()
    """The path within the document that starts on that line:
    to an item of a list, or to a generator of a kustomization.
    """
    text: str = ""
    """A patch that is written out in the kustomization of the folder ``path``; the line is one of the text then."""


class Change(NamedTuple):
    """What wrote into an object after it was read."""

    origin: Origin
    content: Any = None
    """A strategic merge patch, the operations of a JSON patch, or a generated object;
    None for a kustomization's own fields.
    """


_UNKNOWN = Origin()


@dataclass(slots=True, eq=False)
class Resource:
    """An object of the build."""

    value: dict[str, Any]
    origin: Origin = _UNKNOWN
    previous: list[tuple[str, str, str]] = field(default_factory=list)
    """Namespace, name and kind it had, oldest first."""
    prefixes: list[str] = field(default_factory=list)
    suffixes: list[str] = field(default_factory=list)
    needs_hash: bool = False
    behavior: str = "unspecified"
    is_generated: bool = False
    allows_name: bool = False
    allows_kind: bool = False
    unprintable: bool = False
    """Whether it may hold what JSON cannot, and has to be looked through at the end."""
    annotations: dict[str, str] = field(default_factory=dict)
    """The annotations that are written as something else than texts, as they are written."""
    blanks: frozenset[tuple[int, str]] = frozenset()
    """The mappings, by their identity, and fields after which nothing is written."""
    shapes: Any = None
    """For a patch: the types that stand for those of Kubernetes."""
    shared: list[list[tuple[str | int, ...]]] = field(default_factory=list)
    """Places that hold one label or annotation between them: what changes one changes all."""
    transformed: list[tuple[str, str]] = field(default_factory=list)
    """The file and kind, with the name, of every transformer that has run."""
    changes: list[Change] = field(default_factory=list)
    """What wrote into it, in order."""

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata; made if there is none."""
        if not isinstance(self.value.get("metadata"), dict):
            self.value["metadata"] = {}
        found: dict[str, Any] = self.value["metadata"]
        return found

    @property
    def name(self) -> str:
        """The current name."""
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """The current namespace as written."""
        return str(self.metadata.get("namespace") or "")

    @property
    def tracked(self) -> bool:
        """Whether upstream keeps something about it in annotations."""
        return bool(self.previous) or self.needs_hash or self.is_generated

    @property
    def gvk(self) -> Gvk:
        """The current kind."""
        return gvk_of(self.value)

    @property
    def id(self) -> Id:
        """The current identity."""
        return Id(self.gvk, self.name, self.namespace)

    @property
    def earlier(self) -> list[Id]:
        """The identities it had."""
        gvk = self.gvk
        return [Id(Gvk(gvk.group, gvk.version, kind), name, place) for place, name, kind in self.previous]

    @property
    def original(self) -> Id:
        """The identity it was read with."""
        return self.earlier[0] if self.previous else self.id

    @property
    def ids(self) -> list[Id]:
        """All identities, oldest first."""
        return [*self.earlier, self.id]

    def remember(self) -> None:
        """Keep the current identity before it changes."""
        now = self.id
        self.previous.append((now.place, now.name, now.gvk.kind))

    def strings(self, name: str) -> dict[str, str]:
        """Labels or annotations."""
        found = self.metadata.get(name)
        return found if isinstance(found, dict) else {}

    def tracked_value(self) -> dict[str, Any]:
        """The object with the annotations that upstream keeps earlier names in."""
        if not self.previous:
            return self.value
        places, names, kinds = (",".join(parts) for parts in zip(*self.previous, strict=True))
        kept = {"previousKinds": kinds, "previousNames": names, "previousNamespaces": places}
        annotations = {f"internal.config.kubernetes.io/{name}": text for name, text in kept.items()}
        both = {**self.strings("annotations"), **annotations}
        return {**self.value, "metadata": {**self.metadata, "annotations": both}}

    def copy(self) -> "Resource":
        """An independent copy."""
        return replace(
            self, value=deepcopy(self.value), previous=list(self.previous), prefixes=list(self.prefixes),
            suffixes=list(self.suffixes), changes=list(self.changes),
            shared=[list(group) for group in self.shared], transformed=list(self.transformed),
        )  # fmt: skip
