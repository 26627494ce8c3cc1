"""PodDisruptionBudgets and PriorityClasses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PodDisruptionBudgetDescriber, PriorityClassDescriber)
"""

from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import UNSET, go, label_list, selector


def pod_disruption_budget(value: Json, page: Page, scene: Scene) -> None:
    """A PodDisruptionBudget and what it allows now."""
    spec, status = value.get("spec") or {}, value.get("status") or {}
    identity(page, value)
    for title, field in (("Min available", "minAvailable"), ("Max unavailable", "maxUnavailable")):
        if spec.get(field) is not None:
            page.field(0, title, spec[field])
            break
    wanted = spec.get("selector")
    page.field(0, "Selector", UNSET if wanted is None else selector(wanted))
    page.row(0, "Status:")
    for title, field in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        page.field(2, title, status.get(field, 0))
    events(page, value, scene)


def priority_class(value: Json, page: Page, scene: Scene) -> None:
    """A PriorityClass."""
    page.field(0, "Name", value["metadata"]["name"])
    page.field(0, "Value", value.get("value", 0))
    page.field(0, "GlobalDefault", go(bool(value.get("globalDefault"))))
    page.field(0, "PreemptionPolicy", value.get("preemptionPolicy") or "PreemptLowerPriority")
    page.field(0, "Description", value.get("description") or "")
    page.field(0, "Annotations", label_list(value["metadata"].get("annotations")))
    events(page, value, scene)
