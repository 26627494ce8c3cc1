"""What to do about an object that is deleted and does not go.

Upstream: pkg/controller/volume/{pvcprotection,pvprotection} (what is in use stays)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import finalizers_of, namespace_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal
from kplan.api.volumes import claim_names_of, claim_ref_of
from kplan.plan.change import Identity
from kplan.plan.workload import workload_of
from kplan.sentences import listed
from kplan.state.store import Store

_OTHERS: Final = "it is being deleted; see who is to remove the finalizers, and on what they wait"
_SCALED: Final = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"})


def way_out_of_deletion(value: Json, store: Store) -> str:
    """Who has to let go of it first."""
    finalizers = finalizers_of(value)
    if finalizers == ["kubernetes.io/pvc-protection"]:
        users = list(dict.fromkeys(_users(value, store)))
        return _of_claim(users) if users else _OTHERS
    claim = claim_ref_of(value) if finalizers == ["kubernetes.io/pv-protection"] else {}
    if claim:
        bound = f"persistentvolumeclaim/{claim.get('name')} -n {claim.get('namespace')}"
        return f"it is being deleted, and goes when {bound} is no longer bound to it: delete that first"
    return _OTHERS


def _of_claim(users: list[Identity]) -> str:
    pods = listed(one.title for one in users)
    ways = listed(_taken_away(one) for one in users)
    return (
        f"it is being deleted, and goes when no pod uses it any more: {pods} {'does' if len(users) == 1 else 'do'}; take the "
        f"pods away first ({ways}), and bring them back once the new claim is there"
    )


def _users(claim: Json, store: Store) -> Iterator[Identity]:
    """The workloads that have pods which use a claim."""
    for pod in store.list("", "Pod", namespace_of(claim)):
        if claim["metadata"]["name"] in claim_names_of(pod) and not is_terminal(pod):
            yield workload_of(pod, store)


def _taken_away(user: Identity) -> str:
    name = f"{user.kind.lower()}/{user.name} -n {user.namespace}"
    return f"kubectl scale --replicas=0 {name}" if user.kind in _SCALED else f"kubectl delete {name}"
