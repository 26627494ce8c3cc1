"""A container may run as root.

A process that escapes its container keeps its user: root inside is root on the node.

Fix: set ``securityContext.runAsNonRoot: true`` (or a ``runAsUser`` other than 0) on the pod or on each container.
"""

from collections.abc import Iterator, Sequence

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.container import Container
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that neither forbid root nor name another user."""
    if subject.is_windows:
        return
    privileged = [one.pod.path for one in subject.containers() if _needs_root(one)]
    for container in subject.containers():
        pod, own = container.pod_security, container.security
        user = own.get("runAsUser", pod.get("runAsUser"))
        if user == 0 and not isinstance(user, bool):
            path = container.path / "securityContext" / "runAsUser"
            forbidden = own.get("runAsNonRoot", pod.get("runAsNonRoot")) is True
            message = "is root, and runAsNonRoot keeps it from starting" if forbidden else "runs as root"
            yield Finding(path, f"{container.title} {message}")
        elif own.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True and not isinstance(user, int):
            message = f"{container.title} may run as root"
            path = container.path / "securityContext"
            yield Finding(path, message, at_key=True, fix=_not_root(container, privileged))


def _not_root(container: Container, privileged: Sequence[FieldPath]) -> Fix | None:
    """Forbid root for the pod, or for the container alone if it or another says otherwise."""
    if _needs_root(container):
        return None
    alone = "runAsNonRoot" in container.security or container.pod.path in privileged
    holder = container.path if alone else container.pod.path / "spec"
    return unsafe("refuse to run as root", put(holder / "securityContext" / "runAsNonRoot", True))


def _needs_root(container: Container) -> bool:
    """Whether a container is root on purpose."""
    return container.security.get("privileged") is True or container.security.get("runAsUser") == 0


RULE = Rule(
    code="SEC003",
    name="run-as-non-root",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "checkov:CKV_K8S_23"),
    good=(
        "spec: {os: {name: windows}, containers: [{name: a, image: b}]}",
        "spec: {securityContext: {runAsNonRoot: true}, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {runAsUser: 1000}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {securityContext: {runAsNonRoot: true}, containers: [{name: a, image: b, securityContext: {runAsNonRoot: false}}]}",
        "spec: {securityContext: {runAsNonRoot: true, runAsUser: 0}, containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
