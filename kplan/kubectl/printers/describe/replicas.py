"""ReplicaSets and ReplicationControllers.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ReplicaSetDescriber, ReplicationControllerDescriber)
"""

from kplan.api.object import Json
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import controlled_by, identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import label_list, selector
from kplan.selectors.labels import Selector


def replica_set(value: Json, page: Page, scene: Scene) -> None:
    """A ReplicaSet: its pods and their template."""
    wanted = value["spec"].get("selector")
    identity(page, value)
    page.field(0, "Selector", selector(wanted))
    labelled(page, value)
    controlled_by(page, value)
    _rest(value, page, scene, Selector.from_label_selector(wanted))


def replication_controller(value: Json, page: Page, scene: Scene) -> None:
    """A ReplicationController: its pods and their template."""
    wanted = value["spec"].get("selector")
    identity(page, value)
    page.field(0, "Selector", label_list(wanted))
    labelled(page, value)
    _rest(value, page, scene, Selector.from_set(wanted))


def _rest(value: Json, page: Page, scene: Scene, chosen: Selector) -> None:
    spec, status = value["spec"], value.get("status") or {}
    page.field(0, "Replicas", f"{status.get('replicas', 0)} current / {spec.get('replicas', 1)} desired")
    page.field(0, "Pods Status", scene.pods_status(value, chosen))
    pod_template(page, spec.get("template"))
    conditions(page, status.get("conditions"), ("type", "status", "reason"), spaced=1)
    events(page, value, scene)
