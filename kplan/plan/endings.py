"""How a container ends that is started again and again: a probe ends it, or it exits by itself.

Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions, doBackOff)
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.plan.owned import events_of, last_seen
from kplan.plan.reading import items, number, text
from kplan.state.store import Store

_ENDED_BY: Final = re.compile("Container (.+) failed (startup|liveness) probe, will be restarted$")
"""What the kubelet says when a probe ends a container."""


def held_back(pod: Json) -> Sequence[Json]:
    """The statuses of the containers that wait for their next start, because they ended again and again."""
    statuses = (*items(pod, "status", "initContainerStatuses"), *items(pod, "status", "containerStatuses"))
    return [one for one in statuses if text(one, "state", "waiting", "reason") == "CrashLoopBackOff"]


def how_it_ends(pod: Json, status: Json, store: Store) -> str:
    """How the last run of a container ended: what the probe said, or with which exit code."""
    said = _probe_said(pod, text(status, "name"), store)
    return said or f"it ends with exit code {number(status, 'lastState', 'terminated', 'exitCode')}"


def _probe_said(pod: Json, container: str, store: Store) -> str:
    """What the probe said that ended a container last; empty if none did."""
    newest = sorted(events_of(pod, store), key=last_seen, reverse=True)
    ended = (found for one in newest if (found := _ENDED_BY.match(text(one, "message"))))
    probe = next((found[2].capitalize() for found in ended if found[1] == container), "")
    said = (text(one, "message") for one in newest if text(one, "reason") == "Unhealthy")
    return next((one for one in said if probe and one.startswith(f"{probe} probe failed")), "")
