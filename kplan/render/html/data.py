"""The data of the page as plain JSON: the report's own document, and what only a picture needs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.kubectl.unified import unified_hunks
from kplan.plan.action import Action
from kplan.plan.model import Plan, PlannedChange
from kplan.plan.planfile import plain
from kplan.render.document import document, finding
from kplan.render.html.cluster_map import ClusterMap, Node, Pod, Step, cluster_map
from kplan.render.html.happenings import happenings
from kplan.render.html.moments import Moments
from kplan.render.html.relations import Graph, graph, touched
from kplan.render.plan_diff import file_of
from kplan.report import Report
from kplan.simulation.outcome import Outcome

Json = dict[str, Any]
_NO_MAP: Final = "A saved plan holds no map of the cluster and no timeline; kplan plan -o html=FILE draws them when the plan is made."
_SHOWN: Final = ("command", "kubernetes", "kplan_version", "exit_code", "inputs", "rules", "printed", "fleet")


def data_of(report: Report) -> Json:
    """Everything that the page shows; parts that the report does not have are left out."""
    every = report._replace(
        findings=report.all_findings, plan=None, diff=None, simulation=None, answers=(), table=None
    )
    whole: Json = {**document(every)}
    found: Json = {name: whole[name] for name in _SHOWN if name in whole}
    found["findings"] = [
        {**finding(one, report.kubernetes), "excerpt": one.excerpt} for one in report.findings
    ]
    if report.plan is not None:
        found["plan"] = _plan(report.plan)
    if report.diff is not None:
        found["diff"] = [{"name": one.name, "hunks": _hunks(one.before, one.after)} for one in report.diff]
    if report.outcome is not None:
        found |= _simulated(report.outcome, report.plan)
    elif report.plan is not None:
        found["remark"] = _NO_MAP
    return found


def _hunks(before: str, after: str) -> str:
    return "".join(unified_hunks(before, after))


def _plan(plan: Plan) -> Json:
    """The plan as its own JSON, with a diff in place of every object before and after."""
    light = tuple(replace(one, change=replace(one.change, before=None, after=None)) for one in plan.changes)
    found = plain(replace(plan, changes=light))
    for told, planned in zip(found["changes"], plan.changes, strict=True):
        del told["change"]["before"], told["change"]["after"]
        told["change"] |= {"symbol": planned.change.action.symbol, "diff": _difference(planned)}
    return found


def _difference(planned: PlannedChange) -> str:
    if planned.change.action in (Action.NOOP, Action.REFUSED):
        return ""
    _, before, after = file_of(planned.change)
    return _hunks(before, after)


def _simulated(outcome: Outcome, plan: Plan | None) -> Json:
    moments = Moments.of(outcome.started, (entry.when for entry in outcome.timeline))
    told = [list(one) for one in happenings(outcome, moments)]
    return {
        "moments": moments.seconds,
        "cluster": _cluster(cluster_map(outcome, moments), plan),
        "happenings": told,
        "graph": _graph(graph(outcome, touched(outcome) | _written(plan))),
    }


def _written(plan: Plan | None) -> frozenset[Any]:
    named = [one.change.object for one in plan.changes] if plan else []
    return frozenset(
        ObjectKey(GroupVersionKind.of(one.api_version, one.kind).group, one.kind, one.namespace, one.name)
        for one in named
    )


def _cluster(found: ClusterMap, plan: Plan | None) -> Json:
    """Nodes and pods as short lists: a page of 5,000 pods is read as fast as one of 50."""
    places = {node.name: number for number, node in enumerate(found.nodes)}
    owners = {one.owner: 0 for one in found.pods}
    numbers = {owner: number for number, owner in enumerate(owners)}
    causes = _causes(plan)
    return {
        "nodes": [_node(one) for one in found.nodes],
        "owners": list(owners),
        "pods": [_pod(one, places, numbers, causes) for one in found.pods],
    }


def _node(one: Node) -> list[Any]:
    return [one.name, one.cpu, one.memory, one.pods, [[step.moment, step.state] for step in one.steps]]


def _pod(
    one: Pod,
    places: Mapping[str, int],
    owners: Mapping[str, int],
    causes: Mapping[tuple[str, str], Sequence[int]],
) -> list[Any]:
    steps = [_step(step, places) for step in one.steps]
    change = next(iter(causes.get((one.namespace, one.name), ())), -1)
    return [one.namespace, one.name, owners[one.owner], one.cpu, one.memory, change, one.reason, steps]


def _step(step: Step, places: Mapping[str, int]) -> list[Any]:
    return [step.moment, step.state, places.get(step.node, -1)]


def _causes(plan: Plan | None) -> Mapping[tuple[str, str], Sequence[int]]:
    """The changes that bring a pod about or take it away."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, planned in enumerate(plan.changes if plan else ()):
        for pod in planned.effects.pods:
            found[pod.namespace, pod.name].append(number)
    return found


def _graph(found: Graph) -> Json:
    numbers = {one.key: number for number, one in enumerate(found.objects)}
    return {
        "objects": [[*one.key, one.pods, one.found] for one in found.objects],
        "relations": [[numbers[one.source], one.verb, numbers[one.target]] for one in found.relations],
    }
