"""Defaults of the autoscaling group.

Upstream: pkg/apis/autoscaling/{v1,v2}/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.empty_fields import sent

CPU_UTILISATION: Final = 80
_PERIOD: Final = 15


def default_v1(obj: Json) -> None:
    """Fill a HorizontalPodAutoscaler of autoscaling/v1; its CPU target is defaulted with the conversion."""
    obj.setdefault("spec", {}).setdefault("minReplicas", 1)


def default_v2(obj: Json) -> None:
    """Fill a HorizontalPodAutoscaler of autoscaling/v2."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        spec["metrics"] = [cpu_metric(CPU_UTILISATION)]
    behavior = spec.get("behavior")
    if behavior is not None:
        behavior["scaleUp"] = _rules(_scale_up(), behavior.get("scaleUp") or {})
        behavior["scaleDown"] = _rules(_scale_down(), behavior.get("scaleDown") or {})


def cpu_metric(utilisation: int) -> Json:
    """Build the metric that stands for a CPU target."""
    target = {"type": "Utilization", "averageUtilization": utilisation}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _rules(defaults: Json, given: Json) -> Json:
    """The given rules over the defaults; policies that were sent empty stay empty."""
    policies = sent(given, "policies")
    return {**defaults, **given, **({} if policies is None else {"policies": policies})}


def _scale_up() -> Json:
    policies = [
        {"type": "Pods", "value": 4, "periodSeconds": _PERIOD},
        {"type": "Percent", "value": 100, "periodSeconds": _PERIOD},
    ]
    return {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": policies}


def _scale_down() -> Json:
    return {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": _PERIOD}]}


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("autoscaling/v1", "HorizontalPodAutoscaler"): default_v1,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): default_v2,
}
