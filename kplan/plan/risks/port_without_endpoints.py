"""A port of a Service has no ready endpoint, while its other ports have some.

The Service looks well, but connections to this port are refused: no container of its pods has a port of the name, or of
the protocol, that ``targetPort`` asks for.

Fix: name the port in the pods' containers, with the same protocol, or give ``targetPort`` a name
or number that they have.
"""

from collections.abc import Iterator, Sequence

from kplan.api.serviceports import selects_pods
from kplan.plan.nearby import SERVICES, services_of_pods
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
from kplan.plan.served_ports import SlicesOf, port_title, ready_by_port
from kplan.plan.unserved import why_unserved


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Services of which at least one port is served."""
    del changes
    slices = SlicesOf(outcome.final)
    for value in filter(selects_pods, looked_at(outcome, *SERVICES[0])):
        counts = ready_by_port(value, slices.service(outcome.final.key_of(value)))
        unserved = [name for name, count in counts.items() if not count]
        if unserved and len(unserved) < len(counts):
            names = ", ".join(port_title(value, name) for name in unserved)
            why = next(filter(None, (why_unserved(value, name, outcome.final) for name in unserved)), "")
            one = len(unserved) == 1
            message = f"port{'' if one else 's'} {names} {'has' if one else 'have'} no ready endpoint"
            yield Found(Identity.of(value), f"{message}: {why}" if why else message, extent=len(unserved))


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: web
    image: registry.example.com/web:1
    ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
"""
_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: metrics, port: 9090, targetPort: %s}
"""

RISK = Risk(
    code="PLN007",
    name="port-without-endpoints",
    severity=Severity.ERROR,
    check=check,
    near=Near(SERVICES, services_of_pods),
    at_risk=Example(prior=_POD, applied=_SERVICE % "prometheus"),
    safe=Example(prior=_POD, applied=_SERVICE % "metrics"),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",),
)
