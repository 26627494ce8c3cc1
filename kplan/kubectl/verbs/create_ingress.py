"""kubectl create ingress.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_ingress.go
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, name_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext
from kplan.namedtuples import NamedTuple

_RULE: Final = re.compile(r"[\w*.-]*/.*=[\w-]+:[\w-]+", re.ASCII)
"""How a rule begins; what follows is not looked at."""
_NOTHING: Final = (
    "not enough information provided: every ingress has to either specify a default-backend (which catches all "
    "traffic) or a list of rules (which catch specific paths)"
)


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create an Ingress. Raises UsageError."""
    name, rules = name_of(arguments), arguments.texts("rule")
    if not rules and not arguments.text("default-backend"):
        raise UsageError(_NOTHING)
    found = [_read(rule) for rule in rules]
    annotations = dict(map(_annotation, arguments.texts("annotation")))
    spec: dict[str, Any] = {}
    if arguments.text("class"):
        spec["ingressClassName"] = arguments.text("class")
    if arguments.text("default-backend"):
        spec["defaultBackend"] = _default(arguments.text("default-backend"))
    spec |= _rules(found) | _tls(found)
    metadata = metadata_of(name, arguments, **({"annotations": annotations} if annotations else {}))
    status: Json = {"loadBalancer": {}}
    value = {
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec, "status": status
    }  # fmt: skip
    return create(value, arguments, context, "failed to create ingress:")


class _Rule(NamedTuple):
    host: str
    path: str
    service: str
    port: str
    options: Sequence[str]
    """What stands behind commas."""


def _read(rule: str) -> _Rule:
    """A rule, split where kubectl splits it. Raises UsageError."""
    head, *options = rule.split(",")
    host, slash, rest = head.partition("/")
    path, *behind = rest.split("=")
    service, *port = [*behind, ""][0].split(":")
    if not (_RULE.match(rule) and slash and behind and port):
        raise UsageError(
            f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
        )
    return _Rule(host, f"/{path}", service, port[0], options)


def _annotation(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"annotation {text} is invalid and should be in format key=[value]")
    return key, value


def _default(text: str) -> Json:
    service, colon, port = text.partition(":")
    if not colon or ":" in port:
        raise UsageError("default-backend should be in format servicename:serviceport")
    return _backend(service, port)


def _backend(service: str, port: str) -> Json:
    number: Json = {"number": int(port)} if port.isdecimal() else {"name": port}
    return {"service": {"name": service, "port": number}}


def _rules(found: Sequence[_Rule]) -> Json:
    by_host: dict[str, list[Json]] = {}
    for one in found:
        path = one.path
        kind = "Prefix" if path.endswith("*") else "Exact"
        backend = _backend(one.service, one.port)
        by_host.setdefault(one.host, []).append(
            {"path": path.removesuffix("*"), "pathType": kind, "backend": backend}
        )
    rules = [
        {**({"host": host} if host else {}), "http": {"paths": paths}} for host, paths in by_host.items()
    ]
    return {"rules": rules} if rules else {}


def _tls(found: Sequence[_Rule]) -> Json:
    """The certificates; whatever the one option of a rule is called, its value is the Secret's name."""
    by_secret: dict[str, list[str]] = {}
    present: set[str] = set()
    for one in found:
        if len(one.options) != 1 or one.host in present:
            continue
        present.add(one.host)
        secret = [*one.options[0].split("="), ""][1]
        if one.host or secret in by_secret or secret:
            by_secret.setdefault(secret, []).extend([one.host] if one.host or secret in by_secret else [])
    entries = [
        {**({"hosts": hosts} if hosts else {}), **({"secretName": secret} if secret else {})}
        for secret, hosts in by_secret.items()
    ]
    return {"tls": entries} if entries else {}


VERB = Change(
    usage="NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]",
    about="Create an Ingress.",
    flags=(
        Flag(
            "rule",
            "Rule: HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; repeatable.",
            Kind.STRING_ARRAY,
            metavar="RULE",
        ),
        Flag("class", "Class of the Ingress.", metavar="NAME"),
        Flag("default-backend", "Service of everything else: SERVICE:PORT.", metavar="BACKEND"),
        Flag("annotation", "Annotation: KEY=VALUE; repeatable.", Kind.STRING_ARRAY, metavar="KEY=VALUE"),
        *CREATE_FLAGS,
    ),
    examples=('create ingress web --rule="shop.example.com/=web:80"',),
    run=run,
)
