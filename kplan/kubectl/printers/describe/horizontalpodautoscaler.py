"""HorizontalPodAutoscalers.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (HorizontalPodAutoscalerDescriber)
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import UNKNOWN, UNSET, moment, quantity

_FIELDS: Final = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def horizontal_pod_autoscaler(value: Json, page: Page, scene: Scene) -> None:
    """A HorizontalPodAutoscaler: what it measures, within which bounds, and what it wants now."""
    spec, status = value["spec"], value.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    identity(page, value)
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(value["metadata"].get("creationTimestamp")))
    page.field(0, "Reference", f"{target.get('kind') or ''}/{target.get('name') or ''}")
    page.field(0, "Metrics", "( current / target )")
    measured = status.get("currentMetrics") or []
    for index, metric in enumerate(spec.get("metrics") or ()):
        _metric(page, metric, measured[index : index + 1])
    page.field(0, "Min replicas", spec.get("minReplicas", UNSET))
    page.field(0, "Max replicas", spec.get("maxReplicas", 0))
    if spec.get("behavior") is not None:
        page.row(0, "Behavior:")
        for title, field in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
            _direction(page, title, spec["behavior"].get(field))
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    page.field(0, f"{target.get('kind') or ''} pods", counts)
    conditions(page, status.get("conditions"), ("type", "status", "reason", "message"))
    events(page, value, scene)


def _metric(page: Page, metric: Json, measured: Sequence[Json]) -> None:
    kind = str(metric.get("type") or "")
    field = _FIELDS.get(kind, "")
    source = metric.get(field)
    if source is None:
        page.row(1, f"<unknown metric type {go_quote(kind)}>")
        return
    found = measured[0].get(field) if measured else None
    current = None if found is None else found.get("current") or {}
    target = source.get("target") or {}
    name = str((source.get("metric") or {}).get("name") or "")
    if field == "pods":
        _compared(page, f"{go_quote(name)} on pods", current, target, "averageValue")
    elif field == "external":
        average = target.get("averageValue") is not None
        if average and (current or {}).get("averageValue") is None:
            current = None
        wanted, which = ("average value", "averageValue") if average else ("value", "value")
        _compared(page, f"{go_quote(name)} (target {wanted})", current, target, which)
    elif field == "object":
        about = source.get("describedObject") or {}
        average = target.get("type") == "AverageValue"
        wanted, which = ("average value", "averageValue") if average else ("value", "value")
        subject = f'"{name}" on {about.get("kind") or ""}/{about.get("name") or ""}'
        _compared(page, f"{subject} (target {wanted})", current, target, which)
    else:
        within = f' of container "{source.get("container") or ""}"' if field == "containerResource" else ""
        _used(page, f"resource {source.get('name') or ''}{within} on pods", current, target)


def _amount(value: object) -> str:
    return "<nil>" if value is None else quantity(value)


def _compared(page: Page, title: str, current: Json | None, target: Json, field: str) -> None:
    shown = UNKNOWN if current is None else _amount(current.get(field))
    page.field(1, title, f"{shown} / {_amount(target.get(field))}")


def _used(page: Page, title: str, current: Json | None, target: Json) -> None:
    """A share of what is requested, or an amount."""
    if target.get("averageValue") is not None:
        _compared(page, title, current, target, "averageValue")
        return
    share = (current or {}).get("averageUtilization")
    shown = UNKNOWN if share is None else f"{share}% ({_amount((current or {}).get('averageValue'))})"
    wanted = target.get("averageUtilization")
    limit = "<auto>" if wanted is None else f"{wanted}%"
    page.field(1, f"{title}  (as a percentage of request)", f"{shown} / {limit}")


def _direction(page: Page, title: str, rules: Json | None) -> None:
    if rules is None:
        return
    page.row(1, f"{title}:")
    if rules.get("stabilizationWindowSeconds") is not None:
        page.row(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
    if not rules.get("policies"):
        return
    page.row(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
    page.row(2, "Policies:")
    for policy in rules["policies"]:
        page.row(
            3,
            f"- Type: {policy.get('type') or ''}",
            f"Value: {policy.get('value', 0)}",
            f"Period: {policy.get('periodSeconds', 0)} seconds",
        )
