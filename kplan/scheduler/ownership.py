"""Who a pod belongs to: the services that select it and the controller that made it.

Upstream: pkg/scheduler/framework/plugins/helper/spread.go
"""

from typing import Final

from kplan.scheduler.podinfo import PodTemplate
from kplan.scheduler.snapshot import Objects
from kplan.selectors.labels import Selector

_BY_SELECTOR: Final = {("apps/v1", "ReplicaSet"): "apps", ("apps/v1", "StatefulSet"): "apps"}


def default_selector(template: PodTemplate, objects: Objects) -> Selector:
    """The selectors of the pod's services and of its controller combined; empty if there are none."""
    labels: dict[str, str] = {}
    for service in objects.services(template.namespace, template.labels):
        labels.update(service["spec"]["selector"])
    selector = Selector.from_set(labels)
    if template.owner is None:
        return selector
    api_version, kind, name = template.owner
    if (api_version, kind) == ("v1", "ReplicationController"):
        owner = objects.find("", kind, template.namespace, name)
        return (
            Selector.from_set({**labels, **((owner or {}).get("spec", {}).get("selector") or {})})
            if owner
            else selector
        )
    if (api_version, kind) in _BY_SELECTOR:
        owner = objects.find("apps", kind, template.namespace, name)
        if owner is not None:
            other = Selector.from_label_selector((owner.get("spec") or {}).get("selector"))
            return selector.adding(other.requirements) if other.selectable else selector
    return selector
