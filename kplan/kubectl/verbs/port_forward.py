"""kubectl port-forward: whether it would work; nothing listens.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/portforward/portforward.go
"""

import re
from typing import Final

from kplan.api.containers import container_ports_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, phase
from kplan.api.serviceports import find_port, has_cluster_ip, ports_of
from kplan.api.whole import whole
from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.attachable import item_of, pods_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wording import ClientError

_LARGEST: Final = 65535
_PAIR: Final = re.compile(r"(?:(\d*):)?([a-z0-9-]+)")


def run(arguments: Arguments, context: Context) -> Printed:
    """Say what would be forwarded. Raises UsageError."""
    printed = Printed()
    if len(arguments.words) < 2:
        raise HelpError("TYPE/NAME and list of ports are required for port-forward")
    word, *pairs = arguments.words
    try:
        item = item_of(context, word, arguments.text("namespace") or "default")
        pods = pods_of(context, item)
        service = item.value if item.resource.kind == "Service" else None
        ports = [_ports(pair, pods[0], service) for pair in pairs]
        _check_running(pods[0])
        for own, target in ports:
            _forward(own, target, pods[0], printed)
    except (StatusError, ClientError) as error:
        printed.refuse([error])
        return printed
    metadata = pods[0]["metadata"]
    printed.warn(
        f"kplan: nothing listens; kubectl would forward to pod {metadata['namespace']}/{metadata['name']}"
    )
    return printed


def _check_running(pod: Json) -> None:
    """Refuse a pod that does not run. Raises ClientError."""
    if phase(pod) != "Running":
        raise ClientError(f"unable to forward port because pod is not running. Current status={phase(pod)}")


def _ports(pair: str, pod: Json, service: Json | None) -> tuple[str, int]:
    """The port here and the pod's. Raises UsageError or ClientError."""
    matched = _PAIR.fullmatch(pair)
    if matched is None:
        raise UsageError(f"invalid port format '{pair}'")
    local, asked = matched[1], matched[2]
    target = _of_service(service, asked, pod) if service is not None else _of_pod(pod, asked)
    return local or (str(target) if local == "" or not asked.isdigit() else asked), target


def _forward(own: str, target: int, pod: Json, printed: Printed) -> None:
    for address in ("127.0.0.1", "[::1]"):
        printed.say(f"Forwarding from {address}:{own} -> {target}")
    declared = [
        one["containerPort"] for item in containers_of(pod["spec"]) for one in container_ports_of(item)
    ]
    if declared and target not in declared:
        printed.warn(f"kplan: no container of pod {pod['metadata']['name']} declares port {target}")


def _of_pod(pod: Json, asked: str) -> int:
    """The port of a number or a name."""
    if (number := whole(asked)) is not None:
        if number > _LARGEST:
            raise ClientError(
                f"error parsing local port '{asked}': strconv.ParseUint: parsing \"{asked}\": value out of range"
            )
        if not number:
            raise ClientError("remote port must be > 0")
        return number
    ports = [one for item in containers_of(pod["spec"]) for one in container_ports_of(item)]
    found = next((one["containerPort"] for one in ports if one.get("name") == asked), None)
    if found is None:
        raise ClientError(f"Pod '{pod['metadata']['name']}' does not have a named port '{asked}'")
    return int(found)


def _of_service(service: Json, asked: str, pod: Json) -> int:
    """The pod's port that a Service's leads to."""
    name = service["metadata"]["name"]
    port = next((one for one in ports_of(service) if asked in (str(one["port"]), one.get("name"))), None)
    if port is None:
        what = "service port" if asked.isdigit() else "named port"
        shown = asked if asked.isdigit() else f"'{asked}'"
        raise ClientError(f"Service {name} does not have a {what} {shown}")
    if not has_cluster_ip(service):
        return int(port["port"])
    found = find_port(pod, port)
    if found is None:
        raise ClientError(
            f"Pod '{pod['metadata']['name']}' does not have a named port '{port['targetPort']}'"
        )
    return found


VERB = Query(
    usage="POD|KIND/NAME [LOCAL:]REMOTE...",
    about="Check whether ports of a pod could be forwarded, and to which ones; nothing listens.",
    flags=(
        flags.NAMESPACE,
        Flag("address", "Accepted as in kubectl.", Kind.STRINGS, metavar="ADDRESS"),
        Flag(
            "pod-running-timeout",
            "Accepted as in kubectl.",
            Kind.DURATION,
            metavar="DURATION",
            default="1m0s",
        ),
    ),
    examples=("port-forward web-0 8080:80", "port-forward service/web 8080:http"),
    run=run,
)
