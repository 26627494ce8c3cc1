"""A pod mounts the socket of the container runtime.

Whoever can reach the runtime can start any container with any privilege, which amounts to root on the node.

Fix: remove the volume; build images with a daemonless builder, read metrics from the kubelet.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock")


def check(subject: Subject) -> Iterator[Finding]:
    """Report hostPath volumes of runtime sockets."""
    for where, volume in subject.volumes():
        socket = text(volume, "hostPath", "path")
        if socket.rsplit("/", 1)[-1] in SOCKETS:
            path = where / "hostPath" / "path"
            yield Finding(path, f"volume {text(volume, 'name')!r} is the runtime's socket {socket}")


RULE = Rule(
    code="SEC008",
    name="runtime-socket",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=(
        "kube-linter:docker-sock",
        "polaris:hostPathSet",
        "checkov:CKV_K8S_27",
        "datree:CONTAINERS_INCORRECT_PATH_VALUE_DOCKERSOCKET",
    ),
    good=("spec: {containers: [{name: a, image: b}], volumes: [{name: v, emptyDir: {}}]}",),
    bad=(
        "spec: {containers: [{name: a, image: b}], volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
)
