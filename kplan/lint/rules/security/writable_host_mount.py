"""A container can write to a directory of its node.

Files written there stay when the pod is gone, and are read by other pods and by the node itself.

Fix: set ``readOnly: true`` on the mount.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report mounts of hostPath volumes that are not read-only."""
    for container in subject.containers():
        volumes = {
            text(volume, "name"): text(volume, "hostPath", "path")
            for _, volume in items(container.pod_spec, "volumes")
            if text(volume, "hostPath", "path")
        }
        for index, mount in items(container.value, "volumeMounts"):
            directory = volumes.get(text(mount, "name"))
            if directory and mount.get("readOnly") is not True:
                path = container.path / "volumeMounts" / index
                message = f"{container.title} can write to {directory} of the node"
                yield Finding(path, message, fix=unsafe("mount it read-only", put(path / "readOnly", True)))


RULE = Rule(
    code="SEC023",
    name="writable-host-mount",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:writable-host-mount",),
    good=(
        "spec: {containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /v, readOnly: true}]}], volumes: [{name: v, hostPath: {path: /data}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, hostPath: {path: /data}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
    fixes=(Safety.UNSAFE,),
)
