"""Whether any admission plug-in would do something to a write of an actor.

Upstream: none; a real API server asks its plug-ins every time.
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.state.store import Store

_KINDS: Final = (
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingWebhookConfiguration",
)

_NAMESPACE: Final = ("", "Namespace")


class Admission:
    """Answers for a store; asked for every write, so answers are kept until a namespace or the set of kinds changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked_at: tuple[int | None, int] = (-1, -1)
        self._idle: dict[str, bool] = {}
        self._policies = (-1, False)

    def is_idle(self, namespace: str) -> bool:
        """Whether a namespace is active and the cluster has no admission policy or webhook."""
        now = (self._store.changed.get(_NAMESPACE), self._store.kinds_revision)
        if now != self._asked_at:
            self._asked_at = now
            self._idle.clear()
        if namespace not in self._idle:
            self._idle[namespace] = self._is_active(namespace) and not self.has_policies()
        return self._idle[namespace]

    def has_policies(self) -> bool:
        """Whether the cluster has an admission policy or webhook."""
        now = self._store.kinds_revision
        if self._policies[0] != now:
            found = any(self._store.has("admissionregistration.k8s.io", kind) for kind in _KINDS)
            self._policies = (now, found)
        return self._policies[1]

    def _is_active(self, namespace: str) -> bool:
        found = self._store.get(ObjectKey("", "Namespace", "", namespace))
        return found is not None and (found.get("status") or {}).get("phase") != "Terminating"
