"""An image is not pinned by its digest.

Whoever can push to the registry can move a tag to another image; a digest names one image for ever.

Fix: write the image as ``name:tag@sha256:...``; update bots keep digests current.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report images without a digest; one with a variable in it is filled in later."""
    for container in subject.containers():
        image = text(container.value, "image")
        if image and "@" not in image and "$" not in image:
            yield Finding(container.path / "image", f"image {image!r} has no digest")


RULE = Rule(
    code="IMG004",
    name="no-digest",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("checkov:CKV_K8S_43", "datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST"),
    good=(
        "spec: {containers: [{name: a, image: 'app:1@sha256:0123456789012345678901234567890123456789012345678901234567890123'}]}",
    ),
    bad=("spec: {containers: [{name: a, image: 'app:1'}]}",),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
)
