"""A node may run an image it has pulled before without asking the registry.

Whoever may run pods there can use private images without their password, and a tag that was
pushed again is not noticed.

Fix: set ``imagePullPolicy: Always``; layers that a node has are not pulled again.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report images whose policy is not Always; without a policy that is what floating tags get."""
    for container in subject.containers():
        image, policy = text(container.value, "image"), text(container.value, "imagePullPolicy")
        tag = image.rpartition("/")[2].partition(":")[2]
        if not policy:
            policy = "Always" if "@" not in image and tag in ("", "latest") else "IfNotPresent"
        if image and policy != "Always":
            path = container.path / "imagePullPolicy"
            fix = unsafe("always ask the registry", put(path, "Always"))
            message = f"{container.title} has imagePullPolicy {policy}"
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="IMG003",
    name="not-always-pulled",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-score:container-image-pull-policy", "polaris:pullPolicyNotAlways", "checkov:CKV_K8S_15"),
    good=(
        "spec: {containers: [{name: a, image: b, imagePullPolicy: Always}]}",
        "spec: {containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: 'b:1'}]}",
        "spec: {containers: [{name: a, image: b, imagePullPolicy: IfNotPresent}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",),
    fixes=(Safety.UNSAFE,),
)
