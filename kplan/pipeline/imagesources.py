"""Images that others than the file of a pod choose:
an image stream of OpenShift, a kustomization that cannot be built here.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kplan.api.object import Object
from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Diagnostic

_ABOUT: Final = ("IMG001", "IMG002", "IMG004", "IMG005")
"""Rules that name an image, and are wrong where another one is put in its place."""
_IMAGE: Final = re.compile(r"image '([^']+)'")
_STREAM: Final = ("image.openshift.io", "ImageStream")


def are_about_images(found: Iterable[Diagnostic]) -> bool:
    """Whether there is any finding that other images could make wrong."""
    return any(one.rule in _ABOUT for one in found)


class ImageSources:
    """Who else names images: the streams among ``objects``, and what ``unbuilt`` kustomizations replace."""

    def __init__(self, objects: Iterable[Object], unbuilt: Sequence[Object]) -> None:
        self._streams = {
            (one.key.namespace, one.key.name)
            for one in objects
            if (one.gvk.group, one.gvk.kind) == _STREAM
            and mapping(one.value, "spec", "lookupPolicy").get("local") is True
        }
        """Streams that pods of their namespace may name instead of an image, by namespace and name."""
        self._replaced = {
            text(image, "name") for one in unbuilt for _, image in items(one.value, "images")
        } - {""}

    def __bool__(self) -> bool:
        return bool(self._streams or self._replaced)

    def other(self, one: Diagnostic, *, is_part: bool) -> str:
        """Why the image that a finding names may be another; ``is_part`` says whether a kustomization takes its file.

        Upstream: openshift/openshift-apiserver pkg/image/apiserver/admission/imagepolicy
        """
        named = _IMAGE.search(one.message) if one.rule in _ABOUT else None
        if named is None:
            return ""
        name = _without_tag(named[1])
        namespace = one.object.partition(" -n ")[2]
        if "/" not in name and not self._streams.isdisjoint({(namespace, name), ("", name)}):
            return f"the image stream {name!r} says which image that is"
        if is_part and name in self._replaced:
            return "the kustomization that takes the file as a resource names another image"
        return ""


def _without_tag(image: str) -> str:
    """The name of an image without its tag and its digest."""
    folder, slash, last = image.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]
