"""A pod mounts a directory of its node.

A hostPath volume breaks the container's isolation: files of the node, its kubelet and other pods can be read or changed.

Fix: use a PersistentVolumeClaim, emptyDir or configMap; where the node's files are needed, mount them read-only.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

SYSTEM = (
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/sys",
    "/usr",
    "/root",
    "/var/lib/kubelet",
    "/var/lib/etcd",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report hostPath volumes, naming those of system directories."""
    for index, volume in items(subject.pod_spec(), "volumes"):
        directory = text(volume, "hostPath", "path")
        if not directory or directory.endswith(".sock"):
            continue
        path = subject.pod_path() / "volumes" / index / "hostPath" / "path"
        what = "the system directory" if directory == "/" or directory.startswith(SYSTEM) else "the directory"
        yield Finding(path, f"volume {text(volume, 'name')!r} is {what} {directory} of the node")


RULE = Rule(
    code="SEC007",
    name="host-path",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=("spec: {containers: [{name: a, image: b}], volumes: [{name: v, emptyDir: {}}]}",),
    bad=("spec: {containers: [{name: a, image: b}], volumes: [{name: v, hostPath: {path: /etc}}]}",),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
)
