"""An image comes from a registry that is not on the list.

A team that mirrors or scans its images runs only what comes from its own registries.

Fix: take the image from one of the registries, or add its registry to the option ``registries``.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NO_REGISTRIES: Final[tuple[str, ...]] = ()
REGISTRIES: Final = Option(
    "IMG005.registries", Takes.TEXTS, _NO_REGISTRIES,
    "Where images may come from: registries, or registries with the beginning of a path, with * for any text; none means any.",
)  # fmt: skip
_DEFAULT: Final = "docker.io"


def check(subject: Subject) -> Iterator[Finding]:
    """Report images from elsewhere, if there is a list."""
    allowed = subject.option(REGISTRIES)
    for container in subject.containers() if allowed else ():
        image = container.image
        if image and not any(_is_from(_full(image), one) for one in allowed):
            message = f"image {image!r} comes from {_full(image).partition('/')[0]}"
            yield Finding(container.path / "image", message)


def _full(image: str) -> str:
    """The image with its registry, which is Docker's if the first part is no host."""
    first, slash, _ = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    return image if is_host else f"{_DEFAULT}/{image}"


def _is_from(image: str, registry: str) -> bool:
    pattern = registry.rstrip("/")
    return fnmatchcase(image, f"{pattern}/*") or fnmatchcase(image, pattern)


RULE = Rule(
    code="IMG005",
    name="unknown-registry",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(REGISTRIES,),
    assumes={"IMG005.registries": ("registry.example.com", "ghcr.io/shop")},
    good=("spec: {containers: [{name: a, image: 'registry.example.com/app:1'}]}",),
    bad=(
        "spec: {containers: [{name: a, image: 'nginx:1.27'}]}",
        "spec: {containers: [{name: a, image: 'ghcr.io/shopping/app:1'}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
)
