"""Pods on several nodes need a volume that goes to one node at a time.

The controller that attaches volumes says ``Multi-Attach error for volume``, and the pod that comes second stays in
ContainerCreating for as long as the first one runs. A rolling update waits for the new pod and keeps the old one
meanwhile, so it does not end. The simulation plays these pods as running. With ReadWriteOncePod one pod alone may use
the claim, on whichever node: the scheduler leaves the next one pending. Volumes that are not attached (NFS, folders of
a node) are not looked at.

Fix: ``strategy: Recreate`` if one pod uses the claim, so that the old pod goes first; for several pods a claim with
ReadWriteMany, if its class can do that, or a StatefulSet with ``volumeClaimTemplates``, which gives every pod its own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.api.volumes import claim_ref_of
from kplan.plan.attaching import Limit, limit_of
from kplan.plan.claim_users import Takeover, claims_in, nodes_of, pods_with, takeover, users_of_claims
from kplan.plan.inventory import KINDS, Inventory, Workload
from kplan.plan.named_causes import ATTACHED_ELSEWHERE, CLAIM_IN_USE
from kplan.plan.risk import Example, Found, Identity, Near, Outcome, PlannedChange, Risk, Severity, Touched
from kplan.plan.touched import name_word
from kplan.sentences import listed

_MENTION: Final = '"persistentVolumeClaim"'
_CLAIM: Final = ("", "PersistentVolumeClaim")
_VOLUME: Final = ("", "PersistentVolume")
_DRIVER: Final = ("storage.k8s.io", "CSIDriver")
_Pods = Mapping[Identity, Sequence[Json]]


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the claims that workloads name in their templates, each with all that name it."""
    del changes
    inventory, look = Inventory.of(outcome.final), outcome.look
    some = inventory.mentioning(_MENTION) if look is None else inventory.of_keys(look.keys)
    looked_at, users = {one.object for one in some}, users_of_claims(some)
    for claim in users:
        limit = limit_of(claim, outcome.final)
        if limit is None:
            continue
        sharing = users if look is None else users_of_claims(inventory.mentioning(name_word(claim.name)))
        found = _of_claim(claim, limit, sharing[claim], outcome)
        yield from (one for one in found if one.object in looked_at)


def _of_claim(claim: ObjectKey, limit: Limit, users: Sequence[Workload], outcome: Outcome) -> Iterator[Found]:
    pods = {one.object: pods_with(claim, one.object.key, outcome.final) for one in users}
    every = [pod for some in pods.values() for pod in some]
    nodes = nodes_of(every)
    for one, some in pods.items():
        if limit.one_pod:
            if len(every) > 1 and not all(map(node_of, some)):
                yield _found(one, claim, limit, _in_use(claim, one, pods), len(every) - 1)
        elif len(nodes) > 1 and some:
            yield _found(one, claim, limit, _on_nodes(claim, limit, one, pods), len(nodes) - 1)
        elif taken := takeover(claim, one.key, outcome):
            yield _found(one, claim, limit, _waiting(claim, limit, taken), 1)


def _found(one: Identity, claim: ObjectKey, limit: Limit, message: str, extent: int) -> Found:
    return Found(
        one,
        message,
        extent,
        Severity.WARNING if limit.driver else None,
        about=claim.name,
        causes=(CLAIM_IN_USE if limit.one_pod else ATTACHED_ELSEWHERE,),
        mutual=f"{claim.namespace}/{claim.name}",
    )


def _in_use(claim: ObjectKey, one: Identity, pods: _Pods) -> str:
    return (
        f"{_who(one, pods)} more than one pod that needs claim {claim.name}: it is ReadWriteOncePod, and only one of them "
        "runs (strategy Recreate lets an old pod go first)"
    )


def _on_nodes(claim: ObjectKey, limit: Limit, one: Identity, pods: _Pods) -> str:
    nodes = nodes_of([pod for some in pods.values() for pod in some])
    return (
        f"{_who(one, pods)} pods on {len(nodes)} nodes ({listed(nodes)}) that need claim {claim.name}: its volume attaches "
        f"to one node ({limit.modes}), and pods on the others stay in ContainerCreating with a Multi-Attach error"
        f"{_unless(limit)} (use a ReadWriteMany claim, or a StatefulSet with a claim for each pod)"
    )


def _waiting(claim: ObjectKey, limit: Limit, taken: Takeover) -> str:
    return (
        f"starts a new pod on {taken.new_node} while the old one has claim {claim.name} on {taken.old_node}: its volume "
        f"attaches to one node ({limit.modes}), and the rolling update waits for ever on a pod in ContainerCreating with a "
        f"Multi-Attach error{_unless(limit)} (strategy Recreate lets the old pod go first)"
    )


def _who(one: Identity, pods: _Pods) -> str:
    others = [other.title for other, some in pods.items() if some and other != one]
    return f"and {listed(others)} have" if others else "has"


def _unless(limit: Limit) -> str:
    return f", unless driver {limit.driver} attaches no volumes" if limit.driver else ""


def _near(touched: Touched) -> frozenset[ObjectKey] | None:
    """Those that name a claim that has changed, or a claim that something else names which has
    changed or has other pods.
    """
    if any(touched.of(_DRIVER)):
        return None
    words = defaultdict[str, set[str]](set)
    for key in touched.upwards:
        for value in touched.states(key) if key[:2] in (*KINDS, _CLAIM, _VOLUME) else ():
            for claim in _claims(key, value):
                words[claim.namespace].add(name_word(claim.name))
    return touched.mentioning(KINDS, words, free_only=True)


def _claims(key: ObjectKey, value: Json) -> Sequence[ObjectKey]:
    """The claim that an object is, belongs to, or uses."""
    if key[:2] == _CLAIM:
        return [key]
    if key[:2] == _VOLUME:
        reference = claim_ref_of(value)
        return [ObjectKey(*_CLAIM, reference.get("namespace", ""), reference["name"])] if reference else []
    return claims_in(value)


_STATE = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: fast, accessModes: [%s], resources: {requests: {storage: 1Gi}}}
"""
_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""

RISK = Risk(
    code="PLN039",
    name="multi-attach",
    severity=Severity.ERROR,
    check=check,
    near=Near(KINDS, _near),
    at_risk=Example(prior=_STATE % "ReadWriteOnce", applied=_DEPLOYMENT),
    safe=Example(prior=_STATE % "ReadWriteMany", applied=_DEPLOYMENT),
    references=("https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",),
)
