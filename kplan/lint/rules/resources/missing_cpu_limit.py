"""A container has no CPU limit.

It may use all CPU that its node has left, so how fast it is depends on its neighbours; whether that is
wanted is a matter of opinion.

Fix: set ``resources.limits.cpu`` where every run should take the same time.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import amount
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without a CPU limit of their own or of the pod."""
    for container in subject.lasting_containers():
        pod = mapping(container.pod_spec, "resources", "limits")
        if "cpu" not in mapping(container.value, "resources", "limits") and "cpu" not in pod:
            path = container.path / "resources" / "limits"
            request = mapping(container.value, "resources", "requests").get("cpu")
            fix = unsafe("limit it to the request", put(path / "cpu", request)) if amount(request) else None
            yield Finding(path, f"{container.title} has no CPU limit", at_key=True, fix=fix)


RULE = Rule(
    code="RES004",
    name="missing-cpu-limit",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=(
        "kube-score:container-resources",
        "polaris:cpuLimitsMissing",
        "checkov:CKV_K8S_11",
        "datree:CONTAINERS_MISSING_CPU_LIMIT_KEY",
    ),
    good=("spec: {containers: [{name: a, image: b, resources: {requests: {}, limits: {cpu: 1}}}]}",),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}}]}",
        "spec: {containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    fixes=(Safety.UNSAFE,),
)
