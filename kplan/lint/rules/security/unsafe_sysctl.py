"""A pod sets a kernel parameter that is not safe to set.

Parameters outside of the safe set may harm other pods of the node; a kubelet refuses the pod unless its
configuration allows them.

Fix: remove the parameter; if it is needed, allow it on a group of nodes of its own.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_SAFE: Final = frozenset(
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    }
)  # fmt: skip
"""What a kubelet lets pods set by default."""

_NONE: Final[tuple[str, ...]] = ()
ALLOWED: Final = Option(
    "SEC020.allowed",
    Takes.TEXTS,
    _NONE,
    "Parameters that the kubelets' configuration allows besides, with * for any text: net.core.*.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report parameters that kubelets refuse by default."""
    parameters = (
        (where / "securityContext" / "sysctls" / index / "name", parameter)
        for where, pod in subject.pods()
        for index, parameter in items(pod.get("securityContext"), "sysctls")
    )
    for path, parameter in parameters:
        name = text(parameter, "name")
        dotted = name.replace("/", ".")
        allowed = dotted in _SAFE or any(fnmatchcase(dotted, one) for one in subject.option(ALLOWED))
        if name and not allowed:
            yield Finding(path, f"the kernel parameter {name} is not one that kubelets allow by default")


RULE = Rule(
    code="SEC020",
    name="unsafe-sysctl",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(ALLOWED,),
    aliases=("kube-linter:unsafe-sysctls",),
    good=(
        "spec: {securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '0'}]}, containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {securityContext: {sysctls: [{name: net.core.somaxconn, value: '1024'}]}, containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",),
)
