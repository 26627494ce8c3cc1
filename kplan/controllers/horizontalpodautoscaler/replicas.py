"""How many replicas a metric calls for: ratios, tolerance, pods that are unready or not measured.

Upstream: pkg/controller/podautoscaler/replica_calculator.go
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from kplan.api import conditions
from kplan.api.containers import resources_of
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_terminating, phase, sidecars_of
from kplan.api.quantity import milli_value
from kplan.namedtuples import NamedTuple

CPU_INITIALIZATION = timedelta(minutes=5)
INITIAL_READINESS = timedelta(seconds=30)
TOLERANCE = 0.1
_MOST = 2**31 - 1


class MetricError(Exception):
    """The metric cannot be computed; the text is upstream's, and so is the longer one that sums up."""

    def __init__(self, text: str, wrapped: str = "") -> None:
        super().__init__(text)
        self.wrapped = wrapped or text


class Tolerances(NamedTuple):
    """How far a ratio may be from 1 without consequences."""

    up: float = TOLERANCE
    down: float = TOLERANCE

    def within(self, ratio: float) -> bool:
        """Whether nothing needs to be done."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class Groups(NamedTuple):
    """Pods grouped by what their metrics say."""

    ready: int
    unready: frozenset[str]
    missing: frozenset[str]
    ignored: frozenset[str]


def group(pods: Sequence[Json], usage: Mapping[str, int], resource: str, now: datetime) -> Groups:
    """Sort the pods into ready, unready, not measured and ignored ones (groupPods)."""
    ready, unready, missing, ignored = 0, set(), set(), set()
    for pod in pods:
        name = pod["metadata"]["name"]
        if is_terminating(pod) or phase(pod) == "Failed":
            ignored.add(name)
        elif phase(pod) == "Pending":
            unready.add(name)
        elif name not in usage:
            missing.add(name)
        elif resource == "cpu" and _is_unready(pod, now):
            unready.add(name)
        else:
            ready += 1
    return Groups(ready, frozenset(unready), frozenset(missing), frozenset(ignored))


def _is_unready(pod: Json, now: datetime) -> bool:
    status = status_of(pod)
    condition = conditions.of_type(pod, "Ready")
    if condition is None or not status.get("startTime"):
        return True
    start = datetime.fromisoformat(status["startTime"])
    if condition.get("status") != "False":
        return False
    if start + CPU_INITIALIZATION > now:
        return True
    return start + INITIAL_READINESS > datetime.fromisoformat(condition["lastTransitionTime"])


def requests_of(pods: Sequence[Json], resource: str, container: str = "") -> dict[str, int]:
    """What each pod requests, in thousandths; a container without a request is an error."""
    found: dict[str, int] = {}
    for pod in pods:
        spec, total = pod["spec"], 0
        pod_level = resources_of(spec, "requests").get(resource)
        if pod_level is not None and not container:
            found[pod["metadata"]["name"]] = milli_value(pod_level)
            continue
        for item in (*spec["containers"], *sidecars_of(spec)):
            if container and item["name"] != container:
                continue
            request = resources_of(item, "requests").get(resource)
            if request is None:
                text = f"missing request for {resource} in container {item['name']} of Pod {pod['metadata']['name']}"
                raise MetricError(text)
            total += milli_value(request)
        found[pod["metadata"]["name"]] = total
    return found


def utilization_ratio(
    usage: Mapping[str, int], requests: Mapping[str, int], target: int
) -> tuple[float, int, int]:
    """The ratio to the target, the utilisation in percent and the mean use; whole percents, as upstream divides."""
    used = sum(value for name, value in usage.items() if name in requests)
    wanted = sum(requests[name] for name in usage if name in requests)
    if wanted == 0:
        raise MetricError("no metrics returned matched known pods")
    percent = used * 100 // wanted
    count = sum(name in requests for name in usage)
    return percent / target, percent, used // count


def _measured(
    pods: Sequence[Json], usage: Mapping[str, int], resource: str, now: datetime
) -> tuple[Groups, dict[str, int]]:
    """The pods in groups, and the use of those that count. Raises MetricError if none does."""
    if not pods:
        raise MetricError("no pods returned by selector while calculating replica count")
    groups = group(pods, usage, resource, now)
    gone = groups.ignored | groups.unready
    measured = {name: value for name, value in usage.items() if name not in gone}
    if not measured:
        raise MetricError("did not receive metrics for targeted pods (pods might be unready)")
    return groups, measured


def resource_replicas(
    current: int,
    target: int,
    pods: Sequence[Json],
    usage: Mapping[str, int],
    resource: str,
    now: datetime,
    tolerances: Tolerances,
    container: str = "",
) -> tuple[int, int, int]:
    """Replicas for a target utilisation; also the utilisation and the mean use (GetResourceReplicas)."""
    groups, measured = _measured(pods, usage, resource, now)
    requests = requests_of(pods, resource, container)
    ratio, percent, mean = utilization_ratio(measured, requests, target)
    full = {name: requests[name] * max(100, target) // 100 for name in groups.missing}

    def again(filled: Mapping[str, int]) -> float:
        return utilization_ratio(filled, requests, target)[0]

    return _rebalanced(current, ratio, groups, measured, full, again, tolerances), percent, mean


def average_replicas(
    current: int,
    target: int,
    pods: Sequence[Json],
    usage: Mapping[str, int],
    resource: str,
    now: datetime,
    tolerances: Tolerances,
) -> tuple[int, int]:
    """Replicas for a target mean; also the mean (GetRawResourceReplicas)."""
    groups, measured = _measured(pods, usage, resource, now)

    def ratio_of(filled: Mapping[str, int]) -> float:
        return sum(filled.values()) // len(filled) / target

    full = dict.fromkeys(groups.missing, target)
    replicas = _rebalanced(current, ratio_of(measured), groups, measured, full, ratio_of, tolerances)
    return replicas, sum(measured.values()) // len(measured)


def ratio_replicas(current: int, ratio: float, pods: Sequence[Json], tolerances: Tolerances) -> int:
    """Replicas for a ratio that holds for all pods together (getUsageRatioReplicaCount)."""
    if current == 0:
        return math.ceil(ratio)
    if tolerances.within(ratio):
        return current
    if not pods:
        text = "unable to calculate ready pods: no pods returned by selector while calculating replica count"
        raise MetricError(text)
    ready = sum(phase(pod) == "Running" and conditions.is_true(pod, "Ready") for pod in pods)
    return min(math.ceil(ratio * ready), _MOST)


def per_pod_replicas(current: int, usage: int, target: int, tolerances: Tolerances) -> tuple[int, int]:
    """Replicas for a share of a whole; also the share (GetObjectPerPodMetricReplicas,
    GetExternalPerPodMetricReplicas).
    """
    if current == 0:
        return min(math.ceil(usage / target), _MOST), usage
    share = math.ceil(usage / current)
    if tolerances.within(usage / (target * current)):
        return current, share
    return min(math.ceil(usage / target), _MOST), share


def _rebalanced(
    current: int,
    ratio: float,
    groups: Groups,
    measured: Mapping[str, int],
    full: Mapping[str, int],
    again: Callable[[Mapping[str, int]], float],
    tolerances: Tolerances,
) -> int:
    """Fill in what was not measured so that it holds the change back, and see whether the change survives."""
    scale_up_with_unready = bool(groups.unready) and ratio > 1.0
    if not groups.missing and not scale_up_with_unready:
        return current if tolerances.within(ratio) else math.ceil(ratio * groups.ready)
    filled = dict(measured)
    filled.update(full if ratio < 1.0 else dict.fromkeys(groups.missing, 0))
    if scale_up_with_unready:
        filled.update(dict.fromkeys(groups.unready, 0))
    new = again(filled)
    if tolerances.within(new) or (ratio < 1.0 < new) or (new < 1.0 < ratio):
        return current
    replicas = math.ceil(new * len(filled))
    if (new < 1.0 and replicas > current) or (new > 1.0 and replicas < current):
        return current
    return replicas
