"""What is at risk once the plan is carried out: each risk one function over the outcome, in one ordered roster."""

from collections.abc import Callable, Iterator

from kplan.api.gvk import ObjectKey
from kplan.plan.effects import identity_of, ready_addresses
from kplan.plan.model import PlannedChange, Risk
from kplan.simulation.outcome import Outcome

Check = Callable[[tuple[PlannedChange, ...], Outcome], Iterator[Risk]]


def pending_pods(changes: tuple[PlannedChange, ...], outcome: Outcome) -> Iterator[Risk]:
    """A pod that found no node."""
    del changes
    for pod in outcome.final.list("", "Pod"):
        if (
            not (pod.get("spec") or {}).get("nodeName")
            and (pod.get("status") or {}).get("phase", "Pending") == "Pending"
        ):
            conditions = (pod.get("status") or {}).get("conditions") or ()
            why = next((c.get("message") for c in conditions if c.get("type") == "PodScheduled"), None)
            yield Risk("pending-pod", f"stays pending: {why or 'no node was tried'}", identity_of(pod))


def services_without_endpoints(changes: tuple[PlannedChange, ...], outcome: Outcome) -> Iterator[Risk]:
    """A Service with a selector that reaches nobody, and was touched or reached somebody before."""
    written = {
        (planned.change.object.namespace, planned.change.object.name)
        for planned in changes
        if planned.change.object.kind == "Service"
    }
    for service in outcome.final.list("", "Service"):
        key = ObjectKey("", "Service", service["metadata"].get("namespace", ""), service["metadata"]["name"])
        if not (service.get("spec") or {}).get("selector") or ready_addresses(outcome.final, key):
            continue
        before = ready_addresses(outcome.prior, key)
        if before or (key.namespace, key.name) in written:
            yield Risk("no-endpoints", f"has no ready endpoint (before: {before})", identity_of(service))


def blocked_budgets(changes: tuple[PlannedChange, ...], outcome: Outcome) -> Iterator[Risk]:
    """A disruption budget that allows no eviction: a drain of its nodes waits for ever."""
    del changes
    for budget in outcome.final.list("policy", "PodDisruptionBudget"):
        status = budget.get("status") or {}
        if status.get("expectedPods") and not status.get("disruptionsAllowed"):
            yield Risk(
                "blocked-budget",
                f"allows no eviction: {status.get('currentHealthy', 0)} healthy, {status.get('desiredHealthy', 0)} required",
                identity_of(budget),
            )


def quota_refusals(changes: tuple[PlannedChange, ...], outcome: Outcome) -> Iterator[Risk]:
    """Pods that a quota, a limit or a security level refused to a controller."""
    del outcome
    for planned in changes:
        for message in planned.effects.refusals:
            if "is forbidden" in message:
                yield Risk("refused-pods", message, planned.change.object)


def unfinished_rollouts(changes: tuple[PlannedChange, ...], outcome: Outcome) -> Iterator[Risk]:
    """A rollout that does not get all its pods ready."""
    del outcome
    for planned in changes:
        for rollout in planned.effects.rollouts:
            if not rollout.finished:
                yield Risk(
                    "unfinished-rollout",
                    f"ends with {rollout.ready_after} of {rollout.desired} pods ready and {rollout.updated_after} up to date",
                    rollout.workload,
                )


CHECKS: tuple[Check, ...] = (
    pending_pods,
    unfinished_rollouts,
    services_without_endpoints,
    blocked_budgets,
    quota_refusals,
)


def risks(changes: tuple[PlannedChange, ...], outcome: Outcome) -> tuple[Risk, ...]:
    """Every risk, in the roster's order."""
    found = (risk for check in CHECKS for risk in check(changes, outcome))
    return tuple(dict.fromkeys(found))
