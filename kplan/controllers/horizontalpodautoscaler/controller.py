"""The autoscaler loop: every fifteen seconds, from metrics to a scale, with the conditions that say why.

A round that would change nothing is background work. One is waited for after an autoscaler was written or the size of
its target was set, so that a run does not end before the autoscaler has had its say.

Upstream: pkg/controller/podautoscaler/horizontal.go
"""

from collections.abc import Sequence

from kplan.api import conditions
from kplan.api.autoscalers import metric_source_of, scaling_rules_of
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import recorded_phase
from kplan.api.quantity import Format, Quantity, milli_value
from kplan.api.workloadspec import status_count
from kplan.apiserver.errors import StatusError
from kplan.controllers.horizontalpodautoscaler import replicas
from kplan.controllers.horizontalpodautoscaler.behavior import History, limit
from kplan.controllers.horizontalpodautoscaler.custom import Situation, of_object, of_outside, of_pods
from kplan.controllers.horizontalpodautoscaler.replicas import MetricError, Tolerances
from kplan.controllers.horizontalpodautoscaler.selecting import (
    SCALABLE,
    Plurals,
    ambiguity,
    names_no_pods,
    scalers_of_resized,
    selector_of,
    target_key,
    why_no_scale,
)
from kplan.simulation.clock import SECOND, Instant, as_datetime, rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    beside_status,
    itself,
)
from kplan.simulation.scenario import LoadAssumption

SYNC_PERIOD: Instant = 15 * SECOND

_GROUP, _KIND = "autoscaling", "HorizontalPodAutoscaler"
_NO_METRICS = (
    "unable to get metrics for resource {resource}: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)
_CUSTOM = {"Pods": of_pods, "Object": of_object, "External": of_outside}
_DEFAULT_METRIC = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}


