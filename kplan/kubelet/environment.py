"""The variables that a container is started with: those it names, and those that tell it of Services.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/kubelet/envvars/envvars.go,
third_party/forked/golang/expansion/expand.go
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from kplan.api.containers import environment_of, environment_sources_of, resources_of, value_source_of
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of, labels_of, status_of
from kplan.api.nodes import allocatable_of
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.serviceports import has_cluster_ip, ports_of
from kplan.namedtuples import NamedTuple

Find = Callable[[ObjectKey], Json | None]
_REFERENCE: Final = re.compile(r"\$\$|\$\(([^)]*)\)")
_INDEXED: Final = re.compile(r"metadata\.(labels|annotations)\['(.+)'\]")


class Variable(NamedTuple):
    """One variable."""

    value: str
    is_secret: bool = False
    """Whether some of it is out of a Secret."""


def variables(pod: Json, container: Json, services: Iterable[Json], find: Find) -> dict[str, Variable]:
    """Every variable by name; ``services`` are those that were there when the container was started."""
    told = dict(_service_variables(pod, services))
    own: dict[str, Variable] = {}
    for source in environment_sources_of(container):
        own |= dict(_of_source(pod, source, find))
    for one in environment_of(container):
        if source := value_source_of(one):
            found = _of_reference(pod, container, source, find)
            if found is not None:
                own[one["name"]] = found
        else:
            own[one["name"]] = _expanded(str(one.get("value") or ""), {**told, **own})
    return own | {name: value for name, value in told.items() if name not in own}


def _service_variables(pod: Json, services: Iterable[Json]) -> Iterator[tuple[str, Variable]]:
    """The variables of Docker's container links; from other namespaces only the API server's Service."""
    links = pod["spec"].get("enableServiceLinks", True)
    shown = [one for one in services if _is_told(one, pod["metadata"]["namespace"], links=links)]
    for service in sorted(shown, key=lambda one: str(one["metadata"]["name"])):
        for name, value in _of_service(service):
            yield name, Variable(value)


def _is_told(service: Json, namespace: str, *, links: bool) -> bool:
    metadata = service["metadata"]
    if not has_cluster_ip(service) or not ports_of(service):
        return False
    is_api = (metadata["namespace"], metadata["name"]) == ("default", "kubernetes")
    return is_api or (links and bool(metadata["namespace"] == namespace))


def _of_service(service: Json) -> Iterator[tuple[str, str]]:
    prefix, address, ports = (
        _upper(service["metadata"]["name"]),
        service["spec"]["clusterIP"],
        ports_of(service),
    )
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            yield f"{prefix}_SERVICE_PORT_{_upper(port['name'])}", str(port["port"])
    for number, port in enumerate(ports):
        protocol = str(port.get("protocol") or "TCP")
        url = f"{protocol.lower()}://{address}:{port['port']}"
        if number == 0:
            yield f"{prefix}_PORT", url
        link = f"{prefix}_PORT_{port['port']}_{protocol}"
        yield link, url
        yield f"{link}_PROTO", protocol.lower()
        yield f"{link}_PORT", str(port["port"])
        yield f"{link}_ADDR", address


def _upper(name: str) -> str:
    return name.replace("-", "_").upper()


def _of_source(pod: Json, source: Mapping[str, Any], find: Find) -> Iterator[tuple[str, Variable]]:
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if reference := source.get(field):
            for key, text in _data(pod, kind, reference, find).items():
                yield f"{source.get('prefix', '')}{key}", _value(kind, text)


def _of_reference(pod: Json, container: Json, source: Mapping[str, Any], find: Find) -> Variable | None:
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if reference := source.get(field):
            text = _data(pod, kind, reference, find).get(reference["key"])
            return None if text is None else _value(kind, text)
    if field_ref := source.get("fieldRef"):
        return Variable(_field(pod, field_ref["fieldPath"]))
    if resource := source.get("resourceFieldRef"):
        return Variable(_resource(pod, container, resource, find))
    return None


def _data(pod: Json, kind: str, reference: Json, find: Find) -> Mapping[str, str]:
    value = find(ObjectKey("", kind, pod["metadata"]["namespace"], reference.get("name", ""))) or {}
    found: Mapping[str, str] = value.get("data") or {}
    return found


def _value(kind: str, text: str) -> Variable:
    if kind != "Secret":
        return Variable(str(text))
    try:
        return Variable(base64.b64decode(text).decode(errors="replace"), is_secret=True)
    except ValueError:
        return Variable("", is_secret=True)


def _field(pod: Json, path: str) -> str:
    metadata, spec, status = pod["metadata"], pod["spec"], status_of(pod)
    indexed = _INDEXED.fullmatch(path)
    if indexed:
        held = labels_of(pod) if indexed[1] == "labels" else annotations_of(pod)
        return str(held.get(indexed[2], ""))
    known = {
        "metadata.name": metadata["name"], "metadata.namespace": metadata["namespace"], "metadata.uid": metadata["uid"],
        "spec.nodeName": spec.get("nodeName"), "spec.serviceAccountName": spec.get("serviceAccountName"),
        "status.hostIP": status.get("hostIP"), "status.podIP": status.get("podIP"),
        "status.hostIPs": ",".join(one["ip"] for one in status.get("hostIPs") or ()),
        "status.podIPs": ",".join(one["ip"] for one in status.get("podIPs") or ()),
    }  # fmt: skip
    return str(known.get(path) or "")


def _resource(pod: Json, container: Json, reference: Json, find: Find) -> str:
    """An amount in units of the divisor, rounded up; what has no limit has its node's."""
    side, _, resource = reference["resource"].partition(".")
    amount = resources_of(container, side).get(resource)
    if amount is None and side == "limits":
        node = find(ObjectKey("", "Node", "", pod["spec"].get("nodeName") or "")) or {}
        amount = allocatable_of(node).get(resource)
    whole = Quantity.parse(str(amount or "0"))
    divisor = Quantity.parse(str(reference.get("divisor") or "1"))
    divisor = Quantity.of(1) if divisor.is_zero() else divisor
    if resource == "cpu":
        return str(-(-whole.milli() // divisor.milli()))
    return str(-(-whole.value() // divisor.value()))


def _expanded(text: str, known: Mapping[str, Variable]) -> Variable:
    """A value with references such as ``$(NAME)`` replaced; ``$$`` is a literal dollar sign."""
    secret = any(found in known and known[found].is_secret for found in _REFERENCE.findall(text) if found)

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        return known[match[1]].value if match[1] in known else match[0]

    return Variable(_REFERENCE.sub(value, text), secret)
