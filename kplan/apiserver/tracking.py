"""Field ownership: recorded for every write if asked for, and for a server-side apply always.

A simulation has no use for owners, and noting them takes longer than many a write. So they are noted of the
writes of users (a server that is ``recording``), and from then on of what actors write to the same objects, as
these may take fields over.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/admission.go
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kplan.api.object import Json
from kplan.apiserver import conversion, errors
from kplan.apiserver.decode import encode
from kplan.apiserver.empty_fields import plain_copy
from kplan.apiserver.reading import Reader
from kplan.apiserver.request import Request
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.patch.managed_fields import FieldManager

_PROGRAMS: Final = {"default-scheduler": "kube-scheduler", "kubelet": "kubelet"}
"""The user agents of actors that are no controllers."""
_CONTROLLERS: Final = "kube-controller-manager"
_SCALERS: Final = frozenset({"horizontal-pod-autoscaler"})
"""Actors that write the number of replicas through the scale subresource."""


class Tracking:
    """Keeps metadata.managedFields."""

    def __init__(
        self, store: Store, reader: Reader, now: Callable[[], datetime], *, always: bool, manager: str = ""
    ) -> None:
        self._store = store
        self._reader = reader
        self._now = now
        self.always = always
        self.follows = False
        """Whether somebody's writes are noted, so that those of actors to the same objects have to be."""
        self._manager = manager

    def of_user(self, manager: str) -> "Tracking":
        """The same for the requests of a user, all in the name of ``manager`` if given;
        actors are followed from now on.
        """
        self.follows = True
        return Tracking(self._store, self._reader, self._now, always=True, manager=manager)

    def field_manager(self, request: Request, endpoint: str = "") -> "FieldManager":
        """The field manager of a request's kind. Raises StatusError 404."""
        from kplan.apiserver import patching  # noqa: PLC0415 - most servers are never asked to patch

        gvk = request.resource.gvk
        shape = patching.shape_of(gvk, self._store)
        if shape is None:
            raise errors.no_match(gvk.kind, gvk.api_version)
        return patching.field_manager(gvk, endpoint or request.subresource, shape, self._store, self._now())

    def recovered(self, live: Json, request: Request) -> Json:
        """A live object with its managers, as far as kubectl's annotation still tells."""
        from copy import copy  # noqa: PLC0415 - likewise

        from kplan.apiserver.patch.last_applied import last_applied_config  # noqa: PLC0415 - as for patches

        config = last_applied_config(live)
        if config is None or config.get("apiVersion") != request.resource.api_version:
            return live
        try:
            written = self._reader.read(config, copy(request), "Ignore")  # reading leaves notes in a request
        except errors.StatusError:
            return live
        version = conversion.to_version(written, request.resource.api_version)
        return self.field_manager(request).recovered(live, version)

    def with_status_owner(self, live: Json, request: Request) -> Json:
        """A live object whose owners are known, with the one of its status, which no actor's write notes."""
        from kplan.apiserver.patch.statusowners import with_status_owner  # noqa: PLC0415 - as for patches

        if not live["metadata"].get("managedFields"):
            return live
        return with_status_owner(live, self.field_manager(request))

    def tracked(
        self, obj: Json, live: Json | None, request: Request, manager: str, endpoint: str = ""
    ) -> Json:
        """Record who wrote which fields, if that is asked for; ``endpoint`` is the subresource of the write."""
        if self.always:
            return self._noted(obj, live, request, self._manager or manager, endpoint)
        scales = manager in _SCALERS  # who applies has to know of it, even where nobody else is followed
        if not (self.follows or scales) or live is None or not live["metadata"].get("managedFields"):
            return obj
        endpoint = "scale" if scales and not request.subresource else endpoint
        return self._noted(obj, live, request, _PROGRAMS.get(manager, _CONTROLLERS), endpoint)

    def _noted(self, obj: Json, live: Json | None, request: Request, manager: str, endpoint: str) -> Json:
        version = request.resource.api_version
        before = None if live is None else self.recovered(self._reader.in_version(live, version), request)
        fields = self.field_manager(request, endpoint)
        gvk = request.resource.gvk
        written = conversion.with_written_fields(plain_copy(conversion.to_version(obj, version)))
        owner = None if endpoint == "scale" and _says_nothing(request) else manager
        tracked = fields.update(None if before is None else encode(before, gvk), encode(written, gvk), owner)
        obj["metadata"].pop("managedFields", None)
        entries = tracked["metadata"].get("managedFields")
        if entries and not _only_recovered(entries, before, live):
            obj["metadata"]["managedFields"] = entries
        return obj


def _says_nothing(request: Request) -> bool:
    """Whether a request sends a Scale of zero replicas, which is written without the field."""
    return request.scales is not None and not (request.scales[0].get("spec") or {}).get("replicas")


def _only_recovered(entries: list[Json], before: Json | None, live: Json | None) -> bool:
    """Whether a write left owners as they were recovered, so that an object that holds none is not written for them."""
    if before is None or live is None or live["metadata"].get("managedFields"):
        return False
    recovered: list[Json] = before["metadata"].get("managedFields") or []
    return entries == recovered
