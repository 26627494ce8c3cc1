"""Nodes from a shape: ``nodes:3x4cpu,8Gi`` is three of four cores and 8 GiB; ``+`` joins several shapes.

Everything that is not cpu, memory or pods goes by its name: ``2x8cpu,32Gi,110pods,1nvidia.com/gpu``.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kplan.api import noderegistration, nodettl
from kplan.api.object import Json
from kplan.api.quantity import Quantity, QuantityError
from kplan.errors import UsageError
from kplan.schema import releases
from kplan.state.sources.default import CREATED

_IDENTITY: Final = uuid.UUID("0c1ea6b4-3f0b-49f5-8a3c-6f3d1f2f4a90")
_GROUP: Final = re.compile(r"(?:(\d+)x)?(.+)")
_PART: Final = re.compile(r"([0-9.]+)(cpu|m|pods|[EPTGMk]i?|Ki)?(.*)")
_RESOURCE: Final = re.compile(r"cpu|memory|pods|ephemeral-storage|hugepages-.+|.+/.+")
_NOT_READY: Final = "node.kubernetes.io/not-ready"
_HINT: Final = "write it as nodes:3x4cpu,8Gi or nodes:2x4cpu,8Gi+1x16cpu,64Gi,110pods"


@dataclass(frozen=True, slots=True)
class Shape:
    """So many nodes of one size."""

    count: int
    resources: Mapping[str, str]
    """Quantities by resource name."""


def parse_shapes(text: str) -> tuple[Shape, ...]:
    """Read shapes joined by ``+``. Raises UsageError."""
    return tuple(_shape(group, text) for group in text.split("+"))


def make_nodes(
    shapes: tuple[Shape, ...], prefix: str = "node", *, minor: str = releases.DEFAULT
) -> Iterator[Json]:
    """The nodes, named ``node-1`` and on."""
    number, total = 0, sum(shape.count for shape in shapes)
    for shape in shapes:
        for _ in range(shape.count):
            number += 1
            yield make_node(f"{prefix}-{number}", shape.resources, number=number, total=total, minor=minor)


def make_node(
    name: str,
    resources: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    taints: tuple[Json, ...] = (),
    *,
    number: int = 1,
    total: int = 1,
    minor: str = releases.DEFAULT,
) -> Json:
    """A ready node, as a kubelet of a minor would have registered it;
    ``number`` gives it its address, ``total`` nodes there are.
    """
    lasting = nodettl.text(nodettl.grown(total))
    capacity = dict(resources)
    metadata = {
        "name": name,
        "uid": str(uuid.uuid5(_IDENTITY, name)),
        "creationTimestamp": CREATED,
        "labels": {**noderegistration.labels(name), **(labels or {})},
        "annotations": {nodettl.ANNOTATION: lasting, **noderegistration.ANNOTATIONS},
    }
    spec = {"taints": list(taints)} if taints else {}
    sizes = {"capacity": capacity, "allocatable": capacity}
    status = {**sizes, "conditions": noderegistration.healthy((), CREATED)}
    status = noderegistration.described(status, name, noderegistration.nth_address(number - 1), minor)
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}


def registered(node: Json, address: str, *, minor: str = releases.DEFAULT) -> Json:
    """A node that a user wrote and the API server admitted, as its kubelet and the node lifecycle controller leave it.

    What the manifest says about its readiness, capacity and labels stays.
    """
    metadata, spec, status = node["metadata"], dict(node.get("spec") or {}), node.get("status") or {}
    conditions = status.get("conditions") or noderegistration.healthy((), CREATED)
    if any(item.get("type") == "Ready" and item.get("status") == "True" for item in conditions):
        taints = [one for one in spec.pop("taints", ()) if one.get("key") != _NOT_READY]
        spec |= {"taints": taints} if taints else {}
    labels = {**noderegistration.labels(metadata["name"]), **(metadata.get("labels") or {})}
    status = {
        **noderegistration.described(status, metadata["name"], address, minor),
        **noderegistration.sizes(node),
    }
    return {
        **node,
        "metadata": {**metadata, "labels": labels},
        "spec": spec,
        "status": {**status, "conditions": conditions},
    }


def _shape(group: str, text: str) -> Shape:
    matched = _GROUP.fullmatch(group.strip())
    if matched is None:
        raise UsageError(f"invalid node shape: {text!r}", hint=_HINT)
    count = int(matched[1] or 1)
    if not 1 <= count <= 100_000:
        raise UsageError(f"invalid number of nodes: {count}", hint=_HINT)
    resources = {**noderegistration.CAPACITY, "cpu": "", "memory": ""}
    for part in matched[2].split(","):
        name, quantity = _resource(part.strip(), text)
        resources[name] = quantity
    if not resources["cpu"] or not resources["memory"]:
        raise UsageError(f"a node shape needs cpu and memory: {text!r}", hint=_HINT)
    return Shape(count, resources)


def _resource(part: str, text: str) -> tuple[str, str]:
    matched = _PART.fullmatch(part)
    if matched is None:
        raise UsageError(f"invalid node shape: {text!r}", hint=_HINT)
    number, unit, rest = matched[1], matched[2] or "", matched[3]
    name = {"cpu": "cpu", "pods": "pods"}.get(
        unit, rest or ("cpu" if unit == "m" else "memory" if unit else "cpu")
    )
    if unit == "m" and rest == "cpu":
        name = "cpu"
    if not _RESOURCE.fullmatch(name):
        raise UsageError(f"not a resource of a node: {name!r} in {text!r}", hint=_HINT)
    quantity = number if unit in ("cpu", "pods") else number + unit
    try:
        return name, Quantity.parse(quantity).canonical()
    except QuantityError as error:
        raise UsageError(f"invalid quantity in {text!r}: {quantity}", hint=_HINT) from error
