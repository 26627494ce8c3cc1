"""PodResizeValidator: a pod is resized in place only within what its node can allocate.

Upstream: plugin/pkg/admission/podresize/admission.go
"""

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.resourcelists import of_pod, parse
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.field import go_quote


class PodResizeValidator:
    """Compares what a resized pod asks for with what its node can give."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse what cannot fit. Raises StatusError 403."""
        if attributes.operation is not Operation.UPDATE or not attributes.is_for("", "pods", "resize"):
            return
        pod, old = attributes.object, attributes.old_object
        node_name = (pod.get("spec") or {}).get("nodeName")
        if not node_name or old is None:
            return
        if pod["metadata"].get("generation", 0) == old["metadata"].get("generation", 0):
            return
        node = attributes.find("", "Node", "", node_name)
        if node is None:
            raise attributes.forbidden(f"node {go_quote(node_name)} not found")
        system = (node["metadata"].get("labels") or {}).get("kubernetes.io/os", "linux")
        if system != "linux":
            text = f"pod resize is only supported on linux nodes, node {go_quote(node_name)} is {go_quote(system)}"
            raise _refused(attributes, text, "UnsupportedPlatform")
        missing = _missing(pod["spec"], (node.get("status") or {}).get("allocatable") or {})
        if missing:
            text = f"node didn't have enough allocatable resources: {'; '.join(missing)}"
            raise _refused(attributes, text, "NodeCapacity")


def _missing(spec: Json, allocatable: Json) -> list[str]:
    requests, held = of_pod(spec, "requests"), parse(allocatable)
    nothing = Quantity.parse("0")
    found = []
    for name in ("cpu", "memory"):
        wanted, most = requests.get(name, nothing), held.get(name, nothing)
        if most < wanted:
            numbers = (wanted.milli(), most.milli()) if name == "cpu" else (wanted.value(), most.value())
            found.append(f"{name}, requested: {numbers[0]}, allocatable: {numbers[1]}")
    return found


def _refused(attributes: Attributes, text: str, reason: str) -> StatusError:
    refusal = attributes.forbidden(text)
    return StatusError(refusal.code, refusal.reason, refusal.message, [Cause(reason, "")])
