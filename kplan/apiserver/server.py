"""The API server: the verbs, and one request chain in upstream's order for dry runs and real ones alike.

decode, default, convert -> mutating admission -> prepare -> validate -> warn, canonicalise -> validating admission
-> store. Everything kplan says about what a cluster would answer comes from here.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers, .../pkg/registry/generic/registry/store.go
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver import (
    conversion,
    errors,
    field,
    metadata,
    names,
    routine,
)
from kplan.apiserver.attributes import ADMIN, Attributes, Chain, Operation, User, WebhookCall
from kplan.apiserver.conversion import bygone
from kplan.apiserver.decode import decode, decode_status, encode, is_builtin
from kplan.apiserver.defaulting import default
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.hollow import solid
from kplan.apiserver.meta import validate_common_create, validate_common_fields
from kplan.apiserver.patch.go_values import copy
from kplan.apiserver.registry import Registry
from kplan.apiserver.registry.strategy import Context, Strategy
from kplan.apiserver.releases import fitted
from kplan.apiserver.storagekeys import storage_key
from kplan.apiserver.subresources import binding, eviction, scale
from kplan.fieldpath import FieldPath
from kplan.schema.catalog import Catalog
from kplan.schema.crd import CustomKind
from kplan.schema.discovery import Resource
from kplan.schema.layouts import NEWEST
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.patch.managed_fields import FieldManager
    from kplan.apiserver.patching import PatchType

_Result = TypeVar("_Result")

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
MODIFIED: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


class Answer(NamedTuple):
    """What a request brought: the object as it is stored, and the server's warnings."""

    stored: Json
    gvk: GroupVersionKind
    warnings: tuple[str, ...] = ()
    created: bool = False
    webhooks: tuple[WebhookCall, ...] = ()
    """Webhooks of the cluster that would have been asked; none was."""

    @property
    def value(self) -> Json:
        """The object as the server returns it: in the version asked for, with the fields that Go prints empty."""
        return encode(conversion.to_version(self.stored, self.gvk.api_version), self.gvk)


@dataclass(slots=True)
class Request:
    """One request under way."""

    resource: Resource
    strategy: Strategy
    namespace: str
    name: str
    subresource: str
    dry_run: bool
    user: User
    warnings: list[str]
    webhooks: list[WebhookCall]
    hollow: bool = True
    """Whether the object may hold structs that remember fields they were sent empty."""

    @property
    def group_resource(self) -> str:
        """``deployments.apps``, as messages name it."""
        return (
            f"{self.resource.plural}.{self.resource.group}" if self.resource.group else self.resource.plural
        )


