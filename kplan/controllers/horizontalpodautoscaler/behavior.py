"""How fast an autoscaler may move: stabilisation windows, rate policies, the limits of the spec.

Upstream: pkg/controller/podautoscaler/horizontal.go (normalizeDesiredReplicas...), pkg/apis/autoscaling/v2/defaults.go
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kplan.api.autoscalers import scaling_policies_of, scaling_rules_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant

DOWNSCALE_WINDOW = 300
SCALE_UP_FACTOR = 2
SCALE_UP_MINIMUM = 4

_UP: Json = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_DOWN: Json = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
_STILL = {max: -1, min: (1 << 31) - 1}


@dataclass(slots=True)
class History:
    """What one autoscaler recommended and did before."""

    recommendations: list[tuple[Instant, int]] = field(default_factory=list)
    ups: list[tuple[Instant, int]] = field(default_factory=list)
    downs: list[tuple[Instant, int]] = field(default_factory=list)

    def note(self, now: Instant, before: int, after: int) -> None:
        """Remember a change."""
        if after > before:
            self.ups.append((now, after - before))
        elif after < before:
            self.downs.append((now, before - after))


class Limited(NamedTuple):
    """A number of replicas and the reason it is not another."""

    replicas: int
    able: tuple[str, str]
    limited: tuple[bool, str, str]


def limit(spec: Json, history: History, current: int, desired: int, minimum: int, now: Instant) -> Limited:
    """Clamp a desired number of replicas to what the behavior allows now."""
    if spec.get("behavior") is None:
        return _plain(spec, history, current, desired, minimum, now)
    return _with_behavior(spec, history, current, desired, minimum, now)


def _plain(spec: Json, history: History, current: int, desired: int, minimum: int, now: Instant) -> Limited:
    start = now - DOWNSCALE_WINDOW * SECOND
    stabilized = max([desired, *(count for when, count in history.recommendations if when > start)])
    _remember(history, now, desired, DOWNSCALE_WINDOW)
    able = ("ReadyForNewScale", "recommended size matches current size")
    if stabilized != desired:
        text = (
            "recent recommendations were higher than current one, applying the highest recent recommendation"
        )
        able = ("ScaleDownStabilized", text)
    rate = max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM)
    highest = min(rate, spec["maxReplicas"])
    if stabilized < minimum:
        text = "the desired replica count is less than the minimum replica count"
        return Limited(minimum, able, (True, "TooFewReplicas", text))
    if stabilized > highest:
        if spec["maxReplicas"] > rate:
            text = "the desired replica count is increasing faster than the maximum scale rate"
            return Limited(highest, able, (True, "ScaleUpLimit", text))
        text = "the desired replica count is more than the maximum replica count"
        return Limited(highest, able, (True, "TooManyReplicas", text))
    return Limited(
        stabilized, able, (False, "DesiredWithinRange", "the desired count is within the acceptable range")
    )


def _with_behavior(
    spec: Json, history: History, current: int, desired: int, minimum: int, now: Instant
) -> Limited:
    up, down = rules(spec, "scaleUp"), rules(spec, "scaleDown")
    windows = {
        "up": int(up.get("stabilizationWindowSeconds") or 0),
        "down": int(down.get("stabilizationWindowSeconds", DOWNSCALE_WINDOW)),
    }
    recent = {
        name: [count for when, count in history.recommendations if when > now - window * SECOND]
        for name, window in windows.items()
    }
    lowest_up, highest_down = min([desired, *recent["up"]]), max([desired, *recent["down"]])
    _remember(history, now, desired, max(windows.values()))
    stabilized = min(max(current, lowest_up), highest_down)
    able = ("ReadyForNewScale", "recommended size matches current size")
    if stabilized != desired:
        word, kind = (
            ("higher", "ScaleDownStabilized") if stabilized > desired else ("lower", "ScaleUpStabilized")
        )
        end = "highest" if stabilized > desired else "lowest"
        text = (
            f"recent recommendations were {word} than current one, applying the {end} recent recommendation"
        )
        able = (kind, text)
    if stabilized > current:
        return Limited(*_up(spec, history, current, stabilized, up, now, able))
    if stabilized < current:
        return Limited(*_down(history, current, stabilized, minimum, down, now, able))
    return Limited(
        stabilized, able, (False, "DesiredWithinRange", "the desired count is within the acceptable range")
    )


def rules(spec: Json, name: str) -> Json:
    """One direction's rules with their defaults filled in."""
    given = scaling_rules_of(spec, name)
    defaults = _UP if name == "scaleUp" else _DOWN
    return {**defaults, **{key: item for key, item in given.items() if item is not None}}


def _up(
    spec: Json, history: History, current: int, desired: int, rule: Json, now: Instant, able: tuple[str, str]
) -> tuple[int, tuple[str, str], tuple[bool, str, str]]:
    rate = max(current, _rate(rule, now, lambda policy: _grown(history, current, policy, now), best=max))
    highest = min(rate, spec["maxReplicas"])
    if desired > highest:
        if spec["maxReplicas"] > rate:
            text = "the desired replica count is increasing faster than the maximum scale rate"
            return highest, able, (True, "ScaleUpLimit", text)
        text = "the desired replica count is more than the maximum replica count"
        return highest, able, (True, "TooManyReplicas", text)
    return desired, able, (False, "DesiredWithinRange", "the desired count is within the acceptable range")


def _down(
    history: History,
    current: int,
    desired: int,
    minimum: int,
    rule: Json,
    now: Instant,
    able: tuple[str, str],
) -> tuple[int, tuple[str, str], tuple[bool, str, str]]:
    rate = min(current, _rate(rule, now, lambda policy: _shrunk(history, current, policy, now), best=min))
    lowest = max(rate, minimum)
    if desired < lowest:
        if minimum >= rate:
            text = "the desired replica count is less than the minimum replica count"
            return lowest, able, (True, "TooFewReplicas", text)
        text = "the desired replica count is decreasing faster than the maximum scale rate"
        return lowest, able, (True, "ScaleDownLimit", text)
    return desired, able, (False, "DesiredWithinRange", "the desired count is within the acceptable range")


def _rate(rule: Json, _now: Instant, limit_of: Any, *, best: Any) -> int:
    """What the policies allow together; ``best`` is the one that moves farthest."""
    select = rule.get("selectPolicy", "Max")
    limits = [limit_of(policy) for policy in scaling_policies_of(rule)]
    if select == "Disabled" or not limits:
        return _STILL[best]
    chosen = best if select == "Max" else (min if best is max else max)
    return int(chosen(limits))


def _grown(history: History, current: int, policy: Json, now: Instant) -> int:
    start = current - _changed(history.ups, policy, now) + _changed(history.downs, policy, now)
    if policy["type"] == "Pods":
        return start + int(policy["value"])
    return math.ceil(start * (1 + int(policy["value"]) / 100))


def _shrunk(history: History, current: int, policy: Json, now: Instant) -> int:
    start = current + _changed(history.downs, policy, now) - _changed(history.ups, policy, now)
    if policy["type"] == "Pods":
        return start - int(policy["value"])
    return int(start * (1 - policy["value"] / 100))


def _changed(changes: Sequence[tuple[Instant, int]], policy: Json, now: Instant) -> int:
    since = now - int(policy["periodSeconds"]) * SECOND
    return sum(count for when, count in changes if when > since)


def _remember(history: History, now: Instant, desired: int, window: int) -> None:
    kept = [(when, count) for when, count in history.recommendations if when > now - window * SECOND]
    history.recommendations = [*kept, (now, desired)]
