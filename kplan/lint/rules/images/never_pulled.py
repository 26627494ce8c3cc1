"""An image is never pulled, or not pulled again although its tag may change.

``imagePullPolicy: Never`` works only on nodes that happen to hold the image; ``IfNotPresent`` keeps whatever version of
the tag each node pulled first.

Fix: use a version tag, or ``imagePullPolicy: Always`` with a tag that changes.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.imagestreams import from_streams
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pull policies that do not fit the image."""
    for container in subject.containers():
        policy, image = text(container.value, "imagePullPolicy"), container.image
        bare = bool(image) and "@" not in image and ":" not in image.rpartition("/")[2]
        floating = bare or image.endswith(":latest")
        if policy == "Never" or (policy == "IfNotPresent" and floating):
            of = f" with image {image!r}" if image else ""
            message = f"{container.title} has imagePullPolicy {policy}{of}"
            path = container.path / "imagePullPolicy"
            fix = unsafe("always pull the image", put(path, "Always")) if policy != "Never" else None
            unknown = "" if policy == "Never" else from_streams(subject)
            yield Finding(path, message, fix=fix, unknown=unknown)


RULE = Rule(
    code="IMG002",
    name="never-pulled",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    good=("spec: {containers: [{name: a, image: 'b:1', imagePullPolicy: IfNotPresent}]}",),
    bad=("spec: {containers: [{name: a, image: 'b:latest', imagePullPolicy: IfNotPresent}]}",),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",),
    fixes=(Safety.UNSAFE,),
)
