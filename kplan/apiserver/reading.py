"""Reads the objects of requests: decoded, defaulted and converted to the version that is stored.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/versioning/versioning.go
"""

from typing import TYPE_CHECKING

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion, errors
from kplan.apiserver.conversion import removed_versions
from kplan.apiserver.decode import check_metadata, decode, decode_status, is_builtin
from kplan.apiserver.defaulting import default
from kplan.apiserver.empty_fields import plain
from kplan.apiserver.registry import Registry
from kplan.apiserver.request import Request, warning
from kplan.schema.catalog import Catalog

if TYPE_CHECKING:
    from kplan.schema.crd import CustomKind


class Reader:
    """Reads the objects of one server's kinds."""

    def __init__(self, catalog: Catalog, registry: Registry) -> None:
        self._catalog = catalog
        self._registry = registry

    @warning
    def read(self, value: Json, request: Request, field_validation: str, *, applied: bool = False) -> Json:
        """Read the object of a request, or what a server-side apply has made of it. Raises StatusError 400."""
        resource = request.resource
        gvk = resource.gvk
        custom = self._registry.custom(gvk)
        if custom is not None:
            return self._read_custom(value, custom, request, field_validation, applied=applied)
        decoded = decode(value, gvk, self._catalog, strict=field_validation == "Strict", remember_empty=True)
        if field_validation == "Warn":
            request.warnings += decoded.warnings
        obj, request.remembers_empty = removed_versions.to_served(decoded.value), decoded.remembers_empty
        obj.setdefault("metadata", {})
        default(obj)
        stored = conversion.to_storage(obj)
        if stored is not obj:
            decoded = decode(
                plain(stored),
                GroupVersionKind.of(stored["apiVersion"], stored["kind"]),
                self._catalog,
                strict=False,
                remember_empty=True,
            )
            stored, request.remembers_empty = decoded.value, decoded.remembers_empty
        return stored

    def _read_custom(
        self, value: Json, kind: "CustomKind", request: Request, field_validation: str, *, applied: bool
    ) -> Json:
        from kplan.apiserver.customresource.decode import decode as decode_custom  # noqa: PLC0415 - custom kinds alone

        strict = field_validation == "Strict" and not applied
        decoded = decode_custom(value, kind, strict=strict, applied=applied)
        if field_validation == "Warn" and not applied:
            request.warnings += decoded.warnings
        decoded.value.setdefault("metadata", {})
        return decoded.value

    def read_status(self, status: Json, request: Request) -> Json:
        """Read a status alone. Raises StatusError 400."""
        read, request.remembers_empty = decode_status(status, request.resource.gvk, self._catalog)
        return read

    def read_back(self, obj: Json, request: Request) -> Json:
        """The object as a read from etcd gives it: in the stored version, and with defaults once more.

        A Job, for one, takes over the labels of its template then. The argument may be changed in place.
        """
        custom = self._registry.custom(request.resource.gvk)
        if custom is None:
            default(obj)
            return obj
        from kplan.apiserver.customresource import versions  # noqa: PLC0415 - likewise

        return versions.as_stored(obj, custom)

    def in_version(self, obj: Json, api_version: str) -> Json:
        """A stored object in the version asked for; the argument stays as it is."""
        if not api_version or obj["apiVersion"] == api_version:
            return obj
        custom = self._registry.custom(GroupVersionKind.of(api_version, obj["kind"]))
        if custom is None:
            return conversion.to_version(obj, api_version)
        from kplan.apiserver.customresource import versions  # noqa: PLC0415 - likewise

        return versions.in_version(obj, custom)

    def as_stored(self, value: Json) -> Json:
        """Read an object that a cluster holds. Raises StatusError if no cluster can hold it."""
        from kplan.apiserver import stored  # noqa: PLC0415 - states alone

        gvk = GroupVersionKind.of(value["apiVersion"], value["kind"])
        # A version that is no longer served is still stored where the one that is served would be.
        resource = self._registry.resource_for(gvk) or self._catalog.discovery.by_kind(gvk.group, gvk.kind)
        namespaced = resource is not None and resource.namespaced
        if not is_builtin(gvk):
            self._check_version(gvk)
            check_metadata(value, gvk)
            stored.check(value, gvk, namespaced=namespaced)
            return stored.identified(value)
        obj: Json = decode(value, gvk, self._catalog, strict=False).value
        obj.setdefault("metadata", {})
        stored.check(obj, gvk, namespaced=namespaced)
        default(obj)
        return conversion.to_storage(stored.identified(obj))

    def _check_version(self, gvk: GroupVersionKind) -> None:
        """See that a kind of the server's own is in a version that can be decoded:
        nobody checks its fields otherwise.
        """
        known = self._catalog.discovery.by_kind(gvk.group, gvk.kind)
        if known is not None and is_builtin(known.gvk):
            raise errors.no_match(gvk.kind, gvk.api_version)
