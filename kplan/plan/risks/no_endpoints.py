"""A Service has no ready endpoint.

Connections to it are refused or time out: no pod matches its selector, none that matches is ready, or no container has
the port that ``targetPort`` names.

Fix: make the Service's selector match the labels of its pods, make the pods ready, or give ``targetPort`` the name or the
number of a port that the containers have.
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
from kplan.plan.served_ports import SlicesOf, ready_addresses, why_no_endpoint


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Services that choose pods by labels."""
    del changes
    final, prior = SlicesOf(outcome.final), SlicesOf(outcome.prior)
    for value in filter(selects_pods, looked_at(outcome, *SERVICES[0])):
        key = outcome.final.key_of(value)
        if ready_addresses(value, final.service(key)):
            continue
        earlier = outcome.prior.get(key)
        before = ready_addresses(earlier, prior.service(key)) if earlier else 0
        why = why_no_endpoint(value, outcome.final)
        message = "has no ready endpoint" + (f" (before: {before})" if before else "")
        yield Found(Identity.of(value), f"{message}: {why}" if why else message)


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---"""
_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}], selector: {app: %s}}
"""

RISK = Risk(
    code="PLN003",
    name="no-endpoints",
    severity=Severity.ERROR,
    check=check,
    near=Near(SERVICES, services_of_pods),
    at_risk=Example(prior=_POD + _SERVICE % "web", applied=_SERVICE % "site"),
    safe=Example(prior=_POD + _SERVICE % "site", applied=_SERVICE % "web"),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    ),
)
