"""Pods that are not healthy may keep a node from being drained.

By default a pod that never became ready is not evicted while its budget is not met, so broken pods block every upgrade.

Fix: set ``unhealthyPodEvictionPolicy: AlwaysAllow``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report budgets that do not say what they do with unhealthy pods."""
    if subject.spec.get("unhealthyPodEvictionPolicy") is None:
        path = FieldPath.of("spec", "unhealthyPodEvictionPolicy")
        fix = unsafe("always evict them", put(path, "AlwaysAllow"))
        yield Finding(path, "pods that are not healthy may block drains", at_key=True, fix=fix)


RULE = Rule(
    code="AVL017",
    name="unhealthy-pods-block-drains",
    severity=Severity.INFO,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    preset=STRICT,
    aliases=("kube-linter:pdb-unhealthy-pod-eviction-policy",),
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {app: web}}}
""",
    ),
    bad=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
""",
    ),
    references=(
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
    ),
    fixes=(Safety.UNSAFE,),
)
