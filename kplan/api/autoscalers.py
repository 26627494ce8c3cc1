"""Reads of HorizontalPodAutoscalers.

Upstream: staging/src/k8s.io/api/autoscaling/v2/types.go
"""

from collections.abc import Sequence

from kplan.api.object import Json


def scaling_rules_of(spec: Json, direction: str) -> Json:
    """What is said of ``scaleUp`` or ``scaleDown``; empty if nothing is."""
    return (spec.get("behavior") or {}).get(direction) or {}


def scaling_policies_of(rules: Json) -> Sequence[Json]:
    """How far a direction's rules let it go at once."""
    return rules.get("policies") or ()


def metric_source_of(metric: Json) -> Json:
    """The part of a metric that its type names: ``resource`` of type Resource; a status has metrics without one."""
    kind = metric.get("type") or ""
    return metric.get(kind[:1].lower() + kind[1:]) or {}
