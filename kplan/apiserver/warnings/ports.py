"""Warnings about ports that containers of a pod declare twice.

Upstream: pkg/api/pod/warnings.go
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.fieldpath import FieldPath


def for_ports(containers: list[tuple[Json, FieldPath]]) -> list[str]:
    """Warn of ports that repeat or overlap, and of names that repeat."""
    ports = [
        (port, path / "ports" / index)
        for container, path in containers
        for index, port in enumerate(container.get("ports") or ())
    ]
    return [*_of_numbers(ports), *_of_names(ports)]


def _of_numbers(ports: Iterable[tuple[Json, FieldPath]]) -> Iterator[str]:
    taken = defaultdict[tuple[Any, Any], list[tuple[Json, FieldPath]]](list)
    for port, path in ports:
        if port.get("hostIP") and not port.get("hostPort"):
            yield f"{path}: hostIP set without hostPort: {_shown(port)}"
        others = taken[port.get("containerPort", 0), port.get("protocol", "")]
        for other, other_path in others:
            if kind := _overlap(port, other):
                yield f"{path}: {kind} port definition with {other_path}"
        others.append((port, path))


def _of_names(ports: Iterable[tuple[Json, FieldPath]]) -> Iterator[str]:
    names: dict[str, FieldPath] = {}
    for port, path in ports:
        name = port.get("name")
        if name in names:
            first = names[name]
            use = f"services and probes that select ports by name will use {first}"
            yield f"{path}: duplicate port name {go_quote(name)} with {first}, {use}"
        elif name:
            names[name] = path


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
