"""Where pods may go: taints, tolerations, spread, and the terms that volumes and topologies set for nodes.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (printTaintsMultiline, printTolerationsMultiline)
"""

from collections.abc import Iterable, Sequence

from kplan.api.core.container import TopologySelectorLabelRequirement, TopologySelectorTerm
from kplan.api.core.node import Taint
from kplan.api.core.persistentvolume import VolumeNodeAffinity
from kplan.api.core.placement import NodeSelectorRequirement, Toleration, TopologySpreadConstraint
from kplan.api.core.pod import PodSpec
from kplan.kubectl.gosort import go_sorted_by
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import NONE, joined, selector


def stacked(page: Page, title: str, lines: Sequence[str]) -> None:
    """Lines below each other, the first beside the title."""
    page.write(0, f"{title}:\t")
    if not lines:
        page.end(NONE)
    for index, line in enumerate(lines):
        page.write(0, f"{'' if index == 0 else chr(9)}{line}\n")


def taints(page: Page, values: Iterable[Taint]) -> None:
    """The taints of a node."""
    ordered = go_sorted_by(values, lambda one: f"{one.effect},{one.key}")
    stacked(page, "Taints", [_taint(one) for one in ordered])


def _taint(taint: Taint) -> str:
    if taint.value:
        return f"{taint.key}={taint.value}:{taint.effect}"
    return f"{taint.key}:{taint.effect}" if taint.effect else taint.key


def tolerations(page: Page, title: str, values: Iterable[Toleration]) -> None:
    """The tolerations of a pod."""
    ordered = go_sorted_by(values, lambda one: one.key)
    stacked(page, title, [_toleration(one) for one in ordered])


def _toleration(toleration: Toleration) -> str:
    key, value, effect = toleration.key, toleration.value, toleration.effect
    text = f"{key}{f'={value}' if value else ''}{f':{effect}' if effect else ''}"
    if toleration.operator == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = toleration.toleration_seconds
    return text if seconds is None else f"{text} for {seconds}s"


def spread(page: Page, constraints: Iterable[TopologySpreadConstraint], indent: str = "") -> None:
    """The topology spread constraints of a pod, if it has any."""
    ordered = go_sorted_by(constraints, lambda one: one.topology_key)
    lead = f"{indent}Topology Spread Constraints:"
    for one in ordered:
        wanted = one.label_selector
        page.write(
            0,
            f"{lead}\t{one.topology_key}:{one.when_unsatisfiable}"
            f" when max skew {one.max_skew} is exceeded"
            f"{'' if wanted is None else f' for selector {selector(wanted)}'}\n",
        )
        lead = indent


def scheduling_group(page: Page, spec: PodSpec, indent: str = "") -> None:
    """The group a pod is scheduled with, if there is one."""
    group = spec.scheduling_group
    if group is not None:
        page.row(0, f"{indent}SchedulingGroup:")
        page.field(1, "PodGroupName", group.pod_group_name or "")


def volume_affinity(page: Page, affinity: VolumeNodeAffinity | None) -> None:
    """The nodes that reach a volume."""
    page.write(0, "Node Affinity:\t")
    required = affinity.required if affinity else None
    if required is None:
        page.end(NONE)
        return
    page.end()
    page.write(1, "Required Terms:\t")
    if not required.node_selector_terms:
        page.end(NONE)
        return
    page.end()
    for number, term in enumerate(required.node_selector_terms):
        lines = [_requirement(one, one.operator.lower()) for one in term.match_expressions]
        _term(page, 2, f"Term {number}", lines)


def allowed_topologies(page: Page, topologies: Sequence[TopologySelectorTerm]) -> None:
    """Where volumes of a class may be made."""
    page.write(0, "AllowedTopologies:\t")
    page.end("" if topologies else NONE)
    for number, term in enumerate(topologies):
        lines = [_requirement(one, "in") for one in term.match_label_expressions]
        _term(page, 1, f"Term {number}", lines)


def _term(page: Page, level: int, title: str, lines: Sequence[str]) -> None:
    page.write(level, f"{title}:\t")
    if not lines:
        page.end(NONE)
    for index, line in enumerate(lines):
        if index:
            page.write(level, "\t")
        page.write(0, f"{line}\n")


def _requirement(
    requirement: NodeSelectorRequirement | TopologySelectorLabelRequirement, operator: str
) -> str:
    text = f"{requirement.key} {operator}"
    return f"{text} [{joined(requirement.values, ', ')}]" if requirement.values else text
