"""DaemonSets.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DaemonSetDescriber)
"""

from kplan.api.apps import DaemonSet
from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import chosen, label_list


def daemon_set(value: Json, page: Page, scene: Scene) -> None:
    """A DaemonSet: its nodes, its pods and their template."""
    found = DaemonSet(value)
    spec, status = found.spec, found.status
    selector = chosen(spec.selector)
    identity(page, value)
    page.field(0, "Selector", selector)
    page.field(0, "Node-Selector", label_list(spec.template.spec.node_selector))
    labelled(page, value)
    for title, count in (
        ("Desired Number of Nodes Scheduled", status.desired_number_scheduled),
        ("Current Number of Nodes Scheduled", status.current_number_scheduled),
        ("Number of Nodes Scheduled with Up-to-date Pods", status.updated_number_scheduled),
        ("Number of Nodes Scheduled with Available Pods", status.number_available),
        ("Number of Nodes Misscheduled", status.number_misscheduled),
    ):
        page.row(0, f"{title}: {count}")
    page.field(0, "Pods Status", scene.pods_status(value, selector))
    pod_template(page, spec.template)
    events(page, value, scene)
