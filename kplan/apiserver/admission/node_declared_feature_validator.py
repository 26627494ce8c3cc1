"""NodeDeclaredFeatureValidator: an update of a running pod needs only features that its node declares.

Upstream: plugin/pkg/admission/nodedeclaredfeatures/admission.go,
staging/src/k8s.io/component-helpers/nodedeclaredfeatures/features/inplacepodresize
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.field import go_quote

_INIT_CONTAINERS: Final = "InPlacePodVerticalScalingInitContainers"
_POD_LEVEL: Final = "InPlacePodLevelResourcesVerticalScaling"


class NodeDeclaredFeatureValidator:
    """Compares what an update needs with what the node declares."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse updates the node does not support. Raises StatusError 403."""
        pod, old = attributes.object, attributes.old_object
        if attributes.operation is not Operation.UPDATE or old is None:
            return
        if not any(attributes.is_for("", "pods", subresource) for subresource in ("", "resize")):
            return
        name = (pod.get("spec") or {}).get("nodeName")
        if not name or pod["metadata"].get("generation", 0) == old["metadata"].get("generation", 0):
            return
        needed = _needed(pod["spec"], old.get("spec") or {})
        if not needed:
            return
        node = attributes.find("", "Node", "", name)
        if node is None:
            raise attributes.forbidden(f"node {go_quote(name)} not found")
        declared = (node.get("status") or {}).get("declaredFeatures") or ()
        missing = [feature for feature in needed if feature not in declared]
        if missing:
            where = f"which are not available on node {go_quote(name)}"
            raise attributes.forbidden(f"pod update requires features {', '.join(missing)} {where}")


def _needed(new: Json, old: Json) -> list[str]:
    needed = []
    before, after = old.get("initContainers") or (), new.get("initContainers") or ()
    for one, other in zip(before, after, strict=False):
        if one.get("restartPolicy") != "Always" and one.get("resources") != other.get("resources"):
            needed = [_INIT_CONTAINERS]
    if new.get("resources") != old.get("resources"):
        needed.append(_POD_LEVEL)
    return sorted(needed)
