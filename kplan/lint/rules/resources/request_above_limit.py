"""A container requests more than its limit.

The API server refuses the pod; in a Deployment that shows only when the ReplicaSet creates no pods.

Fix: raise the limit or lower the request.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import amount
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report requests above limits, compared as quantities."""
    for container in subject.lasting_containers():
        resources = mapping(container.value, "resources")
        limits = mapping(resources, "limits")
        for name, request in mapping(resources, "requests").items():
            wanted, most = amount(request), amount(limits.get(name))
            if wanted is not None and most is not None and wanted > most:
                path = container.path / "resources" / "requests" / name
                message = (
                    f"{container.title} requests {request} {name}, more than its limit of {limits[name]}"
                )
                fix = unsafe("lower the request to the limit", put(path, limits[name]))
                yield Finding(path, message, fix=fix)


RULE = Rule(
    code="RES003",
    name="request-above-limit",
    severity=Severity.ERROR,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    aliases=("kubevious:resource-request-limit-check",),
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {memory: 1Gi}, limits: {memory: 1024Mi}}}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
