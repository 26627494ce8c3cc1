"""Who wrote which fields: kept on every write where that is asked for, and on a server-side apply always.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/admission.go
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kplan.api.object import Json
from kplan.apiserver import conversion, errors
from kplan.apiserver.reading import Reader
from kplan.apiserver.request import Request
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.patch.managed_fields import FieldManager


class Tracking:
    """Keeps metadata.managedFields."""

    def __init__(self, store: Store, reader: Reader, now: Callable[[], datetime], *, always: bool) -> None:
        self._store = store
        self._reader = reader
        self._now = now
        self.always = always

    def field_manager(self, request: Request) -> "FieldManager":
        """The field manager of a request's kind. Raises StatusError 404."""
        from kplan.apiserver import patching  # noqa: PLC0415 - most servers are never asked to patch

        gvk = request.resource.gvk
        shape = patching.shape_of(gvk, self._store)
        if shape is None:
            raise errors.no_match(gvk.kind, gvk.api_version)
        return patching.field_manager(gvk, request.subresource, shape, self._store, self._now())

    def recovered(self, live: Json, request: Request) -> Json:
        """A live object with its managers, as far as kubectl's annotation still tells."""
        from kplan.apiserver.patch.managed_fields import last_applied_config  # noqa: PLC0415 - as for patches

        config = last_applied_config(live)
        if config is None or config.get("apiVersion") != request.resource.api_version:
            return live
        try:
            written = self._reader.read(config, request, "Ignore")
        except errors.StatusError:
            return live
        version = conversion.to_version(written, request.resource.api_version)
        return self.field_manager(request).recovered(live, version)

    def tracked(self, obj: Json, live: Json | None, request: Request, manager: str) -> Json:
        """Note who wrote which fields, where that is asked for."""
        if not self.always:
            return obj
        version = request.resource.api_version
        before = None if live is None else conversion.to_version(live, version)
        tracked = self.field_manager(request).update(before, conversion.to_version(obj, version), manager)
        obj["metadata"].pop("managedFields", None)
        if entries := tracked["metadata"].get("managedFields"):
            obj["metadata"]["managedFields"] = entries
        return obj
