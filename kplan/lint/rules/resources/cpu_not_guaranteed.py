"""A container may use more CPU than it requests.

CPU above the request is given only while the node has some left, and the pod is not of the class Guaranteed.

Fix: set request and limit to the same amount.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import differences
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose request is below their limit."""
    for path, name, request, limit in differences(subject, "cpu"):
        message = f"container {name!r} requests {request} CPU and may use {limit}"
        yield Finding(path, message, fix=unsafe("request as much as the limit", put(path, limit)))


RULE = Rule(
    code="RES005",
    name="cpu-not-guaranteed",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=(
        "kube-score:container-cpu-requests-equal-limits",
        "kube-score:container-resource-requests-equal-limits",
    ),
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 1Gi}, limits: {cpu: 1024Mi}}}]}",
        "spec: {containers: [{name: a, image: b, resources: {requests: {}, limits: {cpu: 1Gi}}}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 1Gi}, limits: {cpu: 2Gi}}}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
