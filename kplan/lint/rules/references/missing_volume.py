"""A container mounts a volume that the pod does not have.

The API server refuses the pod; with a Deployment that shows only when no pods are created.

Fix: add the volume under ``volumes`` or correct the mount's name.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.container import Container
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report mounts and devices whose name is no volume of the pod and no claim template of its StatefulSet."""
    claims = {text(claim, "metadata", "name") for _, claim in items(subject.spec, "volumeClaimTemplates")}
    for container in subject.containers():
        names = claims | {text(volume, "name") for _, volume in items(container.pod_spec, "volumes")}
        for path, name in _mounted(container):
            if name and name not in names:
                yield Finding(path, f"{container.title} mounts {name!r}, which is not a volume of the pod")


def _mounted(container: Container) -> Iterator[tuple[FieldPath, str]]:
    """The names of volumes that a container mounts or has as devices, and where they stand."""
    for field in ("volumeMounts", "volumeDevices"):
        for index, mount in items(container.value, field):
            yield container.path / field / index / "name", text(mount, "name")


RULE = Rule(
    code="REF007",
    name="missing-volume",
    severity=Severity.ERROR,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    aliases=("kubevious:volume-mount-ref",),
    good=(
        "spec: {containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, emptyDir: {}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, volumeMounts: [{name: w, mountPath: /v}]}], volumes: [{name: v, emptyDir: {}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/",),
)
