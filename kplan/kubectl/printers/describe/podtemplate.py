"""The pod template of a workload.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribePodTemplate)
"""

from kplan.api.core.pod import PodTemplateSpec
from kplan.kubectl.printers.describe.containers import containers
from kplan.kubectl.printers.describe.metadata import annotations, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import scheduling_group, spread, tolerations
from kplan.kubectl.printers.describe.volumes import volumes

_INDENT = "  "


def pod_template(page: Page, template: PodTemplateSpec | None) -> None:
    """Everything a workload's pods have in common."""
    page.row(0, "Pod Template:")
    if template is None:
        page.write(1, "<unset>")
        return
    metadata, spec = template.metadata, template.spec
    labels(page, "  Labels", metadata.labels)
    if metadata.annotations:
        annotations(page, "  Annotations", metadata.annotations)
    if spec.service_account_name:
        page.field(1, "Service Account", spec.service_account_name)
    if spec.init_containers:
        containers(page, "Init Containers", spec.init_containers, indent=_INDENT)
    containers(page, "Containers", spec.containers, indent=_INDENT)
    volumes(page, spec.volumes, _INDENT)
    spread(page, spec.topology_spread_constraints, _INDENT)
    if spec.priority_class_name:
        page.field(1, "Priority Class Name", spec.priority_class_name)
    labels(page, "  Node-Selectors", spec.node_selector)
    tolerations(page, "  Tolerations", spec.tolerations)
    scheduling_group(page, spec, _INDENT)
