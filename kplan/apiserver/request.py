"""A request, its answer, and the preconditions it must meet whatever its kind.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update,delete}.go, .../pkg/endpoints/handlers/rest.go
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion, errors, field
from kplan.apiserver.attributes import User, WebhookCall
from kplan.apiserver.decode import encode, is_builtin
from kplan.apiserver.registry.strategy import Strategy
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource

if TYPE_CHECKING:
    from kplan.apiserver.deletion import DeleteOptions

MODIFIED: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)

_LONGEST_MANAGER: Final = 128
"""Bytes."""
_Result = TypeVar("_Result")


class Answer(NamedTuple):
    """The answer to a request: the object as it is stored, and the server's warnings."""

    stored: Json
    gvk: GroupVersionKind
    warnings: tuple[str, ...] = ()
    created: bool = False
    webhooks: tuple[WebhookCall, ...] = ()
    """Webhooks of the cluster that would have been called; none was."""
    minor: int = 0
    """The server's minor if it is older than the default one."""
    custom: Json | None = None
    """A custom resource in the version asked for, if it is stored in another one."""

    @property
    def value(self) -> Json:
        """The object as the server returns it: in the version asked for, with the fields that Go prints empty."""
        if self.custom is not None:
            return self.custom
        return encode(conversion.to_version(self.stored, self.gvk.api_version), self.gvk, self.minor)


class Request:
    """One request and what it collects on its way."""

    __slots__ = (
        "dry_run", "name", "namespace", "remembers_empty", "resource", "scales", "strategy", "subresource", "user",
        "warnings", "warns", "webhooks",
    )  # fmt: skip

    def __init__(
        self, resource: Resource, strategy: Strategy, namespace: str, name: str, subresource: str, *,
        dry_run: bool, user: User, warnings: list[str], remembers_empty: bool = True,
    ) -> None:  # fmt: skip
        self.resource = resource
        self.strategy = strategy
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.dry_run = dry_run
        self.user = user
        self.remembers_empty = remembers_empty
        """Whether the object may hold structs with fields that were sent empty."""
        self.warnings = warnings
        self.warns = True
        """Whether anybody reads what the server warns of in the object; an actor does not."""
        self.webhooks: list[WebhookCall] = []
        self.scales: tuple[Json, Json] | None = None
        """The Scale asked for and the one there is, of a request that writes an object through them."""

    @property
    def group_resource(self) -> str:
        """``deployments.apps``, as messages name it."""
        return (
            f"{self.resource.plural}.{self.resource.group}" if self.resource.group else self.resource.plural
        )


def warning(chain: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add the warnings of a request to its refusal, each once."""

    @wraps(chain)
    def run(server: Any, *given: Any, **flags: Any) -> _Result:
        try:
            return chain(server, *given, **flags)
        except errors.StatusError as refusal:
            asked = next(one for one in given if isinstance(one, Request))
            refusal.warnings = tuple(dict.fromkeys((*asked.warnings, *refusal.warnings)))
            raise

    return run


def check_manager(manager: str, options: str) -> None:
    """Refuse a field manager that is too long or does not print; ``options`` are those of the request, as in
    ``CreateOptions``. Raises StatusError 422.

    Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateFieldManager)
    """
    if manager.isprintable() and len(manager.encode()) <= _LONGEST_MANAGER:
        return
    path, place = FieldPath("fieldManager"), 0
    found = [field.too_long(path, "", _LONGEST_MANAGER)] if len(manager.encode()) > _LONGEST_MANAGER else []
    for letter in manager:
        if not letter.isprintable():
            text = f"invalid character U+{ord(letter):04X} (at position {place})"
            found.append(field.invalid(path, manager, text))
        place += len(letter.encode())
    raise errors.invalid(f"{options}.meta.k8s.io", "", found)


def check_namespace(obj: Json, request: Request) -> None:
    """Give the object the request's namespace; another one is refused. Raises StatusError 400."""
    meta = obj["metadata"]
    if not request.resource.namespaced:
        meta.pop("namespace", None)
    elif not meta.get("namespace"):
        meta["namespace"] = request.namespace
    elif meta["namespace"] != request.namespace:
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )


