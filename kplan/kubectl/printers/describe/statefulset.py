"""StatefulSets.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (StatefulSetDescriber)
"""

from kplan.api.apps import StatefulSet
from kplan.api.object import Json
from kplan.api.workloadspec import replicas_of
from kplan.kubectl.printers.describe.claims import claim_templates
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import chosen, moment


def stateful_set(value: Json, page: Page, scene: Scene) -> None:
    """A StatefulSet: its pods, their template and their claims."""
    found = StatefulSet(value)
    spec, strategy = found.spec, found.spec.update_strategy
    selector = chosen(spec.selector)
    identity(page, value)
    page.field(0, "CreationTimestamp", moment(found.metadata.creation_timestamp))
    page.field(0, "Selector", selector)
    labelled(page, value)
    page.field(0, "Replicas", f"{replicas_of(value)} desired | {found.status.replicas} total")
    page.field(0, "Update Strategy", strategy.type)
    rolling = strategy.rolling_update
    if rolling is not None and rolling.partition is not None:
        page.field(1, "Partition", rolling.partition)
        if rolling.max_unavailable is not None:
            page.field(1, "MaxUnavailable", rolling.max_unavailable)
    page.field(0, "Pods Status", scene.pods_status(value, selector))
    pod_template(page, spec.template)
    claim_templates(page, spec.volume_claim_templates)
    events(page, value, scene)
