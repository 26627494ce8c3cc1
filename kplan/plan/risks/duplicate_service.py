"""Two Services lead to the same ports of the same pods.

Often one of them was copied and still has the selector of the other, so its clients reach the wrong pods.

Fix: correct the selector of the copy, or delete the Service that nobody needs.
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json, Object
from kplan.api.serviceports import has_cluster_ip, ports_of, selects_pods
from kplan.plan.nearby import SERVICES, services_alike
from kplan.plan.reading import fields, text
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    looked_at,
)


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare Services of one type by what they lead to; headless ones stand beside others on purpose."""
    del changes
    first: dict[object, str] = {}
    for value in looked_at(outcome, *SERVICES[0]):
        if selects_pods(value) and has_cluster_ip(value):
            name = Object(value).name
            other = first.setdefault(_destination(value), name)
            if other != name:
                yield Found(Identity.of(value), f"leads to the same pods and ports as service '{other}'")


def _destination(service: Json) -> object:
    ports = {
        (one.get("targetPort", one["port"]), one["port"], one.get("protocol")) for one in ports_of(service)
    }
    selector = tuple(sorted(fields(service, "spec", "selector").items()))
    return Object(service).namespace, text(service, "spec", "type"), selector, frozenset(ports)


_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: %s}
spec: {selector: {app: %s}, ports: [{port: 80, targetPort: 8080}]}
"""

RISK = Risk(
    code="PLN027",
    name="duplicate-service",
    severity=Severity.INFO,
    check=check,
    near=Near(SERVICES, services_alike),
    at_risk=Example(prior=_SERVICE % ("web", "web"), applied=_SERVICE % ("site", "web")),
    safe=Example(prior=_SERVICE % ("web", "web"), applied=_SERVICE % ("site", "site")),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/",),
)
