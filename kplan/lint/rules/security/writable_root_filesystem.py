"""A container can write to its own root filesystem.

A read-only root filesystem keeps an intruder from replacing or adding programs.

Fix: set ``securityContext.readOnlyRootFilesystem: true`` and mount an emptyDir where the program has to write.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without a read-only root."""
    if subject.is_windows:
        return
    for container in subject.containers():
        if container.security.get("readOnlyRootFilesystem") is not True:
            path = container.path / "securityContext" / "readOnlyRootFilesystem"
            message = f"{container.title} has a writable root filesystem"
            fix = unsafe("make the root filesystem read-only", put(path, True))
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="SEC004",
    name="writable-root-filesystem",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=(
        "kube-linter:no-read-only-root-fs",
        "kube-score:container-security-context-readonlyrootfilesystem",
        "polaris:notReadOnlyRootFilesystem",
        "checkov:CKV_K8S_22",
    ),
    good=(
        "spec: {os: {name: windows}, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {readOnlyRootFilesystem: true}}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    fixes=(Safety.UNSAFE,),
)
