"""The pods that a question is about: pods of the state, those of workloads, or the ones that manifests would make."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.pipeline.states import State

if TYPE_CHECKING:
    from kplan.api.gvk import ObjectKey
    from kplan.api.object import Json, Object
    from kplan.schema.discovery import Resource

_WORKLOADS = frozenset(
    ["Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController"]
)


class Asked(NamedTuple):
    """Where pods are looked for."""

    state: State
    given: "Sequence[tuple[Object, Json]]"
    """Manifests, each with its pod as the API server would store it."""
    namespace: str
    kubernetes: str
    admitted: "Callable[[Json], Json]"
    """Makes of a pod what the API server would store."""

    def pods(self, names: Iterable[str]) -> "list[Json]":
        """The pods of these names; without any, those of all manifests. Raises UsageError."""
        asked = list(names)
        if not asked:
            return [pod for _, pod in self.given]
        return [pod for name in asked for pod in self._named(name)]

    def _named(self, text: str) -> "Iterator[Json]":
        kind, slash, name = text.rpartition("/")
        resource = self._resource(kind if slash else "pods", text)
        found = [pod for item, pod in self.given if self._is(item.key, resource, name)]
        found = found or list(self._in_state(resource, name))
        if not found:
            raise UsageError(
                f"there is no {resource.kind.lower()} '{name}' in namespace '{self.namespace}' of the state"
                + (" or the manifests" if self.given else ""),
                hint=f"-n names another namespace; 'kplan get {resource.plural} -A' lists all",
            )
        yield from found

    def _is(self, key: "ObjectKey", resource: "Resource", name: str) -> bool:
        place = key.namespace or self.namespace
        return (key.kind, key.name, place) == (resource.kind, name, self.namespace)

    def _in_state(self, resource: "Resource", name: str) -> "Iterator[Json]":
        """The pod itself, the workload's pods, or if it has none the one it would make."""
        from kplan.api.gvk import ObjectKey
        from kplan.scheduler.picture import pod_of

        value = self.state.store.get(ObjectKey(resource.group, resource.kind, self.namespace, name))
        if value is None:
            return
        if resource.kind == "Pod":
            yield value
            return
        uid, pods = value["metadata"].get("uid"), self.state.store.list("", "Pod", self.namespace)
        owned = [pod for pod in pods if uid in self._owners(pod, set())]
        yield from owned
        template = None if owned else pod_of(value)
        if template is not None:
            yield self.admitted(template)

    def _owners(self, value: "Json", known: "set[ObjectKey]") -> "Iterator[str]":
        """The uids of the owners of an object, and of their owners; a dump may hold owners that own each other."""
        from kplan.api.owners import owner_key, owners_of

        for one in owners_of(value):
            yield str(one.get("uid"))
            key = owner_key(one, self.namespace)
            owner = self.state.store.get(key)
            if owner is not None and key not in known:
                known.add(key)
                yield from self._owners(owner, known)

    def _resource(self, kind: str, text: str) -> "Resource":
        from kplan.schema.catalog import Catalog

        found = Catalog.for_version(self.kubernetes).discovery.by_name(kind)
        if found is None or (found.kind not in _WORKLOADS):
            raise UsageError(
                f"'{text}' is neither a pod nor a workload", hint="write pod/NAME or deployment/NAME"
            )
        return found