def _warning(chain: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a refusal the warnings of its request."""

    @wraps(chain)
    def run(server: "Server", obj: Json, request: Request, *rest: Any, **flags: Any) -> _Result:
        try:
            return chain(server, obj, request, *rest, **flags)
        except errors.StatusError as refusal:
            refusal.warnings = tuple(request.warnings)
            raise

    return run


class Server:
    """An API server over a store."""

    def __init__(
        self,
        store: Store,
        *,
        catalog: Catalog | None = None,
        now: datetime | Callable[[], datetime] = EPOCH,
        track_fields: bool = False,
        plugins: Chain | None = None,
    ) -> None:
        self.store = store
        self._admission = _enabled() if plugins is None else plugins
        self._usual = plugins is None
        self.catalog = catalog or Catalog.for_version("1.36")
        self._registry = Registry(self.catalog, store)
        self._now = now
        self._track_fields = track_fields
        """Keep metadata.managedFields on every write, not only on server-side apply."""

    # -- the verbs ------------------------------------------------------------------------------------------------

    def create(
        self,
        value: Json,
        *,
        namespace: str = "",
        dry_run: bool = False,
        field_validation: str = "Strict",
        manager: str = "kplan",
        user: User = ADMIN,
    ) -> Answer:
        """Create an object. Raises StatusError."""
        request = self._request(value, namespace, "", dry_run, user)
        obj = self._read(value, request, field_validation)
        _check_namespace(obj, request)
        request.name = obj["metadata"].get("name") or ""
        return self._create(self._tracked(obj, None, request, manager), request)

    def record(self, event: Json, *, manager: str = "kplan", user: User = ADMIN) -> None:
        """Store an Event that a recorder made, which is decoded already. Raises StatusError."""
        if not self._is_routine(event["metadata"]["namespace"]):
            self.create(event, manager=manager, user=user)
            return
        self._fill_system_fields(event, "events", event["metadata"]["namespace"])
        if Store.key_of(event) in self.store:
            raise errors.already_exists("events", event["metadata"]["name"])
        self.store.put(event)

    def update(
        self,
        value: Json,
        *,
        namespace: str = "",
        dry_run: bool = False,
        subresource: str = "",
        field_validation: str = "Strict",
        manager: str = "kplan",
        name: str = "",
        user: User = ADMIN,
    ) -> Answer:
        """Replace an object, or one of its subresources. Raises StatusError."""
        request = self._request(value, namespace, subresource, dry_run, user)
        if self._is_restatement(value, request):
            return self._restate(value, request)
        obj = self._read(value, request, field_validation)
        _check_namespace(obj, request)
        request.name = name or obj["metadata"].get("name") or ""
        _check_name(obj, request)
        key = ObjectKey(request.resource.group, request.resource.kind, request.namespace, request.name)
        return self._update(self._tracked(obj, self.find(key), request, manager), request)

    def patch(
        self,
        key: ObjectKey,
        patch: Any,
        patch_type: "PatchType",
        *,
        api_version: str = "",
        dry_run: bool = False,
        field_validation: str = "Warn",
        manager: str = "kplan",
        force: bool = False,
        subresource: str = "",
        user: User = ADMIN,
    ) -> Answer:
        """Patch an object; a server-side apply creates it where it is missing. Raises StatusError."""
        from kplan.apiserver import patching  # noqa: PLC0415 - most servers are never asked to patch

        applied = patch_type is patching.PatchType.APPLY
        live = self.find(key)
        api_version = api_version or (live or {}).get("apiVersion", "")
        type_meta = {"apiVersion": api_version, "kind": key.kind}
        request = self._request(type_meta, key.namespace, subresource, dry_run, user)
        request.name = key.name
        if live is None and not applied:
            raise errors.not_found(request.group_resource, key.name)
        gvk = request.resource.gvk
        before = None if live is None else conversion.to_version(live, api_version)
        patch = copy(patch)
        if applied:
            fields = self._field_manager(request)
            recovered = None if before is None else self._recovered(before, request)
            value = fields.apply(recovered, patch, manager, force=force)
        else:
            value = patching.apply_patch(before or {}, patch, patch_type, gvk)
        value = patching.restored(value, patch, patch_type, gvk)
        with patching.refusals_of(value, patch, patch_type, gvk):
            obj = self._read(value, request, field_validation)
        _check_namespace(obj, request)
        _check_name(obj, request)
        if not applied:
            obj = self._tracked(obj, live, request, manager)
        if live is None:
            return self._create(obj, request)
        return self._update(obj, request, preconditions=False)

    def get(self, key: ObjectKey, api_version: str = "") -> Json:
        """Read one object, in the version asked for. Raises StatusError 404."""
        value = self.find(key)
        if value is None:
            raise errors.not_found(self._group_resource(key), key.name)
        return conversion.to_version(value, api_version) if api_version else value

    def show(self, key: ObjectKey, api_version: str) -> Json | None:
        """Read one object as an answer prints it, nulls and managedFields included, or None."""
        value = self.find(key)
        if value is None:
            return None
        request = self._request(
            {"apiVersion": api_version, "kind": key.kind}, key.namespace, "", dry_run=True, user=ADMIN
        )
        live = conversion.to_version(value, api_version)
        return encode(self._recovered(live, request), request.resource.gvk)

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object as it is stored, or None."""
        return self.store.get(conversion.storage_key(key))

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order; ``labels`` is a selectors.labels.Selector."""
        found = self.store.list(*conversion.storage_key(ObjectKey(group, kind, "", ""))[:2], namespace)
        if labels is None:
            return found
        return [value for value in found if labels.matches(value["metadata"].get("labels") or {})]

    def delete(
        self,
        key: ObjectKey,
        options: DeleteOptions | None = None,
        *,
        dry_run: bool = False,
        user: User = ADMIN,
    ) -> Answer:
        """Delete an object, or mark it where finalizers or a grace period make it wait. Raises StatusError."""
        options = options or DeleteOptions()
        old = self.get(key)
        request = self._request(old, key.namespace, "", dry_run, user)
        request.name = key.name
        _check_preconditions(old, options, request)
        attributes = self._attributes(Operation.DELETE, {}, old, request)
        self._admission.admit(attributes)
        self._admission.validate(attributes)
        left = request.strategy.delete(old, options, self.now())
        if left is None:
            return self._gone(old, request)
        if left is not old and not dry_run:
            left = self.store.put(left)
        return self._answer(left, request)

    def bind(self, key: ObjectKey, node: str, *, user: User = ADMIN) -> Answer:
        """Bind a pod to a node. Raises StatusError 404 or 409."""
        pod = self.get(key)
        request = self._request(pod, key.namespace, "binding", dry_run=False, user=user)
        request.name = key.name
        target = {"kind": "Node", "name": node}
        attributes = self._attributes(
            Operation.CREATE, {"metadata": {"name": key.name}, "target": target}, None, request
        )
        self._admission.admit(attributes)
        self._admission.validate(attributes)
        labels = attributes.object["metadata"].get("labels") or {}
        return self._answer(self.store.put(binding.bound(pod, node, labels, self.now())), request)

    def evict(
        self,
        key: ObjectKey,
        options: DeleteOptions | None = None,
        *,
        dry_run: bool = False,
        user: User = ADMIN,
    ) -> Answer:
        """Evict a pod, if its disruption budget has room. Raises StatusError 404, 429 or 500."""
        permission = eviction.permitted(self.get(key), self.store, self.now())
        if not dry_run:
            if permission.budget is not None:
                self.store.put(permission.budget)
            self.store.put(permission.pod)
        return self.delete(key, options, dry_run=dry_run, user=user)

    def scale(self, key: ObjectKey) -> Json:
        """Read the Scale of an object. Raises StatusError 404."""
        obj = self.get(key)
        found = scale.scale_of(obj, self._registry.custom(_gvk_of(obj)))
        if found is None:
            raise errors.StatusError(404, "NotFound", "the server could not find the requested resource")
        return found

    def set_scale(
        self, key: ObjectKey, replicas: int, *, dry_run: bool = False, manager: str = "kplan"
    ) -> Answer:
        """Ask for another number of replicas. Raises StatusError."""
        obj = self.get(key)
        scaled = scale.with_replicas(obj, replicas, self._registry.custom(_gvk_of(obj)))
        return self.update(scaled, namespace=key.namespace, dry_run=dry_run, manager=manager)

    def count_quota(self, namespace: str, name: str) -> None:
        """Write a quota's status, for a store that no quota controller watches."""
        quota = self.get(ObjectKey("", "ResourceQuota", namespace, name))
        hard = (quota.get("spec") or {}).get("hard") or {}
        objects = (
            obj for group, kind in self.store.kinds() for obj in self.store.list(group, kind, namespace)
        )
        from kplan.apiserver.quota.usage import total_usage  # noqa: PLC0415 - few namespaces have a quota

        used = total_usage(quota, objects, lambda obj: self._group_resource(Store.key_of(obj)), self.now())
        self._store({**quota, "status": {"hard": hard, "used": used} if hard else {}}, quota)

    def load(self, objects: Iterable[Json]) -> None:
        """Take objects over as a cluster holds them: decoded and defaulted, but not asked whether they may be there."""
        self.store.load(self._as_stored(value) for value in objects)

    def adopt(self, answer: Answer) -> None:
        """Store what a dry run answered and charge it; for a fork, whose later questions are to see it."""
        obj, key = answer.stored, Store.key_of(answer.stored)
        old = self.store.get(key)
        self.store.put(obj)
        for quota in self.store.list("", "ResourceQuota", key.namespace) if key.namespace else ():
            from kplan.apiserver.quota.usage import charged  # noqa: PLC0415 - likewise

            self._store(charged(quota, obj, old, self._group_resource(key), self.now()), quota)

    # -- the chain ------------------------------------------------------------------------------------------------

    @_warning
    def _create(self, obj: Json, request: Request) -> Answer:
        metadata.wipe_system_fields(obj)
        attributes = self._attributes(Operation.CREATE, obj, None, request)
        metadata.drop_repeated_owners(obj, request.warnings)
        self._admission.admit(attributes)
        metadata.drop_repeated_owners(obj, request.warnings, after_admission=True)
        strategy, context = request.strategy, self._context(request)
        if strategy.virtual:
            return self._reviewed(obj, request)
        self._fill_system_fields(obj, request.group_resource, request.namespace)
        strategy.begin_create(obj, context)
        strategy.prepare_for_create(obj, context)
        self._refuse(strategy.validate(obj), obj, request)
        self._refuse(validate_common_create(obj, request.resource.namespaced), obj, request)
        obj = attributes.object = solid(obj) if request.hollow else obj
        request.warnings += strategy.warnings(obj, None)
        strategy.canonicalize(obj)
        self._admission.validate(replace(attributes, object=obj, name=obj["metadata"].get("name") or ""))
        existing = self.store.get(Store.key_of(obj))
        if existing is not None:
            raise _already_exists(existing, request)
        self._default_again(obj, request)
        stored = obj if request.dry_run else self.store.put(obj)
        return self._answer(stored, request, created=True)

    @_warning
    def _update(self, obj: Json, request: Request, *, preconditions: bool = True) -> Answer:
        old = self.store.get(
            conversion.storage_key(
                Store.key_of({**obj, "metadata": {**obj["metadata"], "name": request.name}})
            )
        )
        if old is None:
            if request.strategy.allow_create_on_update and not request.subresource:
                return self._create(obj, request)
            raise errors.not_found(request.group_resource, request.name)
        strategy, context = request.strategy, self._context(request)
        metadata.drop_repeated_owners(obj, request.warnings)
        if preconditions:
            _check_uid(obj, old, request)
        attributes = self._attributes(Operation.UPDATE, obj, old, request)
        self._admission.admit(attributes)
        metadata.drop_repeated_owners(obj, request.warnings, after_admission=True)
        _check_resource_version(obj, old, request)
        if not request.subresource:
            strategy.begin_update(obj, old, context)
        metadata.before_update(obj, old)
        prepare, check = strategy.steps(request.subresource)
        prepare(obj, old, context)
        metadata.keep_system_fields(obj, old)
        found = validate_common_fields(obj, old, request.resource.namespaced)
        self._refuse(found + check(obj, old), obj, request)
        obj = solid(obj) if request.hollow else obj
        if not request.subresource:
            request.warnings += strategy.warnings(obj, old)
        strategy.canonicalize(obj)
        self._admission.validate(replace(attributes, object=obj))
        if strategy.goes_with_update(obj, old):
            return self._gone(obj, request)
        self._default_again(obj, request)
        stored = obj if request.dry_run else self._store(obj, old)
        return self._answer(stored, request)

    def _reviewed(self, obj: Json, request: Request) -> Answer:
        request.strategy.prepare_for_create(obj, self._context(request))
        found = request.strategy.validate(obj)
        if found:
            raise errors.invalid(f".{request.resource.group}", "", found)
        return self._answer(solid(obj), request, created=True)

    # -- steps ----------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The instant of the request."""
        return self._now() if callable(self._now) else self._now

    def resource_for(self, gvk: GroupVersionKind) -> Resource:
        """Find the served resource of a type. Raises StatusError 404."""
        resource = self._registry.resource_for(gvk)
        if resource is None:
            raise errors.no_match(gvk.kind, gvk.api_version)
        return resource

    def read(self, value: Json, field_validation: str = "Strict") -> Json:
        """Decode and default an object without sending it anywhere. Raises StatusError."""
        request = self._request(value, "", "", dry_run=True, user=ADMIN)
        read: Json = solid(self._read(value, request, field_validation))
        return read

    def _as_stored(self, value: Json) -> Json:
        gvk = _gvk_of(value)
        if not is_builtin(gvk):
            return value
        try:
            obj: Json = decode(value, gvk, self.catalog, strict=False).value
        except errors.StatusError:
            return value
        obj.setdefault("metadata", {})
        default(obj)
        return conversion.to_storage(obj)

    def _request(self, value: Json, namespace: str, subresource: str, dry_run: bool, user: User) -> Request:
        served = self._registry.served(_text(value, "apiVersion"), _text(value, "kind"))
        if served is None:
            raise errors.no_match(_text(value, "kind"), _text(value, "apiVersion"))
        resource = served.resource
        if resource.namespaced:
            namespace = namespace or _text(value.get("metadata"), "namespace") or "default"
            if "/" in namespace:
                raise errors.StatusError(404, "NotFound", "the server could not find the requested resource")
        else:
            namespace = ""
        warnings = [served.deprecation] if served.deprecation else []
        return Request(resource, served.strategy, namespace, "", subresource, dry_run, user, warnings, [])

    @_warning
    def _read(self, value: Json, request: Request, field_validation: str) -> Json:
        resource = request.resource
        gvk = GroupVersionKind(resource.group, resource.version, resource.kind)
        custom = self._registry.custom(gvk)
        if custom is not None:
            return self._read_custom(value, custom, request, field_validation)
        decoded = decode(value, gvk, self.catalog, strict=field_validation == "Strict", hollow=True)
        if field_validation == "Warn":
            request.warnings += decoded.warnings
        obj, request.hollow = bygone.current(decoded.value), decoded.hollow
        obj.setdefault("metadata", {})
        default(obj)
        stored = conversion.to_storage(obj)
        if stored is not obj:
            decoded = decode(solid(stored), _gvk_of(stored), self.catalog, strict=False, hollow=True)
            stored, request.hollow = decoded.value, decoded.hollow
        return stored

    def _is_restatement(self, value: Json, request: Request) -> bool:
        """Whether a new status for what is stored is sent, the usual write of a controller."""
        resource = request.resource
        return (
            request.subresource == "status"
            and (resource.group, resource.kind) in routine.RESTATABLE
            and routine.restates(value, self.store.get(Store.key_of(value)))
            and self._is_routine(request.namespace)
        )

    @_warning
    def _restate(self, value: Json, request: Request) -> Answer:
        """Write a new status; nothing else is looked at, since nothing else is new."""
        old = self.get(Store.key_of(value))
        request.name = old["metadata"]["name"]
        status, hollow = decode_status(value["status"], request.resource.gvk, self.catalog)
        prepare, check = request.strategy.steps("status")
        obj = {**old, "metadata": dict(old["metadata"]), "status": status}
        prepare(obj, old, self._context(request))
        obj["metadata"] = old["metadata"]
        self._refuse(check(obj, old), obj, request)
        if hollow:
            obj["status"] = solid(status)
        request.strategy.canonicalize(obj)
        if request.strategy.goes_with_update(obj, old):
            return self._gone(obj, request)
        changed = not request.dry_run and obj["status"] != old.get("status")
        return self._answer(self.store.put(obj) if changed else obj, request)

    def _is_routine(self, namespace: str) -> bool:
        return not self._track_fields and self._usual and routine.undisturbed(self.store, namespace)

    def _read_custom(self, value: Json, kind: CustomKind, request: Request, field_validation: str) -> Json:
        from kplan.apiserver.customresource.decode import decode as decode_custom  # noqa: PLC0415 - custom kinds alone

        decoded = decode_custom(value, kind, strict=field_validation == "Strict")
        if field_validation == "Warn":
            request.warnings += decoded.warnings
        decoded.value.setdefault("metadata", {})
        return decoded.value

    def _default_again(self, obj: Json, request: Request) -> None:
        """What is read from storage is defaulted once more: labels that a Job got from its template, for one."""
        custom = self._registry.custom(request.resource.gvk)
        if custom is None:
            default(obj)
        else:
            from kplan.apiserver.customresource import pruning  # noqa: PLC0415 - likewise

            pruning.default(obj, custom.schema)

    def _field_manager(self, request: Request) -> "FieldManager":
        from kplan.apiserver import patching  # noqa: PLC0415 - most servers are never asked to patch

        gvk = request.resource.gvk
        shape = patching.shape_of(gvk, self.store)
        if shape is None:
            raise errors.no_match(gvk.kind, gvk.api_version)
        return patching.field_manager(gvk, request.subresource, shape, self.store, self.now())

    def _recovered(self, live: Json, request: Request) -> Json:
        """A live object with its managers, as far as kubectl's annotation still tells."""
        from kplan.apiserver.patch.managed_fields import last_applied_config  # noqa: PLC0415 - as for patches

        config = last_applied_config(live)
        if config is None or config.get("apiVersion") != request.resource.api_version:
            return live
        try:
            written = self._read(config, request, "Ignore")
        except errors.StatusError:
            return live
        version = conversion.to_version(written, request.resource.api_version)
        return self._field_manager(request).recovered(live, version)

    def _tracked(self, obj: Json, live: Json | None, request: Request, manager: str) -> Json:
        """Note who wrote which fields, where that is asked for."""
        if not self._track_fields:
            return obj
        version = request.resource.api_version
        before = None if live is None else conversion.to_version(live, version)
        tracked = self._field_manager(request).update(before, conversion.to_version(obj, version), manager)
        obj["metadata"].pop("managedFields", None)
        if entries := tracked["metadata"].get("managedFields"):
            obj["metadata"]["managedFields"] = entries
        return obj

    def _attributes(self, operation: Operation, obj: Json, old: Json | None, request: Request) -> Attributes:
        resource = request.resource
        return Attributes(
            operation=operation,
            gvk=GroupVersionKind(resource.group, resource.version, resource.kind),
            resource=resource.plural,
            namespaced=resource.namespaced,
            namespace=request.name
            if resource.kind == "Namespace" and not resource.group
            else request.namespace,
            name=request.name,
            object=obj,
            old_object=old,
            subresource=request.subresource,
            store=self.store,
            now=self.now(),
            dry_run=request.dry_run,
            user=request.user,
            warnings=request.warnings,
            webhooks=request.webhooks,
        )

    def _context(self, request: Request) -> Context:
        return Context(self.store, self.now(), request.dry_run, request.warnings)

    def _fill_system_fields(self, obj: Json, group_resource: str, namespace: str) -> None:
        meta = obj["metadata"]
        base = meta.get("generateName")
        seed = (group_resource, namespace, self.store.revision)
        if base and not meta.get("name"):
            meta["name"] = names.generate_name(base, *seed)
            for attempt in range(1, 8):
                if Store.key_of(obj) not in self.store:
                    break
                meta["name"] = names.generate_name(base, *seed, attempt)
        meta["uid"] = names.uid(*seed, meta.get("name"))
        meta["creationTimestamp"] = names.timestamp(self.now())

    def _refuse(self, found: field.ErrorList, obj: Json, request: Request) -> None:
        if found:
            resource = request.resource
            group = obj["apiVersion"].rpartition("/")[0]
            kind = f"{resource.kind}.{group}" if group else resource.kind
            raise errors.invalid(kind, obj["metadata"].get("name") or "", found)

    def _store(self, obj: Json, old: Json) -> Json:
        """Write, unless nothing changed: then the resourceVersion stays, too."""
        if {
            **obj,
            "metadata": {**obj["metadata"], "resourceVersion": old["metadata"].get("resourceVersion")},
        } == old:
            return old
        return self.store.put(obj)

    def _gone(self, obj: Json, request: Request) -> Answer:
        if not request.dry_run:
            self.store.delete(Store.key_of(obj))
        return self._answer(obj, request)

    def _answer(self, stored: Json, request: Request, *, created: bool = False) -> Answer:
        if self.catalog.version != NEWEST and is_builtin(request.resource.gvk):
            stored = fitted(stored, _gvk_of(stored), self.catalog).value
        warnings, webhooks = tuple(request.warnings), tuple(request.webhooks)
        return Answer(stored, request.resource.gvk, warnings, created, webhooks)

    def _group_resource(self, key: ObjectKey) -> str:
        resource = self._registry.by_kind(key.group, key.kind)
        plural = resource.plural if resource else key.kind.lower()
        return f"{plural}.{key.group}" if key.group else plural


def _enabled() -> Chain:
    from kplan.apiserver.admission import ENABLED  # noqa: PLC0415 - a server without plug-ins does not load them

    return ENABLED


def _gvk_of(value: Json) -> GroupVersionKind:
    return GroupVersionKind.of(_text(value, "apiVersion"), _text(value, "kind"))


def _text(value: Any, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _check_namespace(obj: Json, request: Request) -> None:
    meta = obj["metadata"]
    if not request.resource.namespaced:
        meta.pop("namespace", None)
    elif not meta.get("namespace"):
        meta["namespace"] = request.namespace
    elif meta["namespace"] != request.namespace:
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )


def _check_name(obj: Json, request: Request) -> None:
    name = obj["metadata"].get("name")
    if not request.name:
        raise errors.bad_request("resource name may not be empty")
    if not name:
        obj["metadata"]["name"] = request.name
    elif name != request.name:
        raise errors.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({request.name})"
        )


def _check_uid(obj: Json, old: Json, request: Request) -> None:
    wanted, actual = obj["metadata"].get("uid"), old["metadata"].get("uid", "")
    if wanted and wanted != actual:
        resource = request.resource
        key = storage_key(resource, request.namespace, request.name, custom=not is_builtin(resource.gvk))
        message = (
            f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}"
        )
        raise errors.conflict(request.group_resource, request.name, message)


def _check_resource_version(obj: Json, old: Json, request: Request) -> None:
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


def _check_preconditions(old: Json, options: DeleteOptions, request: Request) -> None:
    meta, kind = old["metadata"], request.resource
    subject = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    if options.uid and options.uid != meta.get("uid"):
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


def _already_exists(existing: Json, request: Request) -> errors.StatusError:
    refusal = errors.already_exists(request.group_resource, existing["metadata"]["name"])
    if existing["metadata"].get("deletionTimestamp") is None:
        return refusal
    return errors.StatusError(409, "AlreadyExists", f"object is being deleted: {refusal.message}")
