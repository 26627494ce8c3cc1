"""Delete what earlier applies made and the manifests no longer name, as ``kubectl apply --prune`` does.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go, applyset.go and applyset_pruner.go
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.diagnose import code_of
from kplan.kubectl.pruning import find_pruned
from kplan.kubectl.reading import Info
from kplan.namedtuples import NamedTuple
from kplan.plan.action import Reason
from kplan.plan.applied import Applied
from kplan.plan.change import Identity
from kplan.plan.left_behind import PART_OF
from kplan.selectors.labels import Selector

_PARENTS: Final = {"secret": ("", "Secret"), "configmap": ("", "ConfigMap")}
"""The kinds that may hold an ApplySet; if none is named it is a Secret."""


class Pruning(NamedTuple):
    """Which objects are pruned: those of kinds that match labels, or those of an ApplySet."""

    kinds: Sequence[GroupVersionKind]
    selector: Selector = Selector.everything()
    apply_set: str = ""
    """The identifier that members carry."""
    named: frozenset[ObjectKey] = frozenset()
    """Objects that an earlier version of the manifests named."""


def apply_set_id(text: str, namespace: str) -> str:
    """The identifier of the ApplySet ``[TYPE/]NAME``. Raises UsageError."""
    kind, slash, name = text.rpartition("/")
    parent = _PARENTS.get(kind.lower().removesuffix("s") if slash else "secret")
    if parent is None or not name:
        raise UsageError(
            f"invalid ApplySet: '{text}'", hint="write it as NAME, secret/NAME or configmap/NAME"
        )
    group, kind = parent
    hashed = hashlib.sha256(f"{name}.{namespace}.{kind}.{group}".encode()).digest()
    return f"applyset-{base64.urlsafe_b64encode(hashed).decode().rstrip('=')}-v1"


def prune(pruning: Pruning, visited: Sequence[Info], server: Server) -> Iterator[Applied]:
    """Delete the objects, and return the outcome for each."""
    for value in list(_chosen(pruning, visited, server)):
        key, refusal, code = server.store.key_of(value), "", ""
        try:
            server.delete(key, DeleteOptions("Background"))
        except StatusError as error:
            refusal, code = str(error), code_of(error)
        reason = Reason.NONE if refusal else Reason.PRUNED
        yield Applied(key, Identity.of(value), value, None, refusal=refusal, refusal_code=code, reason=reason)


def _chosen(pruning: Pruning, visited: Sequence[Info], server: Server) -> Iterator[Json]:
    if pruning.named:
        visited_keys = {info.key for info in visited}
        left = (server.store.get(key) for key in sorted(pruning.named - visited_keys))
        yield from (one for one in left if one is not None and pruning.selector.matches(Object(one).labels))
        return
    if not pruning.apply_set:
        found = find_pruned(visited, server, pruning.kinds, pruning.selector)
        yield from (value for _, value in found)
        return
    keys = {info.key for info in visited}
    for value in server.store:
        member = Object(value).labels.get(PART_OF) == pruning.apply_set
        if member and server.store.key_of(value) not in keys:
            yield value
