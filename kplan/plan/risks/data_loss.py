"""Data is deleted for good.

A claim is deleted together with its volume, or a definition together with every object of its kind.

Fix: make a backup; set ``persistentVolumeReclaimPolicy: Retain`` on the volume before its claim goes; keep the claims
of a StatefulSet with ``persistentVolumeClaimRetentionPolicy``: ``whenScaled: Retain`` and ``whenDeleted: Retain``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.deletions import going, is_going
from kplan.plan.reading import fields, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import counted
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the claims and the definitions that go."""
    del changes
    lost = defaultdict[str, list[Json]](list)
    for claim in going(outcome.prior, outcome.final, "", "PersistentVolumeClaim"):
        if _loses_data(claim, outcome.prior):
            lost[text(claim, "metadata", "namespace")].append(claim)
    for namespace, claims in lost.items():
        yield from _of_claims(ObjectKey("", "Namespace", "", namespace), claims, outcome)
    yield from _of_definitions(outcome)


def _of_claims(namespace: ObjectKey, claims: Sequence[Json], outcome: Outcome) -> Iterator[Found]:
    """One finding for a namespace that is deleted with all its claims; else one for each claim."""
    whole = outcome.prior.get(namespace)
    if whole is not None and is_going(whole, outcome.final):
        number = counted(len(claims), "claim")
        yield Found(Identity.of(whole), f"is deleted with the data of {number}", extent=len(claims))
        return
    for claim in claims:
        volume = text(claim, "spec", "volumeName")
        yield Found(
            Identity.of(claim), f"is deleted, and volume '{volume}' with its data: reclaim policy Delete"
        )


def _loses_data(claim: Json, store: Store) -> bool:
    """Whether the volume is deleted with its claim."""
    volume = store.get(ObjectKey("", "PersistentVolume", "", text(claim, "spec", "volumeName")))
    return volume is not None and text(volume, "spec", "persistentVolumeReclaimPolicy") == "Delete"


def _of_definitions(outcome: Outcome) -> Iterator[Found]:
    counts: Mapping[tuple[str, str], int] | None = None
    for definition in going(outcome.prior, outcome.final, "apiextensions.k8s.io", "CustomResourceDefinition"):
        counts = counts if counts is not None else _numbers(outcome.prior)
        kind = (text(definition, "spec", "group"), text(fields(definition, "spec", "names"), "kind"))
        if counts.get(kind):
            message = f"is deleted with {counted(counts[kind], kind[1] + ' object')}"
            yield Found(Identity.of(definition), message, extent=counts[kind])


def _numbers(store: Store) -> Mapping[tuple[str, str], int]:
    """How many objects there are of each kind."""
    return Counter({kind: len(store.list(*kind)) for kind in store.kinds()})


_CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: rancher.io/local-path
reclaimPolicy: %s
---"""
_SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: %s
  serviceName: db
  selector: {matchLabels: {app: db}}
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Retain}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "registry.example.com/db:1", volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: standard, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""

RISK = Risk(
    code="PLN021",
    name="data-loss",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_CLASS % "Delete" + _SET % 2, applied=_SET % 1),
    safe=Example(prior=_CLASS % "Retain" + _SET % 2, applied=_SET % 1),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming",),
)
