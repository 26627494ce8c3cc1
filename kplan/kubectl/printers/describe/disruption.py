"""PodDisruptionBudgets and PriorityClasses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PodDisruptionBudgetDescriber, PriorityClassDescriber)
"""

from kplan.api.object import Json
from kplan.api.policy import PodDisruptionBudget
from kplan.api.scheduling import PriorityClass
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import UNSET, go, label_list, selector


def pod_disruption_budget(value: Json, page: Page, scene: Scene) -> None:
    """A PodDisruptionBudget and what it allows now."""
    found = PodDisruptionBudget(value)
    spec, status = found.spec, found.status
    identity(page, value)
    if spec.min_available is not None:
        page.field(0, "Min available", spec.min_available)
    elif spec.max_unavailable is not None:
        page.field(0, "Max unavailable", spec.max_unavailable)
    page.field(0, "Selector", UNSET if spec.selector is None else selector(spec.selector))
    page.row(0, "Status:")
    page.field(2, "Allowed disruptions", status.disruptions_allowed)
    page.field(2, "Current", status.current_healthy)
    page.field(2, "Desired", status.desired_healthy)
    page.field(2, "Total", status.expected_pods)
    events(page, value, scene)


def priority_class(value: Json, page: Page, scene: Scene) -> None:
    """A PriorityClass."""
    found = PriorityClass(value)
    page.field(0, "Name", found.metadata.name)
    page.field(0, "Value", found.value)
    page.field(0, "GlobalDefault", go(found.global_default))
    page.field(0, "PreemptionPolicy", found.preemption_policy or "PreemptLowerPriority")
    page.field(0, "Description", found.description)
    page.field(0, "Annotations", label_list(found.metadata.annotations))
    events(page, value, scene)