class HorizontalController:
    """Scales what autoscalers target."""

    name = "horizontal-pod-autoscaler"

    def __init__(self, plurals: Plurals) -> None:
        """``plurals`` are the names of the resources that are built in."""
        self._plurals = plurals
        self._histories: dict[ObjectKey, History] = {}
        self.watches = (
            Watch(_GROUP, _KIND, itself, SYNC_PERIOD),
            *(
                Watch(*kind, scalers_of_resized, SYNC_PERIOD, heeds=beside_status, finds=(_GROUP, _KIND))
                for kind in SCALABLE
            ),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Measure, decide, scale, report (reconcileAutoscaler)."""
        hpa = context.cache.find(request)
        if hpa is None:
            self._histories.pop(request, None)
            return DONE
        history = self._histories.setdefault(request, History())
        steady = _Pass(context, hpa, history, self._plurals).run()
        return Result(requeue_after=SYNC_PERIOD, background=steady)


class _Pass:
    """One look at one autoscaler."""

    def __init__(self, context: Context, hpa: Json, history: History, plurals: Plurals) -> None:
        self.plurals = plurals
        self.context = context
        self.hpa = hpa
        self.history = history
        self.conditions: list[Json] = list(conditions.of(hpa))
        self.metrics: list[Json | None] = []
        self.rescaled = False

    def run(self) -> bool:
        """Do it; the answer says whether nothing is going to change by itself."""
        spec = self.hpa["spec"]
        target = self._target()
        if target is None:
            return True
        self._set("AbleToScale", True, "SucceededGetScale",
                  "the HPA controller was able to get the target's current scale")  # fmt: skip
        current = int(target["spec"].get("replicas", 1))
        if not self.history.recommendations:
            self.history.recommendations.append((self.context.now, current))
        minimum = int(spec.get("minReplicas", 1))
        desired, reason = current, ""
        if current == 0 and minimum != 0:
            text = "scaling is disabled since the replica count of the target is zero"
            self._set("ScalingActive", False, "ScalingDisabled", text)
        elif current > spec["maxReplicas"]:
            desired, reason = int(spec["maxReplicas"]), "Current number of replicas above Spec.MaxReplicas"
        elif current < minimum:
            desired, reason = minimum, "Current number of replicas below Spec.MinReplicas"
        else:
            computed = self._compute(target, current)
            if computed is None:
                self._write(current, status_count(self.hpa, "desiredReplicas"))
                return True
            raw, name = computed
            reason = f"{name} above target" if raw > current else "All metrics below target"
            limited = limit(spec, self.history, current, raw, minimum, self.context.now)
            self._set("AbleToScale", True, *limited.able)
            self._set("ScalingLimited", *limited.limited)
            desired = limited.replicas
        if desired != current and not self._rescale(target, current, desired, reason):
            self._write(current, status_count(self.hpa, "desiredReplicas"))
            return True
        self._write(current, desired)
        return desired == current

    def _target(self) -> Json | None:
        key = target_key(self.hpa)
        target = self.context.cache.find(key)
        text = why_no_scale(key, target, self.plurals, self.context.cache)
        if not text:
            return target
        self._warn("FailedGetScale", text)
        self._set("AbleToScale", False, "FailedGetScale",
                  f"the HPA controller was unable to get the target's current scale: {text}")  # fmt: skip
        self._write(None, None)
        return None

    def _compute(self, target: Json, current: int) -> tuple[int, str] | None:
        """The highest proposal of all metrics; None if nothing may be done."""
        text = self._unselected() or self._ambiguity(target)
        if text:
            self._warn("FailedComputeMetricsReplicas", text)
            return None
        best: tuple[int, str] | None = None
        failures: list[tuple[str, str, str]] = []
        for metric in self.hpa["spec"].get("metrics") or [_DEFAULT_METRIC]:
            try:
                proposal = self._metric(metric, target, current)
            except MetricError as problem:
                reason, prefix = _failure(metric)
                self._warn(reason, str(problem))
                failures.append((reason, str(problem), f"{prefix}: {problem.wrapped}"))
                self.metrics.append(None)
                continue
            best = proposal if best is None or proposal[0] > best[0] else best
        count = len(self.hpa["spec"].get("metrics") or [_DEFAULT_METRIC])
        if failures and (best is None or best[0] < current):
            reason, told, first = failures[0]
            text = f"invalid metrics ({len(failures)} invalid out of {count}), first error is: {first}"
            self._set(
                "ScalingActive", False, reason, f"the HPA was unable to compute the replica count: {told}"
            )
            self._warn("FailedComputeMetricsReplicas", text)
            return None
        assert best is not None
        self._set("ScalingActive", True, "ValidMetricFound",
                  f"the HPA was able to successfully calculate a replica count from {best[1]}")  # fmt: skip
        return best

    def _unselected(self) -> str:
        """Why there is nothing to select pods by; empty if there is."""
        if not names_no_pods(target_key(self.hpa), self.context.cache):
            return ""
        text = "selector is required"
        self._warn("SelectorRequired", text)
        self._set("ScalingActive", False, "InvalidSelector", "the HPA target's scale is missing a selector")
        return text

    def _ambiguity(self, target: Json) -> str:
        """Why the pods are not its own alone; empty if they are."""
        text = ambiguity(self.context.cache, self.hpa, selector_of(target), self._pods(target))
        if text:
            self._warn("AmbiguousSelector", text)
            self._set("ScalingActive", False, "AmbiguousSelector", text)
        return text

    def _metric(self, metric: Json, target: Json, current: int) -> tuple[int, str]:
        kind = metric["type"]
        if kind in _CUSTOM:
            found = _CUSTOM[kind](metric[kind.lower()], self._situation(target, current))
            self.metrics.append(found.status)
            return found.replicas, found.name
        source = metric["resource" if kind == "Resource" else "containerResource"]
        resource, wanted = source["name"], source["target"]
        pods = self._pods(target)
        try:
            return self._resource(kind, source, target, pods, current)
        except MetricError as problem:
            measure = "usage" if wanted.get("averageUtilization") is None else "utilization"
            raise MetricError(f"failed to get {resource} {measure}: {problem}") from problem

    def _resource(
        self, kind: str, source: Json, target: Json, pods: list[Json], current: int
    ) -> tuple[int, str]:
        resource, wanted = source["name"], source["target"]
        usage = self._usage(target, pods, resource)
        now, tolerances = as_datetime(self.context.now), self._tolerances()
        container = source.get("container", "")
        of = f"{resource} container resource" if container else f"{resource} resource"
        if wanted.get("averageUtilization") is not None:
            count, percent, mean = replicas.resource_replicas(
                current, int(wanted["averageUtilization"]), pods, usage, resource, now, tolerances, container
            )
            status = {"averageUtilization": percent, "averageValue": _printed(mean, resource)}
            self._note(kind, source, status)
            return count, f"{of} utilization (percentage of request)"
        goal = milli_value(wanted["averageValue"])
        count, mean = replicas.average_replicas(current, goal, pods, usage, resource, now, tolerances)
        self._note(kind, source, {"averageValue": _printed(mean, resource)})
        return count, f"{resource} resource"

    def _note(self, kind: str, source: Json, current: Json) -> None:
        name = "resource" if kind == "Resource" else "containerResource"
        made = {"name": source["name"], "current": current}
        if source.get("container"):
            made["container"] = source["container"]
        self.metrics.append({"type": kind, name: made})

    def _pods(self, target: Json) -> list[Json]:
        return list(
            self.context.cache.selected("", "Pod", self.hpa["metadata"]["namespace"], selector_of(target))
        )

    def _situation(self, target: Json, current: int) -> Situation:
        pods, metadata = self._pods(target), target["metadata"]
        return Situation(
            metadata["namespace"], current, status_count(target, "replicas"), pods,
            self.context.scenario.load, lambda load: _spread(load, pods),
            f"{target['kind']}/{metadata['name']}".lower(), as_datetime(self.context.now), self._tolerances(),
        )  # fmt: skip

    def _usage(self, target: Json, pods: Sequence[Json], resource: str) -> dict[str, int]:
        """What the scenario assumes each running pod to use, in thousandths."""
        kind, metadata = target["kind"].lower(), target["metadata"]
        names = {f"{kind}/{metadata['name']}", f"{metadata['namespace']}/{kind}/{metadata['name']}"}
        for load in self.context.scenario.load:
            if load.target.lower() in names and load.name == resource:
                return _spread(load, pods)
        raise MetricError(_NO_METRICS.format(resource=resource))

    def _tolerances(self) -> Tolerances:
        up, down = (
            scaling_rules_of(self.hpa["spec"], name).get("tolerance") for name in ("scaleUp", "scaleDown")
        )
        given = [
            float(Quantity.parse(str(item))) if item is not None else replicas.TOLERANCE
            for item in (up, down)
        ]
        return Tolerances(*given)

    def _rescale(self, target: Json, current: int, desired: int, reason: str) -> bool:
        metadata = target["metadata"]
        group = target["apiVersion"].rpartition("/")[0]
        key = ObjectKey(group, target["kind"], metadata["namespace"], metadata["name"])
        try:
            self.context.client.merge_patch(key, {"spec": {"replicas": desired}})
        except StatusError as refusal:
            self._warn("FailedRescale", f"New size: {desired}; reason: {reason}; error: {refusal.message}")
            self._set("AbleToScale", False, "FailedUpdateScale",
                      f"the HPA controller was unable to update the target scale: {refusal.message}")  # fmt: skip
            return False
        self._set("AbleToScale", True, "SucceededRescale",
                  f"the HPA controller was able to update the target scale to {desired}")  # fmt: skip
        self.context.event(self.hpa, "Normal", "SuccessfulRescale", f"New size: {desired}; reason: {reason}")
        self.history.note(self.context.now, current, desired)
        self.rescaled = True
        return True

    def _set(self, kind: str, truth: bool, reason: str, message: str) -> None:
        stamp = rfc3339(self.context.now)
        made = {
            "type": kind, "status": "True" if truth else "False", "lastTransitionTime": stamp,
            "reason": reason, "message": message,
        }  # fmt: skip
        self.conditions = conditions.put(self.conditions, made)

    def _warn(self, reason: str, message: str) -> None:
        self.context.event(self.hpa, "Warning", reason, message)

    def _write(self, current: int | None, desired: int | None) -> None:
        old = status_of(self.hpa)
        new: Json = {**old} if current is None else self._measured(current, desired or 0)
        new["conditions"] = self.conditions
        if new != old:
            self.context.client.update_status({**self.hpa, "status": new})

    def _measured(self, current: int, desired: int) -> Json:
        """A status made anew (setStatus): what was measured now, and when it scaled last."""
        last = rfc3339(self.context.now) if self.rescaled else status_of(self.hpa).get("lastScaleTime")
        made: Json = {"currentReplicas": current} if current else {}
        made["desiredReplicas"] = desired
        if self.metrics:
            made["currentMetrics"] = [item if item is not None else {"type": ""} for item in self.metrics]
        return made | ({"lastScaleTime": last} if last else {})


def _spread(load: LoadAssumption, pods: Sequence[Json]) -> dict[str, int]:
    """A load over the pods that run."""
    running = [pod for pod in pods if recorded_phase(pod) == "Running"]
    share = milli_value(load.per_pod or load.total or "0")
    if not load.per_pod:
        share //= max(1, len(running))
    return {pod["metadata"]["name"]: share for pod in running}


def _printed(milli: int, resource: str) -> str:
    chosen = Format.BINARY_SI if resource == "memory" else Format.DECIMAL_SI
    return Quantity.of(milli, -3, chosen).canonical()


def _failure(metric: Json) -> tuple[str, str]:
    """The reason that says a metric could not be had, and how its error begins."""
    kind = metric["type"]
    source = metric_source_of(metric)
    match kind:
        case "Resource":
            subject = f"{source.get('name')} resource metric"
        case "ContainerResource":
            subject = f"{source.get('container')} container metric"
        case "External":
            subject = f"{source['metric'].get('name')} external metric"
        case _:
            subject = f"{kind.lower()} metric"
    return f"FailedGet{kind}Metric", f"failed to get {subject} value"
