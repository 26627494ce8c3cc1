"""A container may use more memory than it requests.

A container above its request is among the first that are killed when the node's memory runs out.

Fix: set request and limit to the same amount.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import differences
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose request is below their limit."""
    for path, name, request, limit in differences(subject, "memory"):
        message = f"container {name!r} requests {request} memory and may use {limit}"
        yield Finding(path, message, fix=unsafe("request as much as the limit", put(path, limit)))


RULE = Rule(
    code="RES006",
    name="memory-not-guaranteed",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=(
        "kube-score:container-memory-requests-equal-limits",
        "kube-score:container-resource-requests-equal-limits",
    ),
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {memory: 1Gi}, limits: {memory: 1024Mi}}}]}",
        "spec: {containers: [{name: a, image: b, resources: {requests: {}, limits: {memory: 1Gi}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {memory: 1Gi}, limits: {memory: 2Gi}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
