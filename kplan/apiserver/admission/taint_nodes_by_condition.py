"""TaintNodesByCondition: a new node takes no pods until it is reported ready.

Upstream: plugin/pkg/admission/nodetaint/admission.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes, Operation

_NOT_READY: Final = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class TaintNodesByCondition:
    """Taints new nodes."""

    def admit(self, attributes: Attributes) -> None:
        """Add the not-ready taint to a node that is created."""
        if not attributes.is_for("", "nodes") or attributes.operation is not Operation.CREATE:
            return
        spec = attributes.object.setdefault("spec", {})
        taints = spec.get("taints") or []
        wanted = (_NOT_READY["key"], _NOT_READY["effect"])
        if all((taint.get("key"), taint.get("effect")) != wanted for taint in taints):
            spec["taints"] = [*taints, dict(_NOT_READY)]
