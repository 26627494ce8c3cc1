"""An image has a name that no image can have.

The API server takes any text; the kubelet refuses it with InvalidImageName, and the container never starts.

Fix: write it as REGISTRY/NAME:TAG or NAME@DIGEST: names are in lower case, and there are no blanks.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.imagestreams import from_streams
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject

_REGISTRY: Final = r"(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_TAG: Final = r"(?::\w[\w.-]{0,127})?"
_DIGEST: Final = r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
_IMAGE: Final = rf"(?:{_REGISTRY}/)?{_PART}(?:/{_PART})*{_TAG}{_DIGEST}"
_PLAIN: Final = "abcdefghijklmnopqrstuvwxyz0123456789./:-_@"
_STANDS_FOR: Final = r"^ko://|[<>{}$]|__\w+__|@\w+@|(?:^|[/.-])[A-Z][A-Z0-9_-]{2,}(?=$|[/:.@-])"
"""What stands for a name or a part of one, and is replaced before anything is applied."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report images that cannot be parsed; an empty one is the API server's to refuse."""
    for container in subject.containers():
        image = text(container.value, "image")
        if image and not _is_plain(image) and re.fullmatch(_IMAGE, image, re.ASCII) is None:
            unknown = "it stands for another text" if re.search(_STANDS_FOR, image) else from_streams(subject)
            yield Finding(
                container.path / "image", f"no image can be named {image!r}", _reason(image), unknown=unknown
            )


def _is_plain(image: str) -> bool:
    """Whether an image has no sign that could be wrong:
    most have none, and need no pattern, which takes a while to compile.
    """
    return not image.strip(_PLAIN) and "//" not in image and image[0].isalnum() and image[-1].isalnum()


def _reason(image: str) -> str:
    """What is wrong with it, if that is plain."""
    name = image.partition("@")[0]
    if re.search(r"\s", image):
        return "remove the blank: nothing in the name of an image is separated by blanks."
    if "://" in image:
        return "remove the scheme: an image is no URL."
    if name.rpartition(":")[0].lower() != name.rpartition(":")[0] or (
        ":" not in name and name != name.lower()
    ):
        return "write the name in lower case; only a tag may have capitals."
    return ""


RULE = Rule(
    code="IMG006",
    name="invalid-reference",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    good=(
        "spec: {containers: [{name: a, image: 'ghcr.io/shop/web_ui:1.0-RC1@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b'}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: 'nginx: 1.25'}]}",
        "spec: {containers: [{name: a, image: 'Nginx:1.25'}]}",
        "spec: {containers: [{name: a, image: 'https://ghcr.io/shop/web:1'}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
)
