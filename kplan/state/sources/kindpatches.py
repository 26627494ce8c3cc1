"""What the kubeadm patches of a kind node say of the Node object: its labels and taints.

Upstream: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go (NodeRegistrationOptions)
"""

from collections.abc import Iterator
from typing import Any

from kplan.api.object import Json
from kplan.manifest.parser import parse_documents


def labels(node: Json) -> dict[str, str]:
    """The labels of ``--node-labels``."""
    found: dict[str, str] = {}
    for registration in _registrations(node):
        for pair in _argument(registration, "node-labels").split(","):
            name, sign, value = pair.strip().partition("=")
            if sign:
                found[name] = value
    return found


def taints(node: Json) -> list[Json] | None:
    """The taints of a node's registration; None where it names none, which gives a control plane its own."""
    for registration in _registrations(node):
        given = registration.get("taints")
        if isinstance(given, list):
            return [_taint(one) for one in given if isinstance(one, dict)]
    return None


def _taint(given: Json) -> Json:
    return {name: str(given[name]) for name in ("key", "value", "effect") if given.get(name)}


def _registrations(node: Json) -> Iterator[Json]:
    patches = node.get("kubeadmConfigPatches")
    for patch in patches if isinstance(patches, list) else ():
        for document in parse_documents(str(patch)).documents:
            value: Any = document.value
            if isinstance(value, dict) and value.get("kind") in ("InitConfiguration", "JoinConfiguration"):
                registration = value.get("nodeRegistration")
                if isinstance(registration, dict):
                    yield registration


def _argument(registration: Json, name: str) -> str:
    """An argument of the kubelet: in a mapping, or since v1beta4 in a list."""
    given = registration.get("kubeletExtraArgs")
    if isinstance(given, dict):
        return str(given.get(name) or "")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            return str(one.get("value") or "")
    return ""
