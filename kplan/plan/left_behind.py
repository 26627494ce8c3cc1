"""What earlier applies made and the manifests no longer name: kubectl apply leaves it where it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.api.owners import controller_of
from kplan.api.pods import node_of, phase
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.kubectl.last_applied import original_text
from kplan.kubectl.patcher import SERVER_MANAGER
from kplan.namedtuples import NamedTuple
from kplan.plan.applied import Applied
from kplan.plan.change import Identity
from kplan.plan.inventory import Inventory
from kplan.plan.model import LeftBehind
from kplan.plan.renames import new_names
from kplan.plan.served_ports import SlicesOf, ready_addresses
from kplan.plan.touched import may_mention
from kplan.selectors.labels import Selector
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store

_NODE: Final = ("", "Node")
"""Nodes come with the cluster, whoever wrote them down; they are missed if the manifests name others."""
PART_OF: Final = "applyset.kubernetes.io/part-of"
"""The label by which an object belongs to an ApplySet."""


class Scope(NamedTuple):
    """Which objects of earlier applies the manifests would include if they were still wanted."""

    whole: bool = False
    """Whether the manifests are all that the state was made from; otherwise only their namespaces are searched."""
    selector: Selector = Selector.everything()
    named: frozenset[Identity] = frozenset()
    """What a previous plan named."""
    manager: str = ""
    """Whose server-side applies are earlier ones too, as those are that left the last-applied annotation;
    empty for kubectl's own.
    """
    applied: bool = True
    """Look for whatever an earlier apply made; otherwise only for what the previous plan named."""


def left_behind(outcome: Outcome, written: Sequence[Applied], scope: Scope) -> tuple[LeftBehind, ...]:
    """The objects that were applied earlier, are still there and are not written any more, sorted."""
    found = sorted(_candidates(outcome, written, scope), key=lambda one: _order(Identity.of(one)))
    renamed, slices = new_names(found, written), SlicesOf(outcome.final)
    return tuple(_left(value, renamed, outcome.final, slices) for value in found)


def _left(
    value: Json,
    renamed: Mapping[ObjectKey, Identity],
    store: Store,
    slices: SlicesOf,
) -> LeftBehind:
    identity, key = Identity.of(value), Object(value).key
    service = (key.group, key.kind) == ("", "Service")
    endpoints = ready_addresses(value, slices.service(key)) if service else 0
    pods = filter(None, map(store.get, Inventory.of(store).pods_below(key)))
    return LeftBehind(identity, renamed.get(key), sum(map(_runs, pods)), endpoints)


def _runs(pod: Json) -> bool:
    """Whether a pod is on a node and has not ended."""
    return bool(node_of(pod)) and phase(pod) not in ("Succeeded", "Failed")


def _candidates(outcome: Outcome, written: Sequence[Applied], scope: Scope) -> Iterator[Json]:
    keys = {one.key for one in written}
    sets = {_set_of(one.before) for one in written if one.before} - {""}
    namespaces = {one.key.namespace for one in written} - {""}
    everywhere = scope.whole or bool(sets) or bool(scope.named)
    for key in _marked(outcome.prior, None if everywhere else namespaces, scope, sets):
        value = outcome.prior.get(key) if key not in keys else None
        if value is None or key not in outcome.final or not _stays(value):
            continue
        if key[:2] == _NODE and not any(one[:2] == _NODE for one in keys):
            continue
        applied = bool(original_text(value)) or _applied_by(scope.manager or SERVER_MANAGER, value)
        in_place = applied and (scope.whole or key.namespace in namespaces)
        earlier = in_place and scope.selector.matches(Object(value).labels)
        if (
            (scope.applied and (earlier or (sets and _set_of(value) in sets)))
            or (scope.named and Identity.of(value) in scope.named)
        ):  # fmt: skip
            yield value


def _marked(
    store: Store, namespaces: Collection[str] | None, scope: Scope, sets: Collection[str]
) -> Iterator[ObjectKey]:
    """What may be left behind, in the order of the store: texts say whether they were applied, without being read."""
    words = [LAST_APPLIED, '"Apply"', *([PART_OF] if sets else [])] if scope.applied else []
    named = {one.key for one in scope.named}
    kinds = store.kinds() if words or named else ()
    for kind, namespace in product(kinds, [""] if namespaces is None else namespaces):
        for key, value in list(store.members(*kind, namespace)):
            if key in named or (words and may_mention(value, words)):
                yield key


def _stays(value: Json) -> bool:
    return controller_of(value) is None and not value["metadata"].get("deletionTimestamp")


def _applied_by(manager: str, value: Json) -> bool:
    """Whether a manager of server-side apply has fields of an object."""
    entries = value["metadata"].get("managedFields") or ()
    return any(
        (one.get("operation"), one.get("manager"), one.get("subresource") or "") == ("Apply", manager, "")
        for one in entries
    )


def _set_of(value: Json) -> str:
    """The ApplySet that an object belongs to; empty if it belongs to none."""
    return str(Object(value).labels.get(PART_OF) or "")


def _order(one: Identity) -> tuple[str, str, str]:
    return one.kind, one.namespace, one.name
