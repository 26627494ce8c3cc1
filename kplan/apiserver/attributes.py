"""What an admission plug-in may know about a request, and the two shapes of a plug-in.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/{attributes,interfaces}.go
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.errors import StatusError
from kplan.namedtuples import NamedTuple
from kplan.state.store import Store


class Operation(StrEnum):
    """The operation of a request, as admission names it."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


class User(NamedTuple):
    """The user who sends a request."""

    name: str = "kubernetes-admin"
    groups: tuple[str, ...] = ("system:masters", "system:authenticated")
    uid: str = ""

    @property
    def is_administrator(self) -> bool:
        """Whether everything is allowed to the user."""
        return "system:masters" in self.groups


ADMIN: Final = User()


class WebhookCall(NamedTuple):
    """A webhook that a real API server would have called."""

    kind: str
    """MutatingWebhookConfiguration or ValidatingWebhookConfiguration."""
    configuration: str
    webhook: str
    failure_policy: str
    """Whether the request fails with it (Fail) or goes on (Ignore)."""


class Attributes:
    """One request in admission: mutating plug-ins change ``object`` in place, validating ones see what became of it."""

    __slots__ = (
        "audit", "dry_run", "gvk", "name", "namespace", "namespaced", "now", "object", "old_object", "operation",
        "options", "resource", "round", "rounds", "store", "subresource", "user", "warnings", "webhooks",
    )  # fmt: skip

    def __init__(
        self, *, operation: Operation, gvk: GroupVersionKind, resource: str, namespace: str, name: str, object: Json,  # noqa: A002 - upstream's word
        old_object: Json | None = None, subresource: str = "", options: Json | None = None, store: Store, now: datetime,
        dry_run: bool = False, user: User = ADMIN, namespaced: bool = True,
        warnings: list[str] | None = None, webhooks: list[WebhookCall] | None = None,
    ) -> None:  # fmt: skip
        self.operation = operation
        self.gvk = gvk
        """The type requested."""
        self.resource = resource
        """The plural, ``deployments``."""
        self.namespace = namespace
        self.name = name
        self.object = object
        """The new object, in the version that is stored; empty for a deletion."""
        self.old_object = old_object
        self.subresource = subresource
        self.options: Json = {} if options is None else options
        self.store = store
        """The cluster as it is before the request."""
        self.now = now
        self.dry_run = dry_run
        self.user = user
        self.namespaced = namespaced
        self.warnings: list[str] = [] if warnings is None else warnings
        self.webhooks: list[WebhookCall] = [] if webhooks is None else webhooks
        """The webhooks that would have been called."""
        self.audit: dict[str, str] = {}
        self.rounds = 1
        """How often the mutating plug-ins run: once more if a policy changed the object."""
        self.round = 1

    @property
    def group_resource(self) -> str:
        """``deployments.apps``, or ``pods`` for the core group."""
        return f"{self.resource}.{self.gvk.group}" if self.gvk.group else self.resource

    def is_for(self, group: str, resource: str, subresource: str = "") -> bool:
        """Whether the request is about this resource and subresource."""
        return self.gvk.group == group and self.resource == resource and self.subresource == subresource

    def creates(self, group: str, resource: str) -> bool:
        """Whether an object of this resource is created."""
        return self.operation is Operation.CREATE and self.is_for(group, resource)

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """Look an object up in the cluster."""
        return self.store.get(ObjectKey(group, kind, namespace, name))

    def forbidden(self, message: str) -> StatusError:
        """The refusal of this request, as admission.NewForbidden words it."""
        metadata: dict[str, Any] = self.object.get("metadata") or {}
        name = self.name or metadata.get("name") or metadata.get("generateName") or "Unknown"
        return errors.forbidden(self.group_resource, name, message)


class MutatingPlugin(Protocol):
    """An admission plug-in that may change an object before it is validated; the class has upstream's name."""

    def admit(self, attributes: Attributes, /) -> None:
        """Change the object of a request. Raises StatusError."""


class ValidatingPlugin(Protocol):
    """An admission plug-in that may refuse an object after it is validated; many are mutating ones as well."""

    def validate(self, attributes: Attributes, /) -> None:
        """Allow a request. Raises StatusError."""


class Chain:
    """Admission plug-ins in order: all that mutate run before all that validate.

    Upstream: staging/src/k8s.io/apiserver/pkg/admission/chain.go
    """

    def __init__(
        self, mutating: Iterable[MutatingPlugin] = (), validating: Iterable[ValidatingPlugin] = ()
    ) -> None:
        self._mutating = tuple(mutating)
        self._validating = tuple(validating)

    def admit(self, attributes: Attributes) -> None:
        """Run the mutating handlers, once more if one asks for it. Raises StatusError."""
        for plugin in self._mutating:
            plugin.admit(attributes)
        if attributes.rounds > attributes.round:
            attributes.round += 1
            for plugin in self._mutating:
                plugin.admit(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Run the validating handlers. Raises StatusError."""
        for plugin in self._validating:
            plugin.validate(attributes)
