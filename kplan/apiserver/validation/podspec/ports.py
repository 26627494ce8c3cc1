"""Ports of containers and of probes.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterable, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import is_valid_port_name, is_valid_port_num
from kplan.apiserver.field import ErrorList, typed
from kplan.fieldpath import FieldPath

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


def validate_protocol(protocol: str, path: FieldPath) -> ErrorList:
    """TCP, UDP or SCTP."""
    if not protocol:
        return [field.required(path, "")]
    return [] if protocol in PROTOCOLS else [field.not_supported(path, typed(protocol), PROTOCOLS)]


def validate_port_num(port: int, path: FieldPath) -> ErrorList:
    """A port number that is not zero."""
    return [] if 1 <= port <= 65535 else [field.invalid(path, port, text) for text in is_valid_port_num(port)]


def validate_port_num_or_name(port: int | str, path: FieldPath) -> ErrorList:
    """A port's number or name."""
    if isinstance(port, int):
        return validate_port_num(port, path)
    return [field.invalid(path, port, text) for text in is_valid_port_name(port)]


def validate_container_ports(ports: Sequence[Json], path: FieldPath) -> ErrorList:
    """``ports`` of a container."""
    errors: ErrorList = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        at = path / index
        name = port.get("name")
        if name:
            texts = is_valid_port_name(name)
            errors += [field.invalid(at / "name", name, text) for text in texts]
            if not texts and name in names:
                errors.append(field.duplicate(at / "name", name))
            elif not texts:
                names.add(name)
        number, host = port.get("containerPort", 0), port.get("hostPort", 0)
        if not number:
            errors.append(field.required(at / "containerPort", ""))
        else:
            errors += validate_port_num(number, at / "containerPort")
        if host:
            errors += validate_port_num(host, at / "hostPort")
        if port.get("protocol") != "TCP":
            errors += validate_protocol(port.get("protocol", ""), at / "protocol")
    return errors


def check_host_port_conflicts(containers: Iterable[Json], path: FieldPath) -> ErrorList:
    """No two containers ask for the same port of the host."""
    errors: ErrorList = []
    seen: set[str] = set()
    for number, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort", 0)
            if not host:
                continue
            text = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{host}"
            if text in seen:
                errors.append(field.duplicate(path / number / "ports" / index / "hostPort", text))
            seen.add(text)
    return errors


def validate_host_network_ports(spec: Json, path: FieldPath, *, required: bool) -> ErrorList:
    """On the host's network a container's port is the host's."""
    if not spec.get("hostNetwork"):
        return []
    errors: ErrorList = []
    text = "must match `containerPort` when `hostNetwork` is true"
    for number, container in enumerate(spec.get("containers") or ()):
        for index, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort", 0)
            if (required or host) and host != port.get("containerPort", 0):
                errors.append(
                    field.invalid(path / "containers" / number / "ports" / index / "hostPort", host, text)
                )
    return errors
