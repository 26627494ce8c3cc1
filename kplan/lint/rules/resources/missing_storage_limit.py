"""A container does not say how much ephemeral storage it uses.

Logs and written files fill the node's disk, until the kubelet evicts pods to get space.

Fix: set ``ephemeral-storage`` in ``resources.requests`` and ``resources.limits``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import amount
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without request or limit; a limit stands in for the request."""
    for container in subject.lasting_containers():
        resources = mapping(container.value, "resources")
        if "ephemeral-storage" not in mapping(resources, "limits"):
            path = container.path / "resources" / "limits"
            request = mapping(resources, "requests").get("ephemeral-storage")
            limited = put(path / "ephemeral-storage", request)
            fix = unsafe("limit it to the request", limited) if amount(request) else None
            message = f"{container.title} has no limit of ephemeral storage"
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="RES007",
    name="missing-storage-limit",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-score:container-ephemeral-storage-request-and-limit",),
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {}, limits: {ephemeral-storage: 1Gi}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {ephemeral-storage: 1Gi}, limits: {memory: 1Gi}}}]}",
        "spec: {containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
