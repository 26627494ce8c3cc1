"""Where pods may go: taints, tolerations, spread, and the terms that volumes and topologies set for nodes.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (printTaintsMultiline, printTolerationsMultiline)
"""

from collections.abc import Iterable, Sequence

from kplan.api.object import Json
from kplan.kubectl.printers.describe.ordering import go_sorted
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import NONE, joined, selector


def stacked(page: Page, title: str, lines: Sequence[str]) -> None:
    """Lines below each other, the first beside the title."""
    page.write(0, f"{title}:\t")
    if not lines:
        page.end(NONE)
    for index, line in enumerate(lines):
        page.write(0, f"{'' if index == 0 else chr(9)}{line}\n")


def taints(page: Page, values: Iterable[Json] | None) -> None:
    """The taints of a node."""
    ordered = go_sorted(values or (), lambda one: f"{one.get('effect') or ''},{one.get('key') or ''}")
    stacked(page, "Taints", [_taint(one) for one in ordered])


def _taint(taint: Json) -> str:
    key, value, effect = (taint.get(name) or "" for name in ("key", "value", "effect"))
    if value:
        return f"{key}={value}:{effect}"
    return f"{key}:{effect}" if effect else key


def tolerations(page: Page, title: str, values: Iterable[Json] | None) -> None:
    """The tolerations of a pod."""
    ordered = go_sorted(values or (), lambda one: str(one.get("key") or ""))
    stacked(page, title, [_toleration(one) for one in ordered])


def _toleration(toleration: Json) -> str:
    key, value, effect = (toleration.get(name) or "" for name in ("key", "value", "effect"))
    text = f"{key}{f'={value}' if value else ''}{f':{effect}' if effect else ''}"
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def spread(page: Page, constraints: Iterable[Json] | None, indent: str = "") -> None:
    """The topology spread constraints of a pod, where it has any."""
    ordered = go_sorted(constraints or (), lambda one: str(one.get("topologyKey") or ""))
    lead = f"{indent}Topology Spread Constraints:"
    for one in ordered:
        wanted = one.get("labelSelector")
        page.write(
            0,
            f"{lead}\t{one.get('topologyKey') or ''}:{one.get('whenUnsatisfiable') or ''}"
            f" when max skew {one.get('maxSkew', 0)} is exceeded"
            f"{'' if wanted is None else f' for selector {selector(wanted)}'}\n",
        )
        lead = indent


def scheduling_group(page: Page, spec: Json, indent: str = "") -> None:
    """The group a pod is scheduled with, where there is one."""
    group = spec.get("schedulingGroup")
    if group is not None:
        page.row(0, f"{indent}SchedulingGroup:")
        page.field(1, "PodGroupName", group.get("podGroupName") or "")


def volume_affinity(page: Page, affinity: Json | None) -> None:
    """The nodes that reach a volume."""
    page.write(0, "Node Affinity:\t")
    required = (affinity or {}).get("required")
    if required is None:
        page.end(NONE)
        return
    page.end()
    page.write(1, "Required Terms:\t")
    if not required.get("nodeSelectorTerms"):
        page.end(NONE)
        return
    page.end()
    for number, term in enumerate(required["nodeSelectorTerms"]):
        requirements = term.get("matchExpressions") or ()
        _term(
            page,
            2,
            f"Term {number}",
            [_requirement(one, str(one["operator"]).lower()) for one in requirements],
        )


def allowed_topologies(page: Page, topologies: Sequence[Json] | None) -> None:
    """Where volumes of a class may be made."""
    if topologies is None:
        return
    page.write(0, "AllowedTopologies:\t")
    page.end("" if topologies else NONE)
    for number, term in enumerate(topologies):
        requirements = term.get("matchLabelExpressions") or ()
        _term(page, 1, f"Term {number}", [_requirement(one, "in") for one in requirements])


def _term(page: Page, level: int, title: str, lines: Sequence[str]) -> None:
    page.write(level, f"{title}:\t")
    if not lines:
        page.end(NONE)
    for index, line in enumerate(lines):
        if index:
            page.write(level, "\t")
        page.write(0, f"{line}\n")


def _requirement(requirement: Json, operator: str) -> str:
    values = requirement.get("values")
    text = f"{requirement.get('key') or ''} {operator}"
    return f"{text} [{joined(values, ', ')}]" if values else text
