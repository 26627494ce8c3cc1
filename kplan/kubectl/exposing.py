"""What an object says about a Service for its pods: the selector, and ports with protocols.

Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/{canbeexposed,mapbasedselectorforobject,portsforobject}.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.choosing import Item

_EXPOSABLE: Final = ("ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet")
_UNKNOWN: Final = "couldn't retrieve selectors via --selector flag or introspection:"


def check_exposable(item: Item) -> None:
    """Refuse kinds that have no pods of a Service. Raises UsageError."""
    kind = item.resource.kind
    if kind not in _EXPOSABLE:
        group = f".{item.resource.group}" if item.resource.group else ""
        raise UsageError(f"cannot expose a {kind}{group}")


def labels_from(text: str) -> dict[str, str]:
    """``KEY=VALUE`` pairs joined by commas. Raises UsageError."""
    found = {}
    for one in text.split(","):
        key, equals, value = one.partition("=")
        if not equals or not key or "=" in value:
            raise UsageError(f"unexpected label spec: {one}")
        found[key] = value
    return found


def selector_of(value: Json) -> Json:
    """The labels of an object's pods. Raises UsageError."""
    kind, spec = value["kind"], value["spec"]
    if kind == "Pod":
        if not value["metadata"].get("labels"):
            raise UsageError(f"{_UNKNOWN} the pod has no labels and cannot be exposed")
        return dict(value["metadata"]["labels"])
    if kind in ("Service", "ReplicationController"):
        if not spec.get("selector"):
            raise UsageError(
                f"{_UNKNOWN} the {'service' if kind == 'Service' else 'replication controller'} has no pod selector set"
            )
        return dict(spec["selector"])
    if not spec["selector"].get("matchLabels"):
        raise UsageError(f"{_UNKNOWN} invalid {kind.lower()}: no selectors, therefore cannot be exposed")
    if expressions := spec["selector"].get("matchExpressions"):
        shown = " ".join(
            f"{{Key:{one['key']} Operator:{one['operator']} Values:[{' '.join(one.get('values') or ())}]}}"
            for one in expressions
        )
        raise UsageError(
            f'{_UNKNOWN} couldn\'t convert expressions - "[{shown}]" to map-based selector format'
        )
    return dict(spec["selector"].get("matchLabels") or {})


def ports_of(value: Json) -> list[tuple[str, str]]:
    """Every port as text, with its protocol."""
    spec = value["spec"]
    if value["kind"] == "Service":
        return [(str(one["port"]), one.get("protocol", "TCP")) for one in spec.get("ports") or ()]
    pod = spec if value["kind"] == "Pod" else spec["template"]["spec"]
    return [
        (str(port["containerPort"]), port.get("protocol", "TCP"))
        for container in pod["containers"]
        for port in container.get("ports") or ()
    ]
