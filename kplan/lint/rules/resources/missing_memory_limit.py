"""A container has no memory limit.

A memory leak may use up the node's memory, until the kernel kills processes of any pod there.

Fix: set ``resources.limits.memory``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import amount
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without a memory limit of their own or of the pod."""
    for container in subject.lasting_containers():
        pod = mapping(container.pod_spec, "resources", "limits")
        if "memory" not in mapping(container.value, "resources", "limits") and "memory" not in pod:
            path = container.path / "resources" / "limits"
            request = mapping(container.value, "resources", "requests").get("memory")
            fix = (
                unsafe("limit it to the request", put(path / "memory", request)) if amount(request) else None
            )
            yield Finding(path, f"{container.title} has no memory limit", at_key=True, fix=fix)


RULE = Rule(
    code="RES002",
    name="missing-memory-limit",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=(
        "kube-linter:unset-memory-requirements",
        "kube-score:container-resources",
        "polaris:memoryLimitsMissing",
        "checkov:CKV_K8S_13",
        "datree:CONTAINERS_MISSING_MEMORY_LIMIT_KEY",
    ),
    good=("spec: {containers: [{name: a, image: b, resources: {limits: {memory: 64Mi}}}]}",),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {memory: 64Mi}, limits: {cpu: 1}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
