"""The volumes of a pod, and the source of one volume.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeVolumes)
"""

from collections.abc import Iterable

from kplan.api.core.volume import Volume
from kplan.api.view import View
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.volumesources import IN_PODS, Source
from kplan.kubectl.printers.describe.words import NONE


def source(page: Page, volume: View, kinds: Iterable[Source]) -> None:
    """Where the content of a volume comes from."""
    for kind in kinds:
        found = volume.raw.get(kind.name)
        if found is not None:
            page.field(2, "Type", kind.about)
            for field in kind.fields:
                page.row(2, field.title, field.of(found))
            if kind.more is not None:
                kind.more(page, found)
            return
    page.row(1, "<unknown>")


def volumes(page: Page, found: Iterable[Volume], indent: str = "") -> None:
    """The volumes of a pod."""
    if not found:
        page.field(0, f"{indent}Volumes", NONE)
        return
    page.row(0, f"{indent}Volumes:")
    for volume in found:
        page.row(1, f"{' ' if indent else ''}{volume.name}:")
        source(page, volume, IN_PODS)
