"""Tables of conditions, by the columns that a kind shows of them.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.view import View
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import moment

_TIMES: Final = ("lastProbeTime", "lastHeartbeatTime", "lastTransitionTime")
_RULES: Final = {"lastProbeTime": "-----------------"}


def conditions(page: Page, found: Sequence[View], fields: Sequence[str], spaced: int = 0) -> None:
    """The table; the first columns, ``spaced`` of them, end with a blank, as they always did."""
    if not found:
        return
    titles = [f"{name[:1].upper()}{name[1:]}" for name in fields]
    page.row(0, "Conditions:")
    page.row(1, *titles)
    page.row(1, *(_RULES.get(name, "-" * len(name)) for name in fields))
    for one in found:
        raw = one.raw
        texts = [moment(raw.get(name)) if name in _TIMES else str(raw.get(name) or "") for name in fields]
        page.row(1, *(f"{text} " if index < spaced else text for index, text in enumerate(texts)))
