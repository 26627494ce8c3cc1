"""The pod template of a workload.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribePodTemplate)
"""

from kplan.api.object import Json
from kplan.kubectl.printers.describe.containers import containers
from kplan.kubectl.printers.describe.metadata import annotations, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import scheduling_group, spread, tolerations
from kplan.kubectl.printers.describe.volumes import volumes

_INDENT = "  "


def pod_template(page: Page, template: Json | None) -> None:
    """Everything a workload's pods have in common."""
    page.row(0, "Pod Template:")
    if template is None:
        page.write(1, "<unset>")
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    labels(page, "  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        annotations(page, "  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        page.field(1, "Service Account", spec["serviceAccountName"])
    if spec.get("initContainers"):
        containers(page, "Init Containers", spec["initContainers"], indent=_INDENT)
    containers(page, "Containers", spec.get("containers"), indent=_INDENT)
    volumes(page, spec.get("volumes"), _INDENT)
    spread(page, spec.get("topologySpreadConstraints"), _INDENT)
    if spec.get("priorityClassName"):
        page.field(1, "Priority Class Name", spec["priorityClassName"])
    labels(page, "  Node-Selectors", spec.get("nodeSelector"))
    tolerations(page, "  Tolerations", spec.get("tolerations"))
    scheduling_group(page, spec, _INDENT)
