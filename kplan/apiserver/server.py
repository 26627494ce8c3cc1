"""The API server: the verbs. A write is read, passes the request chain and is stored, dry runs all but the last.

Everything kplan says about what a cluster would answer comes from here.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver import conversion, errors
from kplan.apiserver.attributes import ADMIN, Chain, Operation, User
from kplan.apiserver.chain import RequestChain
from kplan.apiserver.decode import encode
from kplan.apiserver.patch.go_values import copy
from kplan.apiserver.reading import Reader
from kplan.apiserver.registry import Registry
from kplan.apiserver.releases import older_minor
from kplan.apiserver.request import Answer, Request, check_manager, check_name, check_namespace, warning
from kplan.apiserver.tracking import Tracking
from kplan.schema.catalog import Catalog
from kplan.schema.discovery import Discovery, Resource
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.deletion import DeleteOptions
    from kplan.apiserver.fast_path.moulds import Pattern
    from kplan.apiserver.fast_path.path import FastPath
    from kplan.apiserver.patchbody import PatchType

_COMPONENT_STATUS: Final = "ComponentStatus"
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


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
        """``track_fields`` keeps metadata.managedFields on every write, not only on server-side apply."""
        self.store = store
        self.catalog = catalog or Catalog.for_version()
        self._default_admission = plugins is None
        self.now: Callable[[], datetime] = now if callable(now) else lambda: now
        """The instant of a request."""
        self._registry = Registry(self.catalog, store)
        self._reader = Reader(self.catalog, self._registry)
        self._tracking = Tracking(store, self._reader, self.now, always=track_fields)
        admission = _enabled(self.catalog.version) if plugins is None else plugins
        self._chain = RequestChain(store, self.catalog, self._reader, admission, self.now)

    def recording(self, manager: str = "") -> "Server":
        """The same server for the requests of a user: it notes who wrote which fields,
        in the name of ``manager`` if given.
        """
        from copy import copy as shallow  # noqa: PLC0415 - few servers are for a user

        view = shallow(self)
        view.__dict__["_tracking"] = self._tracking.of_user(manager)
        view.__dict__.pop("_fast", None)  # it is closed where fields are noted
        return view

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
        warns: bool = True,
    ) -> Answer:
        """Create an object; ``warns`` is False if nobody reads warnings. Raises StatusError."""
        request = self._request(value, namespace, "", dry_run, user)
        check_manager(manager, "CreateOptions")
        request.warns = warns
        obj = self._reader.read(value, request, field_validation)
        check_namespace(obj, request)
        request.name = obj["metadata"].get("name") or ""
        return self._chain.create(self._tracking.tracked(obj, None, request, manager), request)

    def create_like(self, value: Json, pattern: "Pattern", *, manager: str, user: User) -> Json:
        """Create a pod of a pattern, in which they differ in nothing but their names; the answer is what is stored."""

        def create(pod: Json) -> Json:
            return self.create(pod, manager=manager, user=user, warns=False).stored

        return self._fast.cast(value, pattern, create)

    def record(
        self, regarding: Json, event_type: str, reason: str, message: str, source: str, *, user: User = ADMIN
    ) -> None:
        """Store an Event that a recorder makes about an object, under a free name. Raises StatusError."""
        left = self._fast.record(regarding, event_type, reason, message, source)
        if left is not None:
            self.create(left, manager=source, user=user)

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
        endpoint: str = "",
    ) -> Answer:
        """Replace an object, or one of its subresources. Raises StatusError.

        The ``endpoint`` is a subresource through which the whole object is written.
        """
        request = self._request(value, namespace, subresource, dry_run, user)
        check_manager(manager, "UpdateOptions")
        if subresource and not self.serves(request.resource, subresource):
            raise self._no_subresource(request.resource.gvk, name or _text(value.get("metadata"), "name"))
        old = self.store.get(Store.key_of(value)) if subresource == "status" else None
        kind = (request.resource.group, request.resource.kind)
        if old is not None and self._fast.takes_status(kind, value, old, request.namespace):
            return self._chain.update_status(value, old, request)
        obj = self._reader.read(value, request, field_validation)
        check_namespace(obj, request)
        request.name = name or obj["metadata"].get("name") or ""
        check_name(obj, request)
        key = ObjectKey(request.resource.group, request.resource.kind, request.namespace, request.name)
        live = self.find(key)
        if endpoint == "scale" and live is not None:
            request.scales = self._scale(obj), self._scale(live)
        tracked = self._tracking.tracked(obj, live, request, manager, endpoint)
        return self._chain.update(tracked, request)

    def rewrite(self, value: Json, subresource: str = "") -> Json | None:
        """Replace an object by the fast path, for callers that read no warnings;
        None if the request chain has to look.
        """
        return self._fast.rewrite(value, subresource)

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
        """Patch an object; a server-side apply creates it if it is missing. Raises StatusError."""
        from kplan.apiserver.patchbody import PatchType  # noqa: PLC0415 - most servers are never asked to patch

        live = self.find(key)
        api_version = api_version or (live or {}).get("apiVersion", "")
        type_meta = {"apiVersion": api_version, "kind": key.kind}
        request = self._request(type_meta, key.namespace, subresource, dry_run, user)
        check_manager(manager, "PatchOptions")
        if subresource and not self.serves(request.resource, subresource):
            raise self._no_subresource(request.resource.gvk, key.name)
        request.name = key.name
        if live is None and (subresource or patch_type is not PatchType.APPLY):
            raise errors.not_found(request.group_resource, key.name)
        before = None if live is None else self._reader.in_version(live, api_version)
        return self._patched(request, live, before, patch, patch_type, field_validation, manager, force=force)

    @warning
    def _patched(
        self,
        request: Request,
        live: Json | None,
        before: Json | None,
        patch: Any,
        patch_type: "PatchType",
        field_validation: str,
        manager: str,
        *,
        force: bool,
    ) -> Answer:
        """Patch a stored object in the version asked for."""
        from kplan.apiserver import patching  # noqa: PLC0415 - as above
        from kplan.apiserver.patchbody import PatchType  # noqa: PLC0415 - as above

        gvk = request.resource.gvk
        patch = copy(patch)
        if patch_type is PatchType.APPLY:
            fields = self._tracking.field_manager(request)
            recovered = None if before is None else encode(self._tracking.recovered(before, request), gvk)
            value = fields.apply(recovered, patch, manager, force=force)
        else:
            value = patching.apply_patch(
                before or {}, patch, patch_type, gvk, field_validation=field_validation
            )
        patched = value
        value = patching.typed(value, patch, patch_type, gvk, request.name, self._is_served, field_validation)
        value = patching.restored(value, patch, patch_type, gvk)
        with patching.refusals_of(patched, patch, patch_type, gvk):
            obj = self._reader.read(value, request, field_validation, applied=patch_type is PatchType.APPLY)
        check_namespace(obj, request)
        check_name(obj, request)
        if patch_type is not PatchType.APPLY:
            obj = self._tracking.tracked(obj, live, request, manager)
        if live is None:
            return self._chain.create(obj, request)
        return self._chain.update(obj, request, preconditions=False)

    def get(self, key: ObjectKey, api_version: str = "") -> Json:
        """Read one object, in the version asked for. Raises StatusError 404."""
        value = self.find(key)
        if value is None:
            raise errors.not_found(self._group_resource(key), key.name)
        return self._reader.in_version(value, api_version)

    def show(
        self, key: ObjectKey, api_version: str, *, owners: bool = False, managers: bool = True
    ) -> Json | None:
        """Read one object as an answer prints it, nulls and managedFields included, or None.

        With ``owners``, managedFields tell also who wrote the status; without ``managers``, no
        more than is kept of them.
        """
        value = self.find(key)
        if value is None:
            return None
        request = self._request(
            {"apiVersion": api_version, "kind": key.kind}, key.namespace, "", dry_run=True, user=ADMIN
        )
        live = self._reader.in_version(value, api_version)
        recovered = self._tracking.recovered(live, request) if managers else live
        if owners:
            recovered = self._tracking.with_status_owner(recovered, request)
        return encode(recovered, request.resource.gvk, older_minor(self.catalog))

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object as it is stored, or None."""
        found = self.store.get(conversion.storage_key(key))
        if found is None and key.kind == _COMPONENT_STATUS:
            from kplan.apiserver.componentstatus import component_status  # noqa: PLC0415 - few ask for them

            return component_status(key.name)
        return found

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order; ``labels`` is a selectors.labels.Selector."""
        if kind == _COMPONENT_STATUS and not group:
            from kplan.apiserver.componentstatus import component_statuses  # noqa: PLC0415 - likewise

            return [] if labels is not None and not labels.matches({}) else component_statuses()
        found = self.store.list(*conversion.storage_key(ObjectKey(group, kind, "", ""))[:2], namespace)
        if labels is None:
            return found
        return [value for value in found if labels.matches(value["metadata"].get("labels") or {})]

    def definitions(self) -> Sequence[Json]:
        """The definitions of custom kinds, which every user may discover."""
        return self.list("apiextensions.k8s.io", "CustomResourceDefinition")

    def delete(
        self,
        key: ObjectKey,
        options: "DeleteOptions | None" = None,
        *,
        dry_run: bool = False,
        user: User = ADMIN,
    ) -> Answer:
        """Delete an object, or mark it if finalizers or a grace period make it wait. Raises StatusError."""
        if options is None:
            from kplan.apiserver.deletion import DeleteOptions  # noqa: PLC0415 - as for patches

            options = DeleteOptions()
        old = self.get(key)
        request = self._request(old, key.namespace, "", dry_run, user)
        request.name = key.name
        judged = not self._default_admission or key.kind == "Namespace" or self._fast.admission.has_policies()
        return self._chain.delete(old, options, request, judged=judged)

    def bind(self, key: ObjectKey, node: str, *, user: User = ADMIN) -> Answer:
        """Bind a pod to a node. Raises StatusError 404 or 409."""
        from kplan.apiserver.subresources import binding  # noqa: PLC0415 - as for patches
        from kplan.schema.changes.behaviours import Behaviour, behaviours_of  # noqa: PLC0415 - likewise

        old = self.get(key)
        request = self._request(old, key.namespace, "binding", dry_run=False, user=user)
        request.name = key.name
        labels = self._labels_for(key, node, request)
        nominated = Behaviour.CLEARED_NOMINATION not in behaviours_of(self.catalog.version)
        pod = binding.bound(old, node, labels, self.now(), nominated=nominated)
        return self._chain.answer(self.store.replace(key, pod, old), request)

    def evict(
        self,
        key: ObjectKey,
        options: "DeleteOptions | None" = None,
        *,
        dry_run: bool = False,
        user: User = ADMIN,
    ) -> Answer:
        """Evict a pod, if its disruption budget has room. Raises StatusError 404, 429 or 500."""
        from kplan.apiserver.subresources import eviction  # noqa: PLC0415 - as for patches

        permission = eviction.permitted(self.get(key), self.store, self.now())
        if not dry_run:
            if permission.budget is not None:
                self.store.put(permission.budget)
            self.store.put(permission.pod)
        return self.delete(key, options, dry_run=dry_run, user=user)

    def scale(self, key: ObjectKey) -> Json:
        """Read the Scale of an object. Raises StatusError 404."""
        return self._scale(self.get(key))

    def _scale(self, obj: Json) -> Json:
        from kplan.apiserver.subresources import scale  # noqa: PLC0415 - as for patches

        gvk = GroupVersionKind.of(obj["apiVersion"], obj["kind"])
        found = scale.scale_of(obj, self._registry.custom(gvk))
        if found is None:
            raise self._no_subresource(gvk, obj["metadata"]["name"])
        return found

    def set_scale(
        self, key: ObjectKey, replicas: int, *, dry_run: bool = False, manager: str = "kplan"
    ) -> Answer:
        """Ask for another number of replicas. Raises StatusError."""
        from kplan.apiserver.subresources import scale  # noqa: PLC0415 - as for patches

        obj = self.get(key)
        custom = self._registry.custom(GroupVersionKind.of(obj["apiVersion"], obj["kind"]))
        scaled = scale.with_replicas(obj, replicas, custom)
        if custom is None:  # whether a custom resource may be scaled so, its schema says
            scale.check(replicas, key.name)
        return self.update(
            scaled, namespace=key.namespace, dry_run=dry_run, manager=manager, endpoint="scale"
        )

    def count_quota(self, namespace: str, name: str) -> None:
        """Write a quota's status, for a store that no quota controller watches."""
        quota = self.get(ObjectKey("", "ResourceQuota", namespace, name))
        hard = (quota.get("spec") or {}).get("hard") or {}
        objects = (
            obj for group, kind in self.store.kinds() for obj in self.store.list(group, kind, namespace)
        )
        from kplan.apiserver.quota.counted import countable  # noqa: PLC0415 - few namespaces have a quota
        from kplan.apiserver.quota.usage import total_usage  # noqa: PLC0415 - likewise

        counted = countable(self.catalog.discovery)
        used = total_usage(
            quota, objects, lambda obj: self._group_resource(Store.key_of(obj)), counted, self.now()
        )
        self._chain.write({**quota, "status": {"hard": hard, "used": used} if hard else {}}, quota)

    def load(self, objects: Iterable[Json]) -> Sequence[tuple[Json, errors.StatusError]]:
        """Take over the objects of a cluster: decoded and defaulted, without validation and admission.

        The answer is what no cluster can hold, and why; it is left out.
        """
        refused = []

        def readable() -> Iterator[Json]:
            for value in objects:
                try:
                    yield self._reader.as_stored(value)
                except errors.StatusError as error:
                    refused.append((value, error))

        self.store.load(readable())
        return refused

    def store_dry_run(self, answer: Answer) -> None:
        """Store the answer of a dry run and charge quotas, so that later dry runs against the same fork see it."""
        obj, key = answer.stored, Store.key_of(answer.stored)
        old = self.store.get(key)
        self.store.put(obj)
        for quota in self.store.list("", "ResourceQuota", key.namespace) if key.namespace else ():
            from kplan.apiserver.quota.usage import charged  # noqa: PLC0415 - likewise

            self._chain.write(charged(quota, obj, old, self._group_resource(key), self.now()), quota)

    # -- steps ----------------------------------------------------------------------------------------------------

    def discovery(self) -> Discovery:
        """Everything served, the kinds of the store's definitions as well."""
        return self._registry.discovery()

    def resource_for(self, gvk: GroupVersionKind) -> Resource:
        """Find the served resource of a type. Raises StatusError 404."""
        resource = self._registry.resource_for(gvk)
        if resource is None:
            raise errors.no_match(gvk.kind, gvk.api_version)
        return resource

    def deprecation(self, resource: Resource) -> str:
        """The warning in every answer about a deprecated kind; empty for the others."""
        return self._registry.deprecation(resource)

    def serves(self, resource: Resource, subresource: str) -> bool:
        """Whether objects of a resource are written through this subresource as well."""
        from kplan.apiserver.subresources.served import serves  # noqa: PLC0415 - as for patches

        served = self._registry.served(resource.api_version, resource.kind)
        custom = self._registry.custom(resource.gvk)
        if served is None or served.strategy.virtual:
            return False
        return serves(subresource, resource.gvk, served.strategy.subresources, custom)

    def _is_served(self, gvk: GroupVersionKind) -> bool:
        return self._registry.resource_for(gvk) is not None

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
        return Request(
            resource,
            served.strategy,
            namespace,
            "",
            subresource,
            dry_run=dry_run,
            user=user,
            warnings=warnings,
        )

    def _labels_for(self, key: ObjectKey, node: str, request: Request) -> Json:
        """The labels that admission gives a pod that is bound to a node. Raises StatusError."""
        if self._fast.is_open(key.namespace):
            from kplan.apiserver.admission.pod_topology_labels import topology  # noqa: PLC0415 - likewise
            from kplan.schema.changes.behaviours import Behaviour, behaviours_of  # noqa: PLC0415 - likewise

            labelled = Behaviour.POD_TOPOLOGY_LABELS in behaviours_of(self.catalog.version)
            found = self.store.get(ObjectKey("", "Node", "", node)) if labelled else None
            return {} if found is None else topology(found)
        target = {"kind": "Node", "name": node}
        sent = {"metadata": {"name": key.name}, "target": target}
        attributes = self._chain.attributes(Operation.CREATE, sent, None, request)
        self._chain.admit(attributes)
        return attributes.object["metadata"].get("labels") or {}

    @cached_property
    def _fast(self) -> "FastPath":
        from kplan.apiserver.fast_path.path import FastPath  # noqa: PLC0415 - likewise

        usable = self._default_admission and not self._tracking.always
        return FastPath(
            self.store, self.catalog.version, self.now, self._chain.fill_system_fields, usable=usable
        )

    def _no_subresource(self, gvk: GroupVersionKind, name: str) -> errors.StatusError:
        """The answer for a subresource that a kind does not have;
        for a custom kind the same as for a missing object.
        """
        from kplan.apiserver.subresources.served import not_served  # noqa: PLC0415 - as for patches

        if self._registry.custom(gvk) is None:
            return not_served()
        return errors.not_found(self._group_resource(ObjectKey(gvk.group, gvk.kind, "", name)), name)

    def _group_resource(self, key: ObjectKey) -> str:
        resource = self._registry.by_kind(key.group, key.kind)
        plural = resource.plural if resource else key.kind.lower()
        return f"{plural}.{key.group}" if key.group else plural


def _enabled(version: str) -> Chain:
    from kplan.apiserver.admission import enabled  # noqa: PLC0415 - a server without plug-ins does not load them

    return enabled(version)


def _text(value: Any, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""
