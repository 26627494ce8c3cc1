"""A pod has a volume that none of its containers mounts.

Of a claim it means that what the program writes is lost with the container, though the storage is there.

Fix: mount the volume with ``volumeMounts`` in a container, or remove it.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
_CLAIMS: Final = ("persistentVolumeClaim", "ephemeral")
_TOLD: Final = {
    "configMap": "the ConfigMap",
    "secret": "the Secret",
    "projected": "what is projected",
    "csi": "the volume",
}
"""What matters to a container; directories that begin empty, or are the node's,
are left over more often than forgotten.
"""
_TEMPLATES: Final = FieldPath.of("spec", "volumeClaimTemplates")


def check(subject: Subject) -> Iterator[Finding]:
    """Report claims that are not mounted, and as notes other volumes with something in them;
    an annotation may ask for a container that mounts one.
    """
    for template in subject.templates:
        path, pod = template.path / "spec", template.spec
        notes = str(mapping(template.value, "metadata", "annotations"))
        used = {
            text(one, "name")
            for containers in _LISTS
            for _, container in items(pod, containers)
            for field in ("volumeMounts", "volumeDevices")
            for _, one in items(container, field)
        }
        if not used and not any(pod.get(containers) for containers in _LISTS):
            continue
        for index, volume in items(pod, "volumes"):
            name, place = text(volume, "name"), path / "volumes" / index
            if name in used or f'"{name}"' in notes:
                continue
            if any(volume.get(kind) for kind in _CLAIMS):
                yield Finding(place, f"no container mounts volume {name!r}: nothing is written to the claim")
            elif what := next((words for kind, words in _TOLD.items() if volume.get(kind)), ""):
                message = f"no container mounts volume {name!r}: none sees {what}"
                yield Finding(place, message, severity=Severity.INFO)
        if subject.kind == "StatefulSet.apps":
            yield from _of_templates(subject, used)


def _of_templates(subject: Subject, used: set[str]) -> Iterator[Finding]:
    for index, claim in items(subject.spec, "volumeClaimTemplates"):
        name = text(mapping(claim, "metadata"), "name")
        if name and name not in used:
            message = f"no container mounts {name!r}: each pod has a claim that nothing is written to"
            yield Finding(_TEMPLATES / index / "metadata" / "name", message)


_POD: Final = "spec: {containers: [{name: a, image: b%s}], volumes: [{name: v, %s}]}"
_MOUNTED: Final = ", volumeMounts: [{name: v, mountPath: /v}]"
_CLAIM: Final = "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}"

RULE = Rule(
    code="CTR006",
    name="unmounted-volume",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=(_POD % (_MOUNTED, _CLAIM), _POD % ("", "emptyDir: {}")),
    bad=(
        _POD % ("", _CLAIM),
        _POD % ("", "configMap: {name: settings, optional: true}"),
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: a, image: b}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/",),
)
