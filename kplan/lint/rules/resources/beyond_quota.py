"""The objects of a namespace need more than its quota allows.

What exceeds the quota, pods, claims or other objects, is refused, in whatever order that comes out.

Fix: raise the quota, or run fewer or smaller pods; an update may need more for a while, as it makes new pods first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kplan.api.quantity import Quantity
from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.amounts import amount
from kplan.lint.nearness import are_near, closest, distance
from kplan.lint.quotaobjects import OF_ITSELF, counts_objects, is_of_storage, kind_counted, used_by
from kplan.lint.quotas import is_about, used
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject
from kplan.sentences import listed

_KEPT: Final = LONG_RUNNING | {"Pod"}
_FEW: Final = 3
_Used = tuple[Quantity, Subject]


def check(subject: Subject) -> Iterator[Finding]:
    """Report limits below what the objects of the namespace use at least; a DaemonSet counts as one pod."""
    hard = mapping(subject.spec, "hard")
    scoped = bool(subject.spec.get("scopes") or subject.spec.get("scopeSelector"))
    for name, given in hard.items():
        if not counts_objects(name):
            yield from _of_pods(subject, name, given)
        elif not scoped:
            yield from _of_objects(subject, name, given)


def _of_pods(quota: Subject, name: str, given: Any) -> Iterator[Finding]:
    most = amount(given)
    each = [(_of(one, name), one) for one in _kept(quota)]
    total = sum((use for use, _ in each), Quantity.of(0))
    if most is not None and most < total:
        which = _largest(each)
        what = "pods" if name in ("pods", "count/pods") else f"of {name}"
        message = f"the workloads need {total.canonical()} {what} and may have {given}: {listed([one.name for one in which])} need most"
        related = tuple((one, FieldPath("spec")) for one in which)
        yield Finding(FieldPath.of("spec", "hard").key(name), message, related=related)


def _of_objects(quota: Subject, name: str, given: Any) -> Iterator[Finding]:
    """What objects themselves use, and the claims that are made for workloads."""
    most = amount(given)
    beside = _nearest(
        quota, (one for one in quota.world.in_namespace[quota.namespace] if quota.world.is_namespaced(one))
    )
    each = [(used_by(one, name, _pods_of(one)), one) for one in beside]
    own = _of_itself(name, beside)
    total = sum((use for use, _ in each), Quantity.of(1 if own else 0))
    if most is None or most >= total or not any(not use.is_zero() for use, _ in each):
        return
    which = _largest(each)
    related = tuple((one, FieldPath("metadata")) for one in which)
    path = FieldPath.of("spec", "hard").key(name)
    if is_of_storage(name):
        message = f"the claims of the input need {total.canonical()} of {name} and may have {given}: those of {listed([one.name for one in which])} need most"
        yield Finding(path, message, related=related)
        return
    what = name.removeprefix("count/")
    message = f"the namespace would have {total.canonical()} {what}, and the quota allows {given}"
    yield Finding(path, message, f"every namespace has {own!r} as well" if own else "", related=related)


def _of_itself(name: str, beside: Sequence[Subject]) -> str:
    """What the cluster adds to objects of the kind that a limit counts; empty if the input has it, too."""
    kinds = {one.kind for one in beside if kind_counted(name, one)}
    own = next((OF_ITSELF[kind] for kind in kinds if kind in OF_ITSELF), "")
    return "" if any(one.name == own and one.kind in kinds for one in beside) else own


def _kept(quota: Subject) -> Sequence[Subject]:
    """What keeps pods in the namespace."""
    pods = quota.world.pods.get(quota.namespace, ())
    return _nearest(quota, (one for one in pods if _keeps(one) and is_about(quota, one)))


def _keeps(one: Subject) -> bool:
    return (one.kind in _KEPT or (one.workload is not None and bool(one.workload.like))) and not one.is_lent


def _nearest(quota: Subject, objects: Iterable[Subject]) -> Sequence[Subject]:
    """Those that are applied with a quota, of several documents of one object the nearest."""
    found: dict[tuple[str, str], list[Subject]] = {}
    for one in objects:
        named = one.names_namespace and quota.names_namespace
        if named or (are_near(one, quota) and (distance(one, quota) < 2 or _is_built(one))):
            found.setdefault((one.kind, one.name), []).append(one)
    return [closest(quota, several)[0] for several in found.values()]


def _is_built(one: Subject) -> bool:
    return one.object.origin is not None and bool(one.object.origin.built_by)


def _of(workload: Subject, name: str) -> Quantity:
    return used(workload, name) * _pods_of(workload)


def _pods_of(workload: Subject) -> int:
    """The fewest pods that it keeps."""
    if workload.kind in ("Pod", "DaemonSet.apps"):
        return 1
    return (workload.fewest_replicas() or 0) if _keeps(workload) else 0


def _largest(each: Sequence[_Used]) -> list[Subject]:
    ranked = sorted(each, key=lambda pair: pair[0], reverse=True)
    return [one for use, one in ranked[:_FEW] if not use.is_zero()]


def _manifests(replicas: int, quota: str) -> str:
    return f"""\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: shop, namespace: shop}}
spec: {{hard: {{{quota}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: a, image: b, resources: {{requests: {{cpu: 500m}}}}}}]}}
"""


def _with_claims(replicas: int, quota: str) -> str:
    return f"""\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: shop, namespace: shop}}
spec: {{hard: {{{quota}}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: a, image: b}}]}}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{storageClassName: fast, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: db, namespace: shop}}
spec: {{type: NodePort, selector: {{app: db}}, ports: [{{name: a, port: 1}}, {{name: b, port: 2}}]}}
"""


RULE = Rule(
    code="RES011",
    name="beyond-quota",
    severity=Severity.WARNING,
    kinds=frozenset({"ResourceQuota"}),
    check=check,
    looks_around=True,
    good=(
        _manifests(4, "requests.cpu: 2"),
        _manifests(4, "pods: 4"),
        _with_claims(
            2, "requests.storage: 2Gi, persistentvolumeclaims: 2, services: 1, services.nodeports: 2"
        ),
        _with_claims(
            2,
            "count/statefulsets.apps: 1, count/configmaps: 1, gold.storageclass.storage.k8s.io/requests.storage: 0",
        ),
    ),
    bad=(
        _manifests(5, "requests.cpu: 2"),
        _manifests(5, "pods: 4"),
        _manifests(1, "count/replicasets.apps: 0"),
        _with_claims(3, "requests.storage: 2Gi"),
        _with_claims(3, "persistentvolumeclaims: 2"),
        _with_claims(3, "fast.storageclass.storage.k8s.io/requests.storage: 2Gi"),
        _with_claims(1, "services: 0"),
        _with_claims(1, "services.nodeports: 1"),
        _with_claims(1, "count/statefulsets.apps: 0"),
    ),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
