"""Reads of Jobs and CronJobs.

Upstream: staging/src/k8s.io/api/batch/v1/types.go
"""

from collections.abc import Sequence

from kplan.api.object import Json


def failure_rules_of(job: Json) -> Sequence[Json]:
    """The rules of the pod failure policy."""
    return (job["spec"].get("podFailurePolicy") or {}).get("rules") or ()


def condition_patterns_of(rule: Json) -> Sequence[Json]:
    """The pod conditions that a failure rule is about."""
    return rule.get("onPodConditions") or ()


def success_rules_of(job: Json) -> Sequence[Json]:
    """The rules of the success policy."""
    return (job["spec"].get("successPolicy") or {}).get("rules") or ()


def uncounted_of(status: Json, outcome: str) -> list[str]:
    """The uids of pods that have ``succeeded`` or ``failed`` and are not counted yet."""
    return list((status.get("uncountedTerminatedPods") or {}).get(outcome) or ())


def active_of(status: Json) -> list[Json]:
    """References to the Jobs of a CronJob that run."""
    return list(status.get("active") or ())
