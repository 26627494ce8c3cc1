"""ReplicaSets and ReplicationControllers.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ReplicaSetDescriber, ReplicationControllerDescriber)
"""

from collections.abc import Sequence

from kplan.api.apps import ReplicaSet
from kplan.api.core.pod import PodTemplateSpec, ReplicationController
from kplan.api.object import Json
from kplan.api.view import View
from kplan.api.workloadspec import replicas_of, status_count
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import controlled_by, identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import chosen, label_list, selector
from kplan.selectors.labels import Selector


def replica_set(value: Json, page: Page, scene: Scene) -> None:
    """A ReplicaSet: its pods and their template."""
    found = ReplicaSet(value)
    identity(page, value)
    page.field(0, "Selector", selector(found.spec.selector))
    labelled(page, value)
    controlled_by(page, value)
    _counts(value, page, scene, chosen(found.spec.selector))
    _rest(value, page, scene, found.spec.template, found.status.conditions)


def replication_controller(value: Json, page: Page, scene: Scene) -> None:
    """A ReplicationController: its pods and their template."""
    found = ReplicationController(value)
    identity(page, value)
    page.field(0, "Selector", label_list(found.spec.selector))
    labelled(page, value)
    _counts(value, page, scene, Selector.from_set(found.spec.selector))
    _rest(value, page, scene, found.spec.template, found.status.conditions)


def _counts(value: Json, page: Page, scene: Scene, pods: Selector) -> None:
    current = status_count(value, "replicas")
    page.field(0, "Replicas", f"{current} current / {replicas_of(value)} desired")
    page.field(0, "Pods Status", scene.pods_status(value, pods))


def _rest(
    value: Json, page: Page, scene: Scene, template: PodTemplateSpec | None, found: Sequence[View]
) -> None:
    pod_template(page, template)
    conditions(page, found, ("type", "status", "reason"), spaced=1)
    events(page, value, scene)
