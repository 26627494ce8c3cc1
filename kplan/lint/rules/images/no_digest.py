"""An image is not pinned by its digest.

Whoever can push to the registry can move a tag to another image; a digest names one image for ever.

Fix: write the image as ``name:tag@sha256:...``; update bots keep digests current.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Option, Rule, Subject, Takes
from kplan.lint.world import World

_NONE: Final[tuple[str, ...]] = ()
DIGESTS: Final = Option(
    "IMG004.digests",
    Takes.TEXTS,
    _NONE,
    "Images with their digests, as name:tag@sha256:..., that --unsafe-fixes writes; what pods of --state run is known as well.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report images without a digest; one with a variable in it is filled in later."""
    for container in subject.containers():
        image = container.image
        if image and "@" not in image:
            path = container.path / "image"
            digest = _given(subject).get(image) or subject.world.remember("digests", _running).get(image)
            fix = unsafe("pin the image", put(path, f"{image}@{digest}")) if digest else None
            yield Finding(path, f"image {image!r} has no digest", fix=fix)


def _given(subject: Subject) -> Mapping[str, str]:
    """The digests of the configuration by image."""
    pairs = (one.partition("@") for one in subject.option(DIGESTS))
    return {image: digest for image, _, digest in pairs if digest.startswith("sha256:")}


def _running(world: World) -> Mapping[str, str]:
    """The digests of images that pods of a cluster run; nothing for an image of which several run."""
    found: dict[str, set[str]] = {}
    for pod in world.by_kind.get("Pod", ()):
        images = {
            text(container, "name"): text(container, "image")
            for _, container in items(pod.spec, "containers")
        }
        for _, status in items(mapping(pod.value, "status"), "containerStatuses"):
            image, digest = images.get(text(status, "name")), text(status, "imageID").rpartition("@")[2]
            if image is not None and digest.startswith("sha256:"):
                found.setdefault(image, set()).add(digest)
    return {image: next(iter(digests)) for image, digests in found.items() if len(digests) == 1}


RULE = Rule(
    code="IMG004",
    name="no-digest",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    options=(DIGESTS,),
    assumes={DIGESTS.key: (f"app:1@sha256:{'0123456789' * 6}0123",)},
    fixes=(Safety.UNSAFE,),
    aliases=("checkov:CKV_K8S_43", "datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST"),
    good=(
        "spec: {containers: [{name: a, image: 'app:1@sha256:0123456789012345678901234567890123456789012345678901234567890123'}]}",
    ),
    bad=("spec: {containers: [{name: a, image: 'app:1'}]}",),
    references=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
)
