"""A container may run as root.

A process that escapes its container keeps its user: root inside is root on the node.

Fix: set ``securityContext.runAsNonRoot: true`` (or a ``runAsUser`` other than 0) on the pod or on each container.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.container import Container
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that neither forbid root nor name another user."""
    if subject.is_windows:
        return
    pod = mapping(subject.pod_spec(), "securityContext")
    needed = any(map(_needs_root, subject.containers()))
    for container in subject.containers():
        own = container.security
        user = own.get("runAsUser", pod.get("runAsUser"))
        if user == 0 and not isinstance(user, bool):
            yield Finding(container.path / "securityContext" / "runAsUser", f"{container.title} runs as root")
        elif own.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True and not isinstance(user, int):
            message = f"{container.title} may run as root"
            path = container.path / "securityContext"
            yield Finding(path, message, at_key=True, fix=_not_root(subject, container, needed=needed))


def _not_root(subject: Subject, container: Container, *, needed: bool) -> Fix | None:
    """Forbid root for the pod, or for the container alone where it or another says otherwise."""
    if _needs_root(container):
        return None
    alone = "runAsNonRoot" in container.security or needed
    holder = container.path if alone else subject.pod_path()
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
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
