"""StatefulSets.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (StatefulSetDescriber)
"""

from kplan.api.object import Json
from kplan.kubectl.printers.describe.claims import claim_templates
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import moment
from kplan.selectors.labels import Selector


def stateful_set(value: Json, page: Page, scene: Scene) -> None:
    """A StatefulSet: its pods, their template and their claims."""
    spec, status = value["spec"], value.get("status") or {}
    selector = Selector.from_label_selector(spec.get("selector"))
    identity(page, value)
    page.field(0, "CreationTimestamp", moment(value["metadata"].get("creationTimestamp")))
    page.field(0, "Selector", selector)
    labelled(page, value)
    page.field(0, "Replicas", f"{spec.get('replicas', 1)} desired | {status.get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    page.field(0, "Update Strategy", strategy.get("type") or "")
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        page.field(1, "Partition", rolling["partition"])
        if rolling.get("maxUnavailable") is not None:
            page.field(1, "MaxUnavailable", rolling["maxUnavailable"])
    page.field(0, "Pods Status", scene.pods_status(value, selector))
    pod_template(page, spec.get("template") or {})
    claim_templates(page, spec.get("volumeClaimTemplates"))
    events(page, value, scene)
