"""Flows of requests: each FlowSchema says whether the priority level that it names is there.

Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go (presyncFlowSchemaStatus)
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.metadata import spec_of, status_of
from kplan.simulation.clock import rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
    modifications,
)

_GROUP = "flowcontrol.apiserver.k8s.io"
_KIND = (_GROUP, "FlowSchema")
_LEVEL = "PriorityLevelConfiguration"


class FlowSchemaController:
    """Keeps the condition Dangling of every FlowSchema."""

    name = "api-priority-and-fairness-config-consumer-v1"

    def __init__(self) -> None:
        self.watches = (
            Watch(*_KIND, itself),
            Watch(_GROUP, _LEVEL, _those_of, heeds=lambda change: not modifications(change), finds=_KIND),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Write the condition if it is another one."""
        found = context.cache.find(request)
        if found is None:
            return DONE
        level = str((spec_of(found).get("priorityLevelConfiguration") or {}).get("name") or "")
        there = context.cache.find(ObjectKey(_GROUP, _LEVEL, "", level)) is not None
        text = f'This FlowSchema references the {_LEVEL} object named "{level}"'
        told = {
            "type": "Dangling", "status": "False" if there else "True", "reason": "Found" if there else "NotFound",
            "message": f"{text} and it exists" if there else f"{text} but there is no such object",
        }  # fmt: skip
        present = conditions.of(found)
        known = conditions.find(present, "Dangling") or {}
        if {name: known.get(name) for name in told} != told:
            made = {**told, "lastTransitionTime": rfc3339(context.now)}
            status = {**status_of(found), "conditions": conditions.put(present, made)}
            context.client.update_status({**found, "status": status})
        return DONE


def _those_of(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The FlowSchemas that name a level which came or went."""
    name = event.value["metadata"]["name"]
    return [
        key
        for key, value in cache.items(*_KIND)
        if (spec_of(value).get("priorityLevelConfiguration") or {}).get("name") == name
    ]
