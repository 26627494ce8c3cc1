"""A container may take all memory of its node.

A leak without a limit ends with the kernel killing whatever it likes on that node.

Fix: set ``resources.limits.memory``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without a memory limit of their own or of the pod."""
    pod = mapping(subject.pod_spec(), "resources", "limits")
    for container in subject.containers():
        if "memory" not in mapping(container.value, "resources", "limits") and "memory" not in pod:
            path = container.path / "resources" / "limits"
            yield Finding(path, f"container {container.name!r} has no memory limit", at_key=True)


RULE = Rule(
    code="RES002",
    name="missing-memory-limit",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=("spec: {containers: [{name: a, image: b, resources: {limits: {memory: 64Mi}}}]}",),
    bad=("spec: {containers: [{name: a, image: b, resources: {limits: {cpu: 1}}}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
)
