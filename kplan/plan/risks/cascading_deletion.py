"""A deletion removes other objects as well.

Everything that an object owns is deleted with it, and a namespace goes with all that is in it.

Fix: check the list. ``kubectl delete --cascade=orphan`` leaves what an object owns where it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.plan.deletions import going
from kplan.plan.reading import fields, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import counted

_UNTOLD = frozenset({"Event", "EndpointSlice"})
"""Kinds that nobody misses."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Count what went with each object that nobody deleted for another reason."""
    del changes
    gone = {text(value, "metadata", "uid"): value for value in going(outcome.prior, outcome.final)}
    namespaces = {
        text(value, "metadata", "name"): uid for uid, value in gone.items() if value["kind"] == "Namespace"
    }
    taken = defaultdict[str, list[Json]](list)
    for uid, value in gone.items():
        root = _root(uid, gone, namespaces)
        if root != uid and value["kind"] not in _UNTOLD:
            taken[root].append(value)
    for uid, values in taken.items():
        numbers = _numbers(values)
        if numbers and _is_deleted_by_somebody(gone[uid], gone):
            yield Found(Identity.of(gone[uid]), f"is deleted with {numbers}", extent=len(values))


def _root(uid: str, gone: Mapping[str, Json], namespaces: Mapping[str, str]) -> str:
    """The last owner upwards that is gone too; the namespace if that is gone."""
    seen = {uid}
    while True:
        value = gone[uid]
        around = namespaces.get(text(value, "metadata", "namespace"))
        owner = around or next((one["uid"] for one in owners_of(value) if one.get("uid") in gone), uid)
        if owner in seen:
            return uid
        seen.add(uid := owner)


def _is_deleted_by_somebody(root: Json, gone: Mapping[str, Json]) -> bool:
    """Whether no owner that stays deleted it, as a CronJob deletes old Jobs, nor its own time to live."""
    owned = [one for one in owners_of(root) if one.get("uid") not in gone]
    return not owned and "ttlSecondsAfterFinished" not in fields(root, "spec")


def _numbers(values: Sequence[Json]) -> str:
    counts = Counter(str(value["kind"]) for value in values)
    return ", ".join(counted(number, kind) for kind, number in sorted(counts.items()))


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
"""

RISK = Risk(
    code="PLN022",
    name="cascading-deletion",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(
        prior=_DEPLOYMENT,
        applied="",
        deleted="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}",
    ),
    safe=Example(
        prior=_DEPLOYMENT, applied="", deleted="{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}"
    ),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion",),
)