def check_name(obj: Json, request: Request) -> None:
    """Refuse an object that has not the request's name. Raises StatusError 400."""
    name = obj["metadata"].get("name")
    if not request.name:
        raise errors.bad_request("resource name may not be empty")
    if not name:
        raise errors.nameless(request.name)
    if name != request.name:
        raise errors.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({request.name})"
        )


def check_uid(obj: Json, old: Json, request: Request) -> None:
    """Refuse an update that names the uid of another object. Raises StatusError 409."""
    wanted, actual = obj["metadata"].get("uid"), old["metadata"].get("uid", "")
    if wanted and wanted != actual:
        from kplan.apiserver.storagekeys import storage_key  # noqa: PLC0415 - only this refusal names a key

        resource = request.resource
        key = storage_key(resource, request.namespace, request.name, custom=not is_builtin(resource.gvk))
        message = (
            f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}"
        )
        raise errors.conflict(request.group_resource, request.name, message)


def check_resource_version(obj: Json, old: Json, request: Request) -> None:
    """Refuse an update of an object that was read before the last write. Raises StatusError 409, 422 or 500."""
    version = obj["metadata"].get("resourceVersion")
    current = old["metadata"].get("resourceVersion")
    if not version or version == "0":
        if not request.strategy.allow_unconditional_update:
            path = FieldPath.of("metadata", "resourceVersion")
            unset = field.invalid(path, 0, "must be specified for an update")
            raise errors.invalid(request.group_resource, request.name, [unset])
        obj["metadata"]["resourceVersion"] = current
    elif not version.isdecimal():
        raise errors.StatusError(
            500, "", f"strconv.ParseUint: parsing {field.go_quote(version)}: invalid syntax"
        )
    elif version != current:
        raise errors.conflict(request.group_resource, request.name, MODIFIED)


_PROPAGATIONS: Final = ("Foreground", "Background", "Orphan", "nil")


def check_delete_options(options: "DeleteOptions") -> None:
    """Refuse a deletion that asks for a propagation policy there is not. Raises StatusError 422."""
    if options.propagation and options.propagation not in _PROPAGATIONS[:-1]:
        unknown = field.not_supported(FieldPath.of("propagationPolicy"), options.propagation, _PROPAGATIONS)
        raise errors.invalid("DeleteOptions.meta.k8s.io", "", [unknown])


def check_preconditions(old: Json, options: "DeleteOptions", request: Request) -> None:
    """Refuse a deletion whose preconditions the object does not meet. Raises StatusError 409."""
    meta, kind = old["metadata"], request.resource
    subject = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    if options.uid and options.uid != meta.get("uid"):
        if kind.kind == "Namespace" and not kind.group:
            message = f"Precondition failed: UID in precondition: {options.uid}, UID in object meta: {meta.get('uid')}"
            raise errors.conflict(request.group_resource, request.name, message)
        message = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({meta.get('uid')}). "
            "The object might have been deleted and then recreated"
        )
        raise errors.conflict(subject, request.name, message)
    if options.resource_version and options.resource_version != meta.get("resourceVersion"):
        message = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match the ResourceVersion "
            f"in record ({meta.get('resourceVersion')}). The object might have been modified"
        )
        raise errors.conflict(subject, request.name, message)


def already_exists(existing: Json, request: Request) -> errors.StatusError:
    """The refusal of an object whose name is taken."""
    refusal = errors.already_exists(request.group_resource, existing["metadata"]["name"])
    if existing["metadata"].get("deletionTimestamp") is None:
        return refusal
    return errors.StatusError(409, "AlreadyExists", f"object is being deleted: {refusal.message}")
