"""A pod shares a namespace of its node.

With ``hostNetwork``, ``hostPID`` or ``hostIPC`` a pod sees the node's traffic, processes or shared memory.

Fix: remove the field; expose ports through a Service instead of the node's network.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report host namespaces."""
    for path, pod in subject.pods():
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(field) is True:
                what = field.removeprefix("host")
                yield Finding(path / field, f"the pod shares the node's {what} namespace")


RULE = Rule(
    code="SEC006",
    name="host-namespaces",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=(
        "kube-linter:host-pid",
        "polaris:hostPIDSet",
        "kube-linter:host-ipc",
        "polaris:hostIPCSet",
        "kube-linter:host-network",
        "polaris:hostNetworkSet",
        "checkov:CKV_K8S_17",
        "checkov:CKV_K8S_18",
        "checkov:CKV_K8S_19",
        "datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE",
        "datree:CONTAINERS_INCORRECT_HOSTIPC_VALUE_TRUE",
        "datree:CONTAINERS_INCORRECT_HOSTNETWORK_VALUE_TRUE",
    ),
    good=("spec: {hostNetwork: false, containers: [{name: a, image: b}]}",),
    bad=("spec: {hostPID: true, containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
