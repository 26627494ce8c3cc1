"""Reads the objects of requests: decoded, defaulted and converted to the version that is stored.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/versioning/versioning.go
"""

from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion, errors, field
from kplan.apiserver.conversion import removed_versions
from kplan.apiserver.decode import check_metadata, decode, decode_status, is_builtin
from kplan.apiserver.defaulting import default
from kplan.apiserver.empty_fields import plain
from kplan.apiserver.registry import Registry
from kplan.apiserver.request import Request, warning
from kplan.fieldpath import FieldPath
from kplan.schema.catalog import Catalog
from kplan.schema.crd import CustomKind

_METADATA: Final = FieldPath.of("metadata")
_SPEC: Final = FieldPath.of("spec")
_WORKLOAD: Final = ("selector", "template")
_PARTS: Final = {
    ("apps", "Deployment"): _WORKLOAD, ("apps", "ReplicaSet"): _WORKLOAD, ("apps", "StatefulSet"): _WORKLOAD,
    ("apps", "DaemonSet"): _WORKLOAD, ("batch", "Job"): ("template",), ("batch", "CronJob"): ("jobTemplate",),
}  # fmt: skip
"""Fields of a spec without which no API server stores an object."""


class Reader:
    """Reads the objects of one server's kinds."""

    def __init__(self, catalog: Catalog, registry: Registry) -> None:
        self._catalog = catalog
        self._registry = registry

    @warning
    def read(self, value: Json, request: Request, field_validation: str) -> Json:
        """Read the object of a request. Raises StatusError 400."""
        resource = request.resource
        gvk = resource.gvk
        custom = self._registry.custom(gvk)
        if custom is not None:
            return self._read_custom(value, custom, request, field_validation)
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

    def _read_custom(self, value: Json, kind: CustomKind, request: Request, field_validation: str) -> Json:
        from kplan.apiserver.customresource.decode import decode as decode_custom  # noqa: PLC0415 - custom kinds alone

        decoded = decode_custom(value, kind, strict=field_validation == "Strict")
        if field_validation == "Warn":
            request.warnings += decoded.warnings
        decoded.value.setdefault("metadata", {})
        return decoded.value

    def read_status(self, status: Json, request: Request) -> Json:
        """Read a status alone. Raises StatusError 400."""
        read, request.remembers_empty = decode_status(status, request.resource.gvk, self._catalog)
        return read

    def default_from_storage(self, obj: Json, request: Request) -> None:
        """Default an object as a read from etcd does: a Job, for one, takes over the labels of its template then."""
        custom = self._registry.custom(request.resource.gvk)
        if custom is None:
            default(obj)
        else:
            from kplan.apiserver.customresource import pruning  # noqa: PLC0415 - likewise

            pruning.default(obj, custom.schema)

    def as_stored(self, value: Json) -> Json:
        """Read an object that a cluster holds. Raises StatusError where no cluster can hold it."""
        gvk = GroupVersionKind.of(value["apiVersion"], value["kind"])
        if not is_builtin(gvk):
            self._check_version(gvk)
            check_metadata(value, gvk)
            self._check_place(value.get("metadata") or {}, gvk)
            return value
        obj: Json = decode(value, gvk, self._catalog, strict=False).value
        self._check_place(obj.setdefault("metadata", {}), gvk)
        _check_parts(value, gvk)
        default(obj)
        return conversion.to_storage(obj)

    def _check_version(self, gvk: GroupVersionKind) -> None:
        """See that a kind of the server's own is in a version that can be decoded: nobody checks its fields otherwise."""
        known = self._catalog.discovery.by_kind(gvk.group, gvk.kind)
        if known is not None and is_builtin(known.gvk):
            raise errors.no_match(gvk.kind, gvk.api_version)

    def _check_place(self, metadata: Json, gvk: GroupVersionKind) -> None:
        """See that an object has the name, and where its kind needs one the namespace, that it is stored under."""
        missing = [] if metadata.get("name") else [field.required(_METADATA / "name")]
        resource = self._registry.resource_for(gvk)
        if resource is not None and resource.namespaced and not metadata.get("namespace"):
            missing.append(field.required(_METADATA / "namespace"))
        if missing:
            raise errors.invalid(gvk.group_kind, metadata.get("name") or "", missing)


def _check_parts(obj: Json, gvk: GroupVersionKind) -> None:
    """See that an object has what every controller takes for granted, as every API server has seen to it."""
    spec = obj.get("spec") or {}
    parts = _PARTS.get((gvk.group, gvk.kind), ())
    wrong = [field.required(_SPEC / name) for name in parts if not spec.get(name)]
    if (gvk.group, gvk.kind) == ("", "Service"):
        addresses = [*(spec.get("clusterIPs") or ()), spec.get("clusterIP") or ""]
        text = "must be a valid IP address"
        wrong += [field.invalid(_SPEC / "clusterIPs", one, text) for one in addresses if not _is_address(one)]
    if wrong:
        raise errors.invalid(gvk.group_kind, (obj.get("metadata") or {}).get("name") or "", wrong)


def _is_address(text: str) -> bool:
    if text in ("", "None"):
        return True
    from ipaddress import ip_address  # noqa: PLC0415 - only states have Services with addresses

    try:
        return bool(ip_address(text))
    except ValueError:
        return False
