"""The request chain in upstream's order, for dry runs and real requests alike.

Mutating admission -> prepare -> validate -> warn, canonicalise -> validating admission -> store.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion, errors, field, metadata, names
from kplan.apiserver.attributes import Attributes, Chain, Operation
from kplan.apiserver.decode import is_builtin
from kplan.apiserver.empty_fields import plain
from kplan.apiserver.meta import validate_common_create, validate_common_fields
from kplan.apiserver.reading import Reader
from kplan.apiserver.registry.strategy import Context
from kplan.apiserver.releases import older_minor, trim_to_release
from kplan.apiserver.request import (
    Answer,
    Request,
    already_exists,
    check_delete_options,
    check_preconditions,
    check_resource_version,
    check_uid,
    warning,
)
from kplan.schema.catalog import Catalog
from kplan.schema.layouts import RELEASE
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.deletion import DeleteOptions

_KEPT_PODS: Final = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
    "set propagationPolicy=Orphan to suppress this warning"
)


class RequestChain:
    """What every write passes once it is read."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        reader: Reader,
        admission: Chain,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._minor = older_minor(catalog)
        self._reader = reader
        self._admission = admission
        self._now = now

    @warning
    def create(self, obj: Json, request: Request) -> Answer:
        """Create an object. Raises StatusError."""
        metadata.wipe_system_fields(obj)
        attributes = self.attributes(Operation.CREATE, obj, None, request)
        metadata.drop_repeated_owners(obj, request.warnings)
        self._admission.admit(attributes)
        metadata.drop_repeated_owners(obj, request.warnings, after_admission=True)
        strategy, context = request.strategy, self._context(request)
        if strategy.virtual:
            return self._reviewed(obj, request)
        self.fill_system_fields(obj, request.group_resource, request.namespace)
        self._begin(partial(strategy.begin_create, obj, context), obj, request)
        self._drop_disabled(obj, None)
        strategy.prepare_for_create(obj, context)
        self._refuse(strategy.validate(obj), obj, request)
        self._refuse(validate_common_create(obj, request.resource.namespaced), obj, request)
        obj = plain(obj) if request.remembers_empty else obj
        if request.warns:
            request.warnings += self._warnings(obj, None, request)
        strategy.canonicalize(obj)
        attributes.object, attributes.name = obj, obj["metadata"].get("name") or ""
        self._admission.validate(attributes)
        existing = self._store.get(Store.key_of(obj))
        if existing is not None:
            raise already_exists(existing, request)
        obj = self._reader.read_back(obj, request)
        stored = obj if request.dry_run else self._store.put(obj)
        return self.answer(stored, request, created=True)

    @warning
    def update(self, obj: Json, request: Request, *, preconditions: bool = True) -> Answer:
        """Replace an object, or one of its subresources. Raises StatusError."""
        old = self._store.get(
            conversion.storage_key(
                Store.key_of({**obj, "metadata": {**obj["metadata"], "name": request.name}})
            )
        )
        if old is None:
            if request.strategy.allow_create_on_update and not request.subresource:
                return self.create(obj, request)
            raise errors.not_found(request.group_resource, request.name)
        before = old
        if not is_builtin(request.resource.gvk):
            old = self._reader.in_version(old, request.resource.api_version)
        strategy, context = request.strategy, self._context(request)
        metadata.drop_repeated_owners(obj, request.warnings)
        if preconditions:
            check_uid(obj, old, request)
        attributes = (
            self.attributes(Operation.UPDATE, obj, old, request)
            if request.scales is None
            else self._scaling(*request.scales, request)
        )
        self._admission.admit(attributes)
        metadata.drop_repeated_owners(obj, request.warnings, after_admission=True)
        check_resource_version(obj, old, request)
        if not request.subresource:
            self._begin(partial(strategy.begin_update, obj, old, context), obj, request)
        metadata.before_update(obj, old)
        prepare, check = strategy.steps(request.subresource)
        self._drop_disabled(obj, old)
        prepare(obj, old, context)
        metadata.keep_system_fields(obj, old)
        found = validate_common_fields(obj, old, request.resource.namespaced)
        self._refuse(found + check(obj, old), obj, request)
        obj = plain(obj) if request.remembers_empty else obj
        if not request.subresource:
            request.warnings += self._warnings(obj, old, request)
        strategy.canonicalize(obj)
        if request.scales is None:
            attributes.object = obj
        self._admission.validate(attributes)
        if strategy.should_delete_during_update(obj, old):
            return self._removed(obj, request)
        obj = self._reader.read_back(obj, request)
        stored = obj if request.dry_run else self.write(obj, before)
        return self.answer(stored, request)

    @warning
    def update_status(self, value: Json, old: Json, request: Request) -> Answer:
        """Write a new status without admission, since nothing else is new (the fast path). Raises StatusError."""
        request.name = old["metadata"]["name"]
        status = self._reader.read_status(value["status"], request)
        prepare, check = request.strategy.steps("status")
        obj = {**old, "metadata": dict(old["metadata"]), "status": status}
        prepare(obj, old, self._context(request))
        obj["metadata"] = old["metadata"]
        self._refuse(check(obj, old), obj, request)
        if request.remembers_empty:
            obj["status"] = plain(status)
        request.strategy.canonicalize(obj)
        if request.strategy.should_delete_during_update(obj, old):
            return self._removed(obj, request)
        changed = not request.dry_run and obj["status"] != old.get("status")
        return self.answer(self._store.put(obj) if changed else obj, request)

    @warning
    def delete(self, old: Json, options: "DeleteOptions", request: Request, *, judged: bool = True) -> Answer:
        """Delete an object, or mark it for deletion if finalizers or a grace period delay it. Raises StatusError.

        ``judged`` is False if no admission plug-in would look at it.
        """
        check_delete_options(options)
        if not options.propagation and old["kind"] == "Job":
            request.warnings.append(_KEPT_PODS)
        check_preconditions(old, options, request)
        if judged:
            self.admit(self.attributes(Operation.DELETE, {}, old, request))
        left = request.strategy.delete(old, options, self._now())
        if left is None:
            return self._removed(old, request)
        if left is not old and not request.dry_run:
            left = self._store.put(left)
        return self.answer(left, request)

    def admit(self, attributes: Attributes) -> None:
        """Run all admission plug-ins for a request without preparation or validation: a deletion, a binding.

        Raises StatusError.
        """
        self._admission.admit(attributes)
        self._admission.validate(attributes)

    def _reviewed(self, obj: Json, request: Request) -> Answer:
        request.strategy.prepare_for_create(obj, self._context(request))
        found = request.strategy.validate(obj)
        if found:
            raise errors.invalid(f".{request.resource.group}", "", found)
        return self.answer(plain(obj), request, created=True)

    def attributes(self, operation: Operation, obj: Json, old: Json | None, request: Request) -> Attributes:
        """The attributes of a request that admission sees."""
        resource = request.resource
        return Attributes(
            operation=operation,
            gvk=resource.gvk,
            resource=resource.plural,
            namespaced=resource.namespaced,
            namespace=request.name
            if resource.kind == "Namespace" and not resource.group
            else request.namespace,
            name=request.name,
            object=obj,
            old_object=old,
            subresource=request.subresource,
            store=self._store,
            now=self._now(),
            dry_run=request.dry_run,
            user=request.user,
            warnings=request.warnings,
            webhooks=request.webhooks,
        )

    def _scaling(self, scale: Json, old: Json, request: Request) -> Attributes:
        """The attributes of a request to the scale subresource: admission sees the Scale, not the object."""
        attributes = self.attributes(Operation.UPDATE, scale, old, request)
        attributes.subresource = "scale"
        return attributes

    def _context(self, request: Request) -> Context:
        return Context(self._store, self._now(), request.dry_run, request.warnings, request.user)

    def fill_system_fields(self, obj: Json, group_resource: str, namespace: str) -> None:
        """Give a new object its name, uid and time."""
        meta = obj["metadata"]
        base = meta.get("generateName")
        seed = (group_resource, namespace, self._store.revision)
        if base and not meta.get("name"):
            meta["name"] = names.generate_name(base, *seed)
            for attempt in range(1, 8):
                if Store.key_of(obj) not in self._store:
                    break
                meta["name"] = names.generate_name(base, *seed, attempt)
        meta["uid"] = names.uid(*seed, meta.get("name"))
        meta["creationTimestamp"] = names.timestamp(self._now())

    def _drop_disabled(self, obj: Json, old: Json | None) -> None:
        if self._minor:
            from kplan.apiserver.older.gates import drop_disabled_fields  # noqa: PLC0415 - older minors alone

            drop_disabled_fields(obj, old, self._minor)

    def _begin(self, begin: Callable[[], None], obj: Json, request: Request) -> None:
        """Start a write; from here on refusals are worded as the release's. Raises StatusError."""
        try:
            begin()
        except errors.StatusError as refusal:
            if self._minor:
                self._refuse(refusal.found, obj, request)
            raise

    def _warnings(self, obj: Json, old: Json | None, request: Request) -> list[str]:
        warn = request.strategy.warnings
        if not self._minor:
            return warn(obj, old)
        from kplan.apiserver.older.warnings import as_warned_by  # noqa: PLC0415 - likewise

        return as_warned_by(self._minor, lambda seen: warn(seen, old), obj)

    def _refuse(self, found: field.ErrorList, obj: Json, request: Request) -> None:
        if self._minor:
            from kplan.apiserver.older.errors import as_said_by  # noqa: PLC0415 - likewise

            found = as_said_by(self._minor, found, obj)
        if found:
            resource = request.resource
            group = obj["apiVersion"].rpartition("/")[0]
            kind = f"{resource.kind}.{group}" if group else resource.kind
            raise errors.invalid(kind, obj["metadata"].get("name") or "", found)

    def write(self, obj: Json, old: Json) -> Json:
        """Write, unless nothing changed: then the resourceVersion stays."""
        if {
            **obj,
            "metadata": {**obj["metadata"], "resourceVersion": old["metadata"].get("resourceVersion")},
        } == old:
            return old
        return self._store.put(obj)

    def _removed(self, obj: Json, request: Request) -> Answer:
        if not request.dry_run:
            self._store.delete(Store.key_of(obj))
        return self.answer(obj, request)

    def answer(self, stored: Json, request: Request, *, created: bool = False) -> Answer:
        """The answer to a request."""
        if self._catalog.version != RELEASE and is_builtin(request.resource.gvk):
            stored = trim_to_release(
                stored, GroupVersionKind.of(stored["apiVersion"], stored["kind"]), self._catalog
            ).value
        warnings, gvk = tuple(dict.fromkeys(request.warnings)), request.resource.gvk
        webhooks = tuple(request.webhooks)
        is_converted = stored["apiVersion"] != gvk.api_version and not is_builtin(gvk)
        custom = self._reader.in_version(stored, gvk.api_version) if is_converted else None
        return Answer(stored, gvk, warnings, created, webhooks, self._minor, custom)
