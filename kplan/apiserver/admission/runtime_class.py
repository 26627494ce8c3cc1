"""RuntimeClass: the class of a pod decides its overhead and where it can run.

Upstream: plugin/pkg/admission/runtimeclass/admission.go
"""

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import go_quote


class RuntimeClass:
    """Applies runtime classes to pods."""

    def admit(self, attributes: Attributes) -> None:
        """Write overhead, node selector and tolerations of the class into a new pod."""
        if not attributes.creates("", "pods"):
            return
        spec, chosen = attributes.object["spec"], _class(attributes)
        if sent(spec, "overhead") == {}:
            spec["overhead"] = {}  # what was sent empty is forgotten before validate asks for it
        if chosen is None:
            return
        if chosen.get("overhead") is not None:
            overhead = chosen["overhead"].get("podFixed") or {}
            if spec.get("overhead") and spec["overhead"] != overhead:
                raise attributes.forbidden(
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
                )
            spec["overhead"] = dict(overhead)
        if chosen.get("scheduling") is not None:
            _set_scheduling(attributes, spec, chosen["scheduling"])

    def validate(self, attributes: Attributes) -> None:
        """Check that the overhead is the class's."""
        if not attributes.creates("", "pods"):
            return
        overhead, chosen = attributes.object["spec"].get("overhead"), _class(attributes)
        if chosen is not None and chosen.get("overhead") is not None:
            if (chosen["overhead"].get("podFixed") or {}) != (overhead or {}):
                raise attributes.forbidden(
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
                )
        elif overhead is not None:
            raise attributes.forbidden(
                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
            )


def _class(attributes: Attributes) -> Json | None:
    name = attributes.object["spec"].get("runtimeClassName")
    if name is None:
        return None
    found = attributes.find("node.k8s.io", "RuntimeClass", "", name)
    if found is None:
        raise attributes.forbidden(f"pod rejected: RuntimeClass {go_quote(name)} not found")
    return found


def _set_scheduling(attributes: Attributes, spec: Json, scheduling: Json) -> None:
    selector = dict(spec.get("nodeSelector") or {})
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if selector.get(key, value) != value:
            raise attributes.forbidden(
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {selector[key]}"
            )
        selector[key] = value
    if selector:
        spec["nodeSelector"] = selector
    tolerations = _merged([*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())])
    if tolerations:
        spec["tolerations"] = tolerations


def _merged(tolerations: list[Json]) -> list[Json]:
    """Drop each toleration that another one covers."""
    merged: list[Json] = []
    for index, toleration in enumerate(tolerations):
        if any(_covers(kept, toleration) for kept in merged):
            continue
        if any(other != toleration and _covers(other, toleration) for other in tolerations[index + 1 :]):
            continue
        merged.append(toleration)
    return merged


def _covers(wide: Json, narrow: Json) -> bool:
    if wide == narrow:
        return True
    operator = wide.get("operator", "")
    if narrow.get("key", "") != wide.get("key", "") and (wide.get("key") or operator != "Exists"):
        return False
    if narrow.get("effect", "") != wide.get("effect", "") and wide.get("effect"):
        return False
    limit, seconds = wide.get("tolerationSeconds"), narrow.get("tolerationSeconds")
    if wide.get("effect") == "NoExecute" and limit is not None and (seconds is None or seconds > limit):
        return False
    if operator in ("Equal", ""):
        return bool(narrow.get("operator") == "Equal" and narrow.get("value", "") == wide.get("value", ""))
    return bool(operator == "Exists")
