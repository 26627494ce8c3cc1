"""Names, labels and annotations: what every description begins with.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (printLabelsMultiline, printAnnotationsMultiline)
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.meta import Resource
from kplan.api.object import Json
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, controller

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST: Final = 140


def identity(page: Page, value: Json) -> None:
    """Name and namespace."""
    metadata = Resource(value).metadata
    page.field(0, "Name", metadata.name)
    page.field(0, "Namespace", metadata.namespace)


def labelled(page: Page, value: Json) -> None:
    """Labels and annotations."""
    metadata = Resource(value).metadata
    labels(page, "Labels", metadata.labels)
    annotations(page, "Annotations", metadata.annotations)


def controlled_by(page: Page, value: Json) -> None:
    """The controller, if there is one."""
    if owner := controller(value):
        page.field(0, "Controlled By", owner)


def terminating(value: Json, scene: Scene) -> str:
    """That an object is being deleted, and for how long, or nothing."""
    since = Resource(value).metadata.deletion_timestamp
    return f"Terminating (lasts {scene.age(since)})" if since else ""


def labels(page: Page, title: str, values: Mapping[str, str], indent: str = "") -> None:
    """Labels, or another map of texts, one a line."""
    page.write(0, f"{indent}{title}:\t")
    if not values:
        page.end(NONE)
        return
    for index, key in enumerate(sorted(values)):
        if index:
            page.write(0, indent)
            page.write(0, "\t")
        page.write(0, f"{key}={values[key]}\n")


def annotations(page: Page, title: str, values: Mapping[str, str]) -> None:
    """Annotations, except kubectl's own; long ones and those of several lines below their name."""
    page.write(0, f"{title}:\t")
    keys = sorted(key for key in values if key != LAST_APPLIED)
    if not keys:
        page.end(NONE)
    for index, key in enumerate(keys):
        if index:
            page.write(0, "\t")
        _annotation(page, key, values[key].removesuffix("\n"))


def _annotation(page: Page, key: str, text: str) -> None:
    if len(text.encode()) + len(key.encode()) + 2 <= _LONGEST and "\n" not in text:
        page.write(0, f"{key}: {text}\n")
        return
    page.write(0, f"{key}:\n")
    for line in text.split("\n"):
        page.write(0, f"\t  {shortened(line, _LONGEST - 2)}\n")


def shortened(line: str, longest: int = _LONGEST) -> str:
    """A line cut at a number of bytes, even within a character."""
    given = line.encode()
    return line if len(given) <= longest else given[:longest].decode(errors="surrogateescape") + "..."
