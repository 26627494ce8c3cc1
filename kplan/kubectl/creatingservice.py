"""What the four ``create service`` have in common: a Service that selects ``app=NAME``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import create, metadata_of, name_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.ports import port_number, port_or_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import LiveContext

TCP: Final = Flag(
    "tcp", "Port and port of the pods: PORT[:TARGET]; repeatable.", Kind.STRINGS, metavar="PORT[:TARGET]"
)


def create_service(
    arguments: Arguments, context: LiveContext, type_: str, *, ports_needed: bool, **spec: Any
) -> Printed:
    """Create a Service of a type. Raises UsageError."""
    name = name_of(arguments)
    ports = [_port(one) for one in arguments.texts("tcp")]
    if ports_needed and not ports:
        raise UsageError("at least one tcp port specifier must be provided")
    if node_port := spec.pop("node_port", 0):
        ports = [{**one, "nodePort": node_port} for one in ports]
    labels = {"app": name}
    whole = {"type": type_, "selector": labels, **({"ports": ports} if ports else {}), **spec}
    metadata = metadata_of(name, arguments, labels=labels)
    value = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": whole,
        "status": {"loadBalancer": {}},
    }
    return create(value, arguments, context, f"failed to create {type_} service:", saves_shown=False)


def _port(text: str) -> Json:
    first, *targets = text.split(":")
    number = port_number(first)
    aim = port_or_name(targets[0]) if targets else number
    name = text.replace(":", "-")
    return {"name": name, "port": number, "protocol": "TCP", "targetPort": aim}
