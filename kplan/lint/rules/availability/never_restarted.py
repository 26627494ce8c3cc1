"""A pod is not started again when its containers end.

With ``restartPolicy: Never`` one crash ends the pod for ever.

Fix: use ``Always`` or ``OnFailure``, or a Job, which makes a new pod.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods with the policy Never."""
    if subject.spec.get("restartPolicy") == "Never":
        path = FieldPath.of("spec", "restartPolicy")
        fix = unsafe("start its containers again", put(path, "Always"))
        yield Finding(path, "the pod is not started again when its containers end", fix=fix)


RULE = Rule(
    code="AVL015",
    name="never-restarted",
    severity=Severity.INFO,
    kinds=frozenset({"Pod"}),
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:restart-policy",),
    good=("spec: {restartPolicy: OnFailure, containers: [{name: a, image: b}]}",),
    bad=("spec: {restartPolicy: Never, containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/",),
    fixes=(Safety.UNSAFE,),
)
