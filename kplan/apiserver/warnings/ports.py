"""Warnings about ports that containers of a pod declare twice.

Upstream: pkg/api/pod/warnings.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.fieldpath import FieldPath


def for_ports(containers: list[tuple[Json, FieldPath]]) -> list[str]:
    """Warn of ports that repeat or overlap, and of names that repeat."""
    found: list[str] = []
    taken: dict[tuple[Any, Any], list[tuple[Json, FieldPath]]] = {}
    for container, where in containers:
        for index, port in enumerate(container.get("ports") or ()):
            place = where / "ports" / index
            if port.get("hostIP") and not port.get("hostPort"):
                found.append(f"{place}: hostIP set without hostPort: {_shown(port)}")
            others = taken.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for other, other_place in others:
                kind = _overlap(port, other)
                if kind:
                    found.append(f"{place}: {kind} port definition with {other_place}")
            others.append((port, place))
    names: dict[str, FieldPath] = {}
    for container, where in containers:
        for index, port in enumerate(container.get("ports") or ()):
            name, place = port.get("name"), where / "ports" / index
            if name in names:
                first = names[name]
                use = f"services and probes that select ports by name will use {first}"
                found.append(f"{place}: duplicate port name {go_quote(name)} with {first}, {use}")
            elif name:
                names[name] = place
    return found


def _overlap(port: Json, other: Json) -> str:
    addresses = (port.get("hostIP", ""), other.get("hostIP", ""))
    numbers = (port.get("hostPort", 0), other.get("hostPort", 0))
    if addresses[0] == addresses[1] and numbers[0] == numbers[1]:
        return "duplicate"
    if not all(numbers):
        return "overlapping"
    if numbers[0] == numbers[1] and bool(addresses[0]) != bool(addresses[1]):
        return "dangerously ambiguous"
    return ""


def _shown(port: Json) -> str:
    """A port as Go prints a struct with its field names."""
    return (
        f"{{Name:{port.get('name', '')} HostPort:{port.get('hostPort', 0)} ContainerPort:{port.get('containerPort', 0)} "
        f"Protocol:{port.get('protocol', '')} HostIP:{port.get('hostIP', '')}}}"
    )
