"""Which pods the scheduler took from their nodes for pods of a higher priority, and whose those are.

Upstream: pkg/scheduler/framework/preemption/executor.go (the Event Preempted names the pod by its uid)
"""

import re
from collections.abc import Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.change import Identity
from kplan.plan.owned import uid_of
from kplan.plan.workload import workload_of
from kplan.simulation.outcome import Outcome

REASON: Final = "Preempted"
"""The reason of the Event by which the scheduler says so."""
_BY: Final = re.compile(r"Preempted by pod (\S+) ")


def preemptors(outcome: Outcome) -> Mapping[ObjectKey, Identity]:
    """By each pod that was preempted, the workload whose pod took its place, as far as that pod is still there."""
    said = {entry.object: entry.message for entry in outcome.timeline.events() if entry.reason == REASON}
    uids = {key: found[1] for key, message in said.items() if (found := _BY.match(message))}
    if not uids:
        return {}
    final, wanted = outcome.final, set(uids.values())
    keys = dict.fromkeys(entry.object for entry in outcome.timeline.writes_of("", "Pod"))
    pods = (pod for key in keys if (pod := final.get(key)) is not None)
    takers = {uid_of(pod): workload_of(pod, final) for pod in pods if uid_of(pod) in wanted}
    return {key: takers[uid] for key, uid in uids.items() if uid in takers}
