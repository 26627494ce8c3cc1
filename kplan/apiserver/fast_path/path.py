"""The fast path of a server: whether it is open, and the writes that take it.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.fast_path.admission import Admission
from kplan.apiserver.fast_path.events import event
from kplan.apiserver.fast_path.moulds import Moulds, Pattern, cast
from kplan.apiserver.fast_path.rewrites import REWRITES
from kplan.apiserver.fast_path.status import STATUS_KINDS, changes_status_only
from kplan.apiserver.validation.job_status import job_status_errors
from kplan.schema.layouts import RELEASE
from kplan.state.store import Store

_key: Final = lru_cache(maxsize=65_536)(ObjectKey)
"""Keys of what actors write again and again."""
_JOB: Final = ("batch", "Job")
"""The one kind whose controller sends a status that is refused, while it waits to replace a pod beside a ready one."""


class FastPath:
    """Stores a write if the request chain would store it unchanged, and leaves all others to the chain."""

    def __init__(
        self,
        store: Store,
        version: str,
        now: Callable[[], datetime],
        fill: Callable[[Json, str, str], None],
        *,
        usable: bool,
    ) -> None:
        """``fill`` gives an object the fields that the server fills; an unusable path is never open."""
        self.admission: Final = Admission(store)
        self._store = store
        self._is_current = version == RELEASE
        self._now = now
        self._fill = fill
        self._moulds = Moulds(store)
        self._usable = usable

    def is_open(self, namespace: str) -> bool:
        """Whether nobody would do anything to a write in a namespace but store it."""
        return self._usable and self.admission.is_idle(namespace)

    def record(self, regarding: Json, event_type: str, reason: str, message: str, source: str) -> Json | None:
        """Store an Event about an object; it is returned if the chain has to look at it."""
        key, made = event(regarding, event_type, reason, message, source, self._store, self._now())
        if not self.is_open(key.namespace):
            return made
        self._store.add(key, made)
        return None

    def rewrite(self, value: Json, subresource: str) -> Json | None:
        """Replace an object; None if the chain has to look at it."""
        version, kind, metadata = value["apiVersion"], value["kind"], value["metadata"]
        known = REWRITES.get((version, kind, subresource))
        if known is None or not self._is_current:
            return None
        group, become = known
        key = _key(group, kind, metadata.get("namespace") or "", metadata.get("name") or "")
        old = self._store.get(key)
        if old is None or not self.is_open(key.namespace):
            return None
        stored = become(value, old)
        if stored is None or stored is old:
            return stored
        reports = subresource == "status" and stored["metadata"] is old["metadata"]
        return self._store.replace(key, stored, old, reports=reports)

    def cast(self, value: Json, pattern: Pattern, create: Callable[[Json], Json]) -> Json:
        """Create a pod as the one before of its pattern, or by the chain, which is ``create``. Raises StatusError."""
        namespace = value["metadata"].get("namespace", "")
        if not self._is_current or not self.is_open(namespace):
            return create(value)
        mould = self._moulds.find(pattern)
        if mould is None:
            stored = create(value)
            self._moulds.keep(pattern, stored)
            return stored
        pod = cast(mould, namespace, self._store.revision)
        self._fill(pod, "pods", namespace)
        key = Store.key_of(pod)
        if key in self._store:
            return create(value)
        return self._store.add(key, pod)

    def takes_status(self, kind: tuple[str, str], value: Json, old: Json, namespace: str) -> bool:
        """Whether a controller sends the stored object with another status,
        and the kind's status is stored unchanged.
        """
        if kind not in STATUS_KINDS or not changes_status_only(value, old) or not self.is_open(namespace):
            return False
        return kind != _JOB or not job_status_errors(value, old)
