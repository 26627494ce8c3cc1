"""A container may use more ephemeral storage than it requests.

A container above its request is among the first that are evicted when the node's disk fills up.

Fix: set request and limit to the same amount.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import differences
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose request is below their limit."""
    for path, name, request, limit in differences(subject, "ephemeral-storage"):
        message = f"container {name!r} requests {request} ephemeral storage and may use {limit}"
        yield Finding(path, message, fix=unsafe("request as much as the limit", put(path, limit)))


RULE = Rule(
    code="RES008",
    name="storage-not-guaranteed",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-score:container-ephemeral-storage-request-equals-limit",),
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 1024Mi}}}]}",
        "spec: {containers: [{name: a, image: b, resources: {requests: {}, limits: {ephemeral-storage: 1Gi}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 2Gi}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
