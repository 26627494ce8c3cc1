"""PodTopologyLabels: a pod gets the zone and region labels of the node it is bound to.

Upstream: plugin/pkg/admission/podtopologylabels/admission.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Operation

_LABELS: Final = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


class PodTopologyLabels:
    """Copies the topology labels of nodes."""

    def admit(self, attributes: Attributes) -> None:
        """Write the node's labels into a binding, or into a pod that names its node."""
        if attributes.operation is not Operation.CREATE:
            return
        obj = attributes.object
        if attributes.is_for("", "pods", "binding"):
            target = obj.get("target") or {}
            node = target.get("name", "") if target.get("kind") == "Node" else ""
        elif attributes.is_for("", "pods"):
            node = (obj.get("spec") or {}).get("nodeName", "")
        else:
            return
        found = attributes.find("", "Node", "", node) if node else None
        labels = {} if found is None else topology(found)
        if labels:
            obj["metadata"]["labels"] = {**(obj["metadata"].get("labels") or {}), **labels}


def topology(node: Json) -> Json:
    """The labels of a node that its pods get."""
    labels = node["metadata"].get("labels") or {}
    return {name: labels[name] for name in _LABELS if name in labels}
