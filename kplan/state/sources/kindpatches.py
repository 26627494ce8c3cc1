"""What the kubeadm patches of a kind node say of the Node object: its labels and taints.

Upstream: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go (NodeRegistrationOptions)
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.manifest.parser import parse_documents

_JOINING: Final = ("InitConfiguration", "JoinConfiguration")


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
        values: list[Any] = [one.value for one in parse_documents(str(patch)).documents]
        joining = [one for one in values if isinstance(one, dict) and one.get("kind") in _JOINING]
        found = (one.get("nodeRegistration") for one in joining)
        yield from (registration for registration in found if isinstance(registration, dict))


def _argument(registration: Json, name: str) -> str:
    """An argument of the kubelet: in a mapping, or since v1beta4 in a list."""
    given = registration.get("kubeletExtraArgs")
    if isinstance(given, dict):
        return str(given.get(name) or "")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            return str(one.get("value") or "")
    return ""
