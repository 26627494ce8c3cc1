"""An object as the user wrote it: JSON that nobody changes, and the document it came from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kplan.api.gvk import GroupVersionKind, ObjectKey

if TYPE_CHECKING:
    from kplan.api.view import View
    from kplan.manifest.document import Document

Json = dict[str, Any]
"""A JSON object. Values inside the cluster are treated as frozen once stored: copy before changing."""

_SCALARS: Final = frozenset({str, bool, int, float, type(None)})

Model = TypeVar("Model", bound="View")


def copied(value: Any) -> Any:
    """Copy a JSON value.

    Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go (DeepCopyJSONValue)
    """
    # Most of what is held are scalars, and a call for each would be most of the work.
    if isinstance(value, dict):
        return {key: item if item.__class__ in _SCALARS else copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [item if item.__class__ in _SCALARS else copied(item) for item in value]
    return value


class Object:
    """One Kubernetes object: immutable JSON, its origin and cheap accessors."""

    __slots__ = ("_gvk", "origin", "value")

    def __init__(self, value: Json, origin: "Document | None" = None) -> None:
        self.value: Final = value
        self.origin: Final = origin
        self._gvk: GroupVersionKind | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]  # JSON has no hash

    def __repr__(self) -> str:
        return f"Object({self.value!r})"

    @property
    def gvk(self) -> GroupVersionKind:
        """Its type."""
        if self._gvk is None:
            value = self.value
            self._gvk = GroupVersionKind.of(str(value.get("apiVersion") or ""), str(value.get("kind") or ""))
        return self._gvk

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its metadata; empty if it has none or something else than a mapping."""
        metadata = self.value.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def name(self) -> str:
        """metadata.name, or the empty string."""
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """metadata.namespace, or the empty string."""
        return str(self.metadata.get("namespace") or "")

    @property
    def labels(self) -> Mapping[str, str]:
        """metadata.labels."""
        labels = self.metadata.get("labels")
        return labels if isinstance(labels, dict) else {}

    @property
    def key(self) -> ObjectKey:
        """Group, kind, namespace and name."""
        gvk = self.gvk
        return ObjectKey(gvk.group, gvk.kind, self.namespace, self.name)

    def view(self, model: type[Model]) -> Model:
        """Read the object through a typed view, such as ``kplan.api.apps.Deployment``; its ``raw`` is all of it."""
        return model(self.value)
