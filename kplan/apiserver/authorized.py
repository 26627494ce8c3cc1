"""The API server as seen by a user whose rights are limited.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go
"""

from collections.abc import Sequence
from typing import Any

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver.attributes import User
from kplan.apiserver.authorization.authorizer import Access, require
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server


class AuthorizedServer(Server):
    """Authorizes each request for the user, then hands it to the server itself."""

    def __init__(self, server: Server, user: User) -> None:
        self.__dict__.update(server.__dict__)
        self._server = server
        self._user = user

    def create(self, value: Json, *, namespace: str = "", **options: Any) -> Answer:
        """Create an object. Raises StatusError."""
        resource = self._server.resource_for(GroupVersionKind.of(value["apiVersion"], value["kind"]))
        place = namespace or (value.get("metadata") or {}).get("namespace") or "default"
        key = ObjectKey(resource.group, resource.kind, place if resource.namespaced else "", "")
        self._require("create", key)
        return self._server.create(value, namespace=namespace, user=self._user, **options)

    def update(self, value: Json, *, namespace: str = "", subresource: str = "", **options: Any) -> Answer:
        """Replace an object. Raises StatusError."""
        resource = self._server.resource_for(GroupVersionKind.of(value["apiVersion"], value["kind"]))
        metadata = value["metadata"]
        place = (namespace or metadata.get("namespace") or "default") if resource.namespaced else ""
        key = ObjectKey(resource.group, resource.kind, place, options.get("name") or metadata["name"])
        self._require("update", key, subresource)
        return self._server.update(
            value, namespace=namespace, subresource=subresource, user=self._user, **options
        )

    def patch(self, key: ObjectKey, *given: Any, subresource: str = "", **options: Any) -> Answer:
        """Patch an object. Raises StatusError."""
        self._require("patch", key, subresource)
        return self._server.patch(key, *given, subresource=subresource, user=self._user, **options)

    def get(self, key: ObjectKey, api_version: str = "") -> Json:
        """Read one object. Raises StatusError."""
        self._require("get", key)
        return self._server.get(key, api_version)

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object, or None. Raises StatusError."""
        self._require("get", key)
        return self._server.find(key)

    def show(self, key: ObjectKey, api_version: str, **options: bool) -> Json | None:
        """Read one object that was found as an answer prints it."""
        return self._server.show(key, api_version, **options)

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order. Raises StatusError."""
        self._require("list", ObjectKey(group, kind, namespace, ""))
        return self._server.list(group, kind, namespace, labels)

    def definitions(self) -> Sequence[Json]:
        """The definitions of custom kinds, which every user may discover."""
        return self._server.definitions()

    def delete(self, key: ObjectKey, options: DeleteOptions | None = None, **more: Any) -> Answer:
        """Delete an object. Raises StatusError."""
        self._require("delete", key)
        return self._server.delete(key, options, user=self._user, **more)

    def evict(self, key: ObjectKey, options: DeleteOptions | None = None, **more: Any) -> Answer:
        """Evict a pod. Raises StatusError."""
        self._require("create", key, "eviction")
        return self._server.evict(key, options, **more)

    def scale(self, key: ObjectKey) -> Json:
        """Read the Scale of an object. Raises StatusError."""
        self._require("get", key, "scale")
        return self._server.scale(key)

    def set_scale(self, key: ObjectKey, replicas: int, **options: Any) -> Answer:
        """Ask for another number of replicas. Raises StatusError."""
        self._require("patch", key, "scale")
        return self._server.set_scale(key, replicas, **options)

    def _require(self, verb: str, key: ObjectKey, subresource: str = "") -> None:
        found = self.discovery().by_kind(key.group, key.kind)
        resource = found.plural if found else key.kind.lower()
        access = Access(verb, key.group, resource, subresource, key.name, key.namespace)
        require(self._user, access, self.store)
