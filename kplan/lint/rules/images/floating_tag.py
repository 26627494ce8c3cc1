"""An image has no tag, or the tag ``latest``.

What ``latest`` means changes under the same manifest: two pods of one Deployment may run different versions, and a
rollback does not bring the old one back.

Fix: use a version tag or a digest.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.imagestreams import from_streams
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

TAGS: Final = Option(
    "IMG001.tags", Takes.TEXTS, ("latest",), "Tags that move, with * for any text: edge, *-SNAPSHOT."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report images whose tag floats; a digest or a variable filled in later is fine."""
    for container in subject.containers():
        image = container.image
        if not image or "@" in image:
            continue
        _, _, tag = image.rpartition("/")[2].partition(":")
        if not tag or any(fnmatchcase(tag, one) for one in subject.option(TAGS)):
            what = f"the tag {tag}" if tag else "no tag"
            yield Finding(
                container.path / "image", f"image {image!r} has {what}", unknown=from_streams(subject)
            )


RULE = Rule(
    code="IMG001",
    name="floating-tag",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(TAGS,),
    aliases=(
        "kube-linter:latest-tag",
        "kube-score:container-image-tag",
        "polaris:tagNotSpecified",
        "checkov:CKV_K8S_14",
        "kubevious:latest-image",
        "datree:CONTAINERS_MISSING_IMAGE_VALUE_VERSION",
    ),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  annotations:
    image.openshift.io/triggers: '[{"from": {"kind": "ImageStreamTag", "name": "a:1"}, "fieldPath": "spec.template.spec.containers[0].image"}]'
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: a, image: a}]}
""",
        "spec: {containers: [{name: a, image: '{{ image }}'}]}",
        "spec: {containers: [{name: a, image: 'registry:5000/app:1.2'}, {name: b, image: 'app@sha256:0123456789012345678901234567890123456789012345678901234567890123'}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: 'registry:5000/app'}]}",
        "spec: {containers: [{name: a, image: 'app:latest'}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
)
