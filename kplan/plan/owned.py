"""What a workload owns: its pods, of the newest template or an older one, and the Events about an object.

A state is divided by owner once, however many workloads are asked about; writes to it are noticed by its revision.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from weakref import WeakKeyDictionary

from kplan.api import conditions
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.namedtuples import NamedTuple
from kplan.plan.reading import fields, items, number, text
from kplan.state.store import Store

_REVISION: Final = "controller-revision-hash"
_REPLICA_SET_REVISION: Final = "deployment.kubernetes.io/revision"
_Groups = Mapping[str, Sequence[Json]]


class OwnedPod(NamedTuple):
    """A pod of a workload."""

    value: Json
    updated: bool
    """Whether it is of the newest template."""

    @property
    def ready(self) -> bool:
        """Whether it is ready."""
        return conditions.is_true(self.value, "Ready")


def pods_of(workload: Json, store: Store) -> Sequence[OwnedPod]:
    """The pods of a workload, those of the newest template first."""
    own = _divided(store)
    if text(workload, "kind") == "Deployment":
        newest = uid_of(newest_replica_set(workload, store) or {})
        sets = own.replica_sets.get(uid_of(workload), ())
        found = [
            OwnedPod(pod, uid_of(one) == newest) for one in sets for pod in own.pods.get(uid_of(one), ())
        ]
    else:
        revision = _newest_revision(workload, own)
        found = [
            OwnedPod(pod, not revision or text(pod, "metadata", "labels", _REVISION) == revision)
            for pod in own.pods.get(uid_of(workload), ())
        ]
    return sorted(found, key=lambda pod: not pod.updated)


def newest_replica_set(deployment: Json, store: Store) -> Json | None:
    """The ReplicaSet of a Deployment's last revision; None if it has none."""
    own = _divided(store).replica_sets.get(uid_of(deployment), ())
    return max(own, key=_revision_number, default=None)


def is_superseded(replica_set: Json, store: Store) -> bool:
    """Whether the Deployment of a ReplicaSet has a newer one."""
    owner = controller_of(replica_set)
    if owner is None or text(replica_set, "kind") != "ReplicaSet":
        return False
    deployment = store.get(owner_key(owner, text(replica_set, "metadata", "namespace")))
    newest = newest_replica_set(deployment, store) if deployment else None
    return newest is not None and uid_of(newest) != uid_of(replica_set)


def events_of(value: Json, store: Store) -> Sequence[Json]:
    """The Events about one object."""
    return _divided(store).events.get(uid_of(value), ())


def last_seen(event: Json) -> str:
    """When an Event was recorded last."""
    observed = text(event, "series", "lastObservedTime")
    return observed or text(event, "lastTimestamp") or text(event, "eventTime")


def uid_of(value: Json) -> str:
    """metadata.uid; empty if there is none."""
    return text(value, "metadata", "uid")


class _Divided(NamedTuple):
    """Objects by the uid of what they belong to."""

    revision: int
    pods: _Groups
    replica_sets: _Groups
    revisions: _Groups
    events: _Groups


_KNOWN: Final[WeakKeyDictionary[Store, _Divided]] = WeakKeyDictionary()


def _divided(store: Store) -> _Divided:
    known = _KNOWN.get(store)
    if known is None or known.revision != store.revision:
        known = _KNOWN[store] = _Divided(
            store.revision,
            _by_owner(store.list("", "Pod")),
            _by_owner(store.list("apps", "ReplicaSet")),
            _by_owner(store.list("apps", "ControllerRevision")),
            _by_object(store.list("", "Event")),
        )
    return known


def _by_owner(values: Iterable[Json]) -> _Groups:
    groups: defaultdict[str, list[Json]] = defaultdict(list)
    for value in values:
        groups[text(controller_of(value) or {}, "uid")].append(value)
    groups.pop("", None)
    return groups


def _by_object(events: Iterable[Json]) -> _Groups:
    groups: defaultdict[str, list[Json]] = defaultdict(list)
    for event in events:
        groups[text(event, "involvedObject", "uid")].append(event)
    groups.pop("", None)
    return groups


def _revision_number(replica_set: Json) -> int:
    given = text(replica_set, "metadata", "annotations", _REPLICA_SET_REVISION)
    return int(given) if given.isascii() and given.isdecimal() else 0


def _newest_revision(workload: Json, own: _Divided) -> str:
    """The hash in the labels of pods of the newest template; empty for kinds whose pods are all of one template."""
    match text(workload, "kind"):
        case "StatefulSet":
            return text(workload, "status", "updateRevision")
        case "DaemonSet":
            revisions = own.revisions.get(uid_of(workload), ())
            last: Json = max(revisions, key=lambda one: number(one, "revision"), default={})
            return str(fields(last, "metadata", "labels").get(_REVISION) or "")
        case _:
            return ""


def claims_made_by(stateful_set: Json, store: Store) -> Iterator[Json]:
    """The claims that a StatefulSet made: of each template one for each of its pods, also of those that are gone."""
    return (claim for claim, _ in claims_with_ordinals(stateful_set, store))


def claims_with_ordinals(stateful_set: Json, store: Store) -> Iterator[tuple[Json, int]]:
    """The same, each with the ordinal of its pod."""
    name, namespace = stateful_set["metadata"]["name"], stateful_set["metadata"]["namespace"]
    begins = [
        f"{text(one, 'metadata', 'name')}-{name}-"
        for one in items(stateful_set, "spec", "volumeClaimTemplates")
    ]
    for claim in store.list("", "PersistentVolumeClaim", namespace) if begins else ():
        for begin in begins:
            ordinal = claim["metadata"]["name"].removeprefix(begin)
            if ordinal.isascii() and ordinal.isdigit():
                yield claim, int(ordinal)
                break
