"""Priority: a pod's priority comes from its PriorityClass only.

Upstream: plugin/pkg/admission/priority/admission.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Operation

_SYSTEM_CLASSES: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


class Priority:
    """Resolves priority classes."""

    def admit(self, attributes: Attributes) -> None:
        """Set a pod's priority and preemption policy."""
        if not attributes.is_for("", "pods") or attributes.operation is Operation.DELETE:
            return
        spec = attributes.object["spec"]
        if attributes.operation is Operation.CREATE:
            _set_priority(attributes, spec)
        elif attributes.operation is Operation.UPDATE and attributes.old_object is not None:
            old = attributes.old_object.get("spec") or {}
            for field in ("priority", "preemptionPolicy"):
                if field not in spec and field in old:
                    spec[field] = old[field]

    def validate(self, attributes: Attributes) -> None:
        """Allow one global default only."""
        if not attributes.is_for("scheduling.k8s.io", "priorityclasses") or not attributes.object.get(
            "globalDefault"
        ):
            return
        if attributes.operation not in (Operation.CREATE, Operation.UPDATE):
            return
        default = _default_class(attributes)
        if default is None:
            return
        name = default["metadata"]["name"]
        if attributes.operation is Operation.CREATE or name != attributes.object["metadata"].get("name"):
            raise attributes.forbidden(
                f"PriorityClass {name} is already marked as default. Only one default can exist"
            )


def _set_priority(attributes: Attributes, spec: Json) -> None:
    name = spec.get("priorityClassName")
    chosen = _named_class(attributes, name) if name else _default_class(attributes)
    if name and chosen is None:
        raise attributes.forbidden(f"no PriorityClass with name {name} was found")
    value, policy = 0, "PreemptLowerPriority"
    if chosen is not None:
        value, policy = chosen.get("value", 0), chosen.get("preemptionPolicy") or policy
        spec["priorityClassName"] = chosen["metadata"]["name"]
    if spec.get("priority", value) != value:
        raise attributes.forbidden(
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
            f"priority admission controller computed {value} from the given PriorityClass name"
        )
    spec["priority"] = value
    if policy is not None:
        if spec.get("preemptionPolicy", policy) != policy:
            raise attributes.forbidden(
                f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; "
                f"priority admission controller computed {policy} from the given PriorityClass name"
            )
        spec["preemptionPolicy"] = policy


def _named_class(attributes: Attributes, name: str) -> Json | None:
    """A class by name; the server makes sure that the system classes exist."""
    found = attributes.find("scheduling.k8s.io", "PriorityClass", "", name)
    if found is None and name in _SYSTEM_CLASSES:
        return {"metadata": {"name": name}, "value": _SYSTEM_CLASSES[name]}
    return found


def _default_class(attributes: Attributes) -> Json | None:
    classes = attributes.store.list("scheduling.k8s.io", "PriorityClass")
    defaults = [item for item in classes if item.get("globalDefault")]
    return min(defaults, key=lambda item: item.get("value", 0), default=None)
