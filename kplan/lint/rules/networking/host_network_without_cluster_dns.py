"""A pod on its node's network names a Service that it cannot look up.

With ``hostNetwork`` the pod asks its node's DNS server, which knows no Services, unless ``dnsPolicy`` says otherwise.

Fix: set ``dnsPolicy: ClusterFirstWithHostNet``.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.container import Container
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_ASKS_NODE: Final = frozenset({"", "ClusterFirst", "Default"})
_IN_CLUSTER: Final = r"(?<![\w.-])[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9-]*\.svc\b"
_HOST: Final = r"(?:^|//|@)([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+))?(?::[0-9]+|/|$)"
"""A text that is, or has in a URL, a name with one dot or none, and what ends it there."""
_NOT_LOOKED_UP: Final = r"issuer|audience|tls|cert|sans?\b|no_?proxy|kubernetes\.default\.svc"


def check(subject: Subject) -> Iterator[Finding]:
    """Report the first Service that variables, commands or arguments name."""
    for path, pod in subject.pods():
        if (
            pod.get("hostNetwork") is not True
            or text(pod, "dnsPolicy") not in _ASKS_NODE
            or pod.get("dnsConfig")
        ):
            continue
        named = (
            (place, name) for place, given in _texts(subject, path) if (name := _service(given, subject))
        )
        for place, name in named:
            asks = text(pod, "dnsPolicy") or "ClusterFirst"
            message = f"{name!r} is not found: with hostNetwork and dnsPolicy {asks} the pod asks its node's DNS server"
            fix = unsafe("ask the cluster's DNS server", put(path / "dnsPolicy", "ClusterFirstWithHostNet"))
            yield Finding(place, message, fix=fix)
            break


def _texts(subject: Subject, pod: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    """What a pod is told, with places."""
    for container in subject.lasting_containers():
        if container.pod.path / "spec" == pod:
            yield from _told(container)


def _told(container: Container) -> Iterator[tuple[FieldPath, str]]:
    for index, variable in items(container.value, "env"):
        if not re.search(_NOT_LOOKED_UP, text(variable, "name"), re.IGNORECASE):
            yield container.path / "env" / index / "value", text(variable, "value")
    for field in ("command", "args"):
        given = container.value.get(field)
        for index, one in enumerate(given if isinstance(given, list) else ()):
            if isinstance(one, str) and not re.search(_NOT_LOOKED_UP, one, re.IGNORECASE):
                yield container.path / field / index, one


def _service(given: str, subject: Subject) -> str:
    """The Service that a text names: by its name in the cluster, or as a host that a namespace has a Service for."""
    full = re.search(_IN_CLUSTER, given)
    if full:
        return full[0]
    if "//" not in given and ":" not in given:
        return ""
    for host, namespace in re.findall(_HOST, given.rpartition("=")[2]):
        if subject.world.by_key.get(("Service", namespace or subject.namespace, host)):
            return f"{host}.{namespace}" if namespace else str(host)
    return ""


_POD: Final = "spec: {hostNetwork: true, %s containers: [{name: a, image: b, %s}]}"
_FULL: Final = "env: [{name: URL, value: 'http://db.shop.svc.cluster.local:80'}]"
_SHORT: Final = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {hostNetwork: true, containers: [{name: a, image: b, args: ['--url=http://db:80/']}]}
---
apiVersion: v1
kind: Service
metadata: {name: db%s}
spec: {clusterIP: None, ports: [{port: 80}]}
"""

RULE = Rule(
    code="NET014",
    name="host-network-without-cluster-dns",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    good=(
        _POD % ("dnsPolicy: ClusterFirstWithHostNet,", _FULL),
        _POD % ("", "args: [--audience=https://kubernetes.default.svc]"),
        _SHORT % "-two",
        _SHORT.replace("//db:", "//db.com:") % ", namespace: shop",
    ),
    bad=(_POD % ("", _FULL), _SHORT % "", _SHORT.replace("//db:", "//db.shop:") % ", namespace: shop"),
    references=("https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",),
    fixes=(Safety.UNSAFE,),
)
