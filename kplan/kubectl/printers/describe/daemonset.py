"""DaemonSets.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DaemonSetDescriber)
"""

from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import label_list
from kplan.selectors.labels import Selector

_COUNTS: Final = (
    ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
    ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
    ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
    ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ("Number of Nodes Misscheduled", "numberMisscheduled"),
)


def daemon_set(value: Json, page: Page, scene: Scene) -> None:
    """A DaemonSet: its nodes, its pods and their template."""
    spec, status = value["spec"], value.get("status") or {}
    template = spec.get("template") or {}
    selector = Selector.from_label_selector(spec.get("selector"))
    identity(page, value)
    page.field(0, "Selector", selector)
    page.field(0, "Node-Selector", label_list((template.get("spec") or {}).get("nodeSelector")))
    labelled(page, value)
    for title, field in _COUNTS:
        page.row(0, f"{title}: {status.get(field, 0)}")
    page.field(0, "Pods Status", scene.pods_status(value, selector))
    pod_template(page, template)
    events(page, value, scene)
