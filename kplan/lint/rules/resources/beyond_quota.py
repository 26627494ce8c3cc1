"""The workloads of a namespace need more than its quota allows.

The pods that exceed the quota are never created, in whatever order that comes out.

Fix: raise the quota, or run fewer or smaller pods; an update may need more for a while, as it makes new pods first.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.quantity import Quantity
from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.amounts import amount
from kplan.lint.nearness import are_near, closest, distance
from kplan.lint.quotas import is_about, used
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject
from kplan.sentences import listed

_KEPT: Final = LONG_RUNNING | {"Pod"}
_FEW: Final = 3
_Used = tuple[Quantity, Subject]


def check(subject: Subject) -> Iterator[Finding]:
    """Report limits below what the pods that workloads keep at least use; a DaemonSet counts as one pod."""
    hard = mapping(subject.spec, "hard")
    kept = _kept(subject) if hard else ()
    for name, given in hard.items():
        most = amount(given)
        each = [(_of(one, name), one) for one in kept]
        total = sum((use for use, _ in each), Quantity.of(0))
        if most is not None and most < total:
            which = _largest(each)
            what = "pods" if name in ("pods", "count/pods") else f"of {name}"
            message = f"the workloads need {total.canonical()} {what} and may have {given}: {listed([one.name for one in which])} need most"
            related = tuple((one, FieldPath("spec")) for one in which)
            yield Finding(FieldPath.of("spec", "hard").key(name), message, related=related)


def _kept(quota: Subject) -> Sequence[Subject]:
    """What keeps pods in the namespace, of several documents of one object the nearest."""
    found: dict[tuple[str, str], list[Subject]] = {}
    for one in quota.world.pods.get(quota.namespace, ()):
        keeps = one.kind in _KEPT or (one.workload is not None and bool(one.workload.like))
        named = one.names_namespace and quota.names_namespace
        known = named or (are_near(one, quota) and (distance(one, quota) < 2 or _is_built(one)))
        if keeps and known and not one.is_lent and is_about(quota, one):
            found.setdefault((one.kind, one.name), []).append(one)
    return [closest(quota, several)[0] for several in found.values()]


def _is_built(one: Subject) -> bool:
    return one.object.origin is not None and bool(one.object.origin.built_by)


def _of(workload: Subject, name: str) -> Quantity:
    pods = 1 if workload.kind in ("Pod", "DaemonSet.apps") else workload.fewest_replicas() or 0
    return used(workload, name) * pods


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


RULE = Rule(
    code="RES011",
    name="beyond-quota",
    severity=Severity.WARNING,
    kinds=frozenset({"ResourceQuota"}),
    check=check,
    looks_around=True,
    good=(_manifests(4, "requests.cpu: 2"), _manifests(4, "pods: 4")),
    bad=(_manifests(5, "requests.cpu: 2"), _manifests(5, "pods: 4")),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
