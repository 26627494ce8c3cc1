"""kubectl expose: a Service for the pods of an object.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.creating import create, flags_of, metadata_of
from kplan.kubectl.exposing import check_exposable, labels_from, ports_of, selector_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.overriding import OVERRIDES, overridden
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import print_flags
from kplan.kubectl.reading import Decoder, Failure, Info, Options, read
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError

_WORDS: Final = ("exposed", "exposed")
_AFFINITIES: Final = ("", "None", "ClientIP")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Expose objects. Raises UsageError or StatusError."""
    print_flags(arguments)
    given = wanted(arguments, context)
    printed = Printed(exit=int(given.broken))
    if given.wanted.files is not None:
        options = Options(given.wanted.namespace, given.wanted.enforce_namespace, decoder=Decoder.TYPED)
        infos = list(read(given.wanted.files, context.server, options))
        failures = [one.error for one in infos if isinstance(one, Failure)]
        items = [Item(one.resource, one.value) for one in infos if isinstance(one, Info)]
    else:
        found = choose(context.server, given.wanted._replace(labels="", typed=True))
        failures, items = found.failures, found.items
    settled, refused = _Settled(), list[StatusError | ClientError]()
    for item in items:
        try:
            check_exposable(item)
            value = overridden(_service(arguments, item, settled), arguments)
        except UsageError as error:
            refused.append(ClientError(error.message))
            continue
        create(value, arguments, context, printed=printed, words=_WORDS, failures=refused)
    printed.refuse([*refused, *failures])
    return printed


@dataclass(slots=True)
class _Settled:
    """What is known from an object before: kubectl takes it for all objects behind it as well."""

    selector: Json | None = None
    texts: Sequence[str] = ()
    known: Sequence[tuple[str, str]] = ()
    labels: Json | None = None

    def learn(self, arguments: Arguments, value: Json) -> None:
        """Take from an object what is missing. Raises UsageError."""
        given, ports, labels = (arguments.text(name) for name in ("selector", "port", "labels"))
        if not self.selector:
            self.selector = labels_from(given) if given else selector_of(value)
        known = ports_of(value)
        if not self.texts:
            self.texts = ports.split(",") if ports else list(dict.fromkeys(one for one, _ in known))
        if not self.texts and arguments.text("cluster-ip") != "None":
            raise UsageError("couldn't find port via --port flag or introspection")
        self.known = known or self.known
        if not self.labels:
            self.labels = labels_from(labels) if labels else value["metadata"].get("labels")


def _service(arguments: Arguments, item: Item, settled: _Settled) -> Json:
    """The Service of an object. Raises UsageError."""
    settled.learn(arguments, item.value)
    texts, labels = settled.texts, settled.labels
    name = arguments.text("name") or item.name[:63]
    ports = [
        one
        for number, text in enumerate(texts)
        for one in _ports(arguments, text, number, len(texts), settled.known)
    ]
    spec: dict[str, Any] = {
        "selector": settled.selector,
        **({"ports": ports} if ports else {}),
        **_options(arguments),
    }
    metadata = metadata_of(name, arguments, **({"labels": labels} if labels else {}))
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def _ports(
    arguments: Arguments, text: str, number: int, count: int, known: Sequence[tuple[str, str]]
) -> list[Json]:
    if not _INTEGER.match(text):
        raise UsageError(f'strconv.Atoi: parsing "{text}": invalid syntax')
    target_text = arguments.text("target-port")
    target: int | str = int(text)
    if target_text:
        target = int(target_text) if _INTEGER.match(target_text) else target_text
    port: Json = {"port": int(text), "targetPort": target}
    name = {"name": f"port-{number + 1}"} if count > 1 else {}
    if arguments.text("protocol"):
        return [{**name, **port, "protocol": arguments.text("protocol")}]
    protocols = [protocol for one, protocol in known if one == text] or ["TCP"]
    if len(protocols) == 1:
        return [{**name, **port, "protocol": protocols[0]}]
    return [{"name": f"port-{number + 1}-{one.lower()}", **port, "protocol": one} for one in protocols]


def _options(arguments: Arguments) -> Json:
    affinity = arguments.text("session-affinity")
    if affinity not in _AFFINITIES:
        raise UsageError(f"unknown session affinity: {affinity}")
    address = arguments.text("cluster-ip")
    balancer = arguments.text("load-balancer-ip") if arguments.text("type") == "LoadBalancer" else ""
    external = arguments.text("external-ip")
    found: dict[str, Any] = {
        "externalIPs": [external] if external else None, "type": arguments.text("type"),
        "loadBalancerIP": balancer, "sessionAffinity": affinity, "clusterIP": address,
    }  # fmt: skip
    return {key: one for key, one in found.items() if one}


VERB = Change(
    usage="KIND NAME|KIND/NAME [--port=PORT]",
    about="Create a Service for the pods of a deployment, replica set, pod or another Service.",
    flags=(
        Flag("port", "Port of the Service; several joined by commas.", metavar="PORT"),
        Flag("target-port", "Port of the pods: a number or a name.", metavar="PORT"),
        Flag("protocol", "Protocol: TCP, UDP or SCTP.", metavar="PROTOCOL"),
        Flag("type", "Type: ClusterIP, NodePort, LoadBalancer or ExternalName.", metavar="TYPE"),
        Flag("name", "Name of the Service.", metavar="NAME"),
        Flag("selector", "Labels of the pods, KEY=VALUE joined by commas.", metavar="LABELS"),
        Flag("labels", "Labels of the Service, KEY=VALUE joined by commas.", short="l", metavar="LABELS"),
        Flag("external-ip", "Address outside the cluster that it is reached at too.", metavar="ADDRESS"),
        Flag("load-balancer-ip", "Address of the load balancer.", metavar="ADDRESS"),
        Flag("session-affinity", "None or ClientIP.", metavar="AFFINITY"),
        Flag("cluster-ip", "Address of the Service; None for a headless one.", metavar="ADDRESS"),
        *OVERRIDES,
        *flags.FILES,
        *flags_of("kubectl-expose"),
    ),
    examples=("expose deployment web --port=80 --target-port=8080",),
    run=run,
)
