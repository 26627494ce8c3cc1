"""A Service has no ready endpoint.

Connections to it are refused or time out: no pod matches its selector, the workload whose pods it selects is scaled to
0, none that matches is ready, or no container has the port that ``targetPort`` names. Ingresses and routes that lead to
it answer with an error (502 or 503).

Fix: make the Service's selector match the labels of its pods, scale the workload up, make the pods ready, or give
``targetPort`` the name or the number of a port that the containers have.
"""

from collections.abc import Iterator, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.serviceports import selects_pods
from kplan.plan.nearby import SERVICES, services_of_makers, services_of_pods, services_of_routes
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    Touched,
    looked_at,
)
from kplan.plan.routes import leading_to
from kplan.plan.served_ports import SlicesOf, ready_addresses
from kplan.plan.unserved import is_left_to_others, reasons_why_none, why_no_endpoint


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Services that choose pods by labels."""
    del changes
    final, prior = SlicesOf(outcome.final), SlicesOf(outcome.prior)
    unserved = {
        key: value
        for value in filter(selects_pods, looked_at(outcome, *SERVICES[0]))
        if not ready_addresses(value, final.service(key := outcome.final.key_of(value)))
        and not is_left_to_others(value, outcome.final)
    }
    leading = leading_to(unserved.keys(), outcome.final)
    for key, value in unserved.items():
        earlier = outcome.prior.get(key)
        before = ready_addresses(earlier, prior.service(key)) if earlier else 0
        message = "has no ready endpoint" + (f" (before: {before})" if before else "")
        reasons = "; ".join(filter(None, (why_no_endpoint(value, outcome.final), leading.get(key))))
        one = Identity.of(value)
        whole = f"{message}: {reasons}" if reasons else message
        yield Found(one, whole, reasons=reasons_why_none(value, outcome.final))


def _near(touched: Touched) -> frozenset[ObjectKey]:
    """The Services whose pods or their owners have changed, or to which other objects now lead differently."""
    return services_of_pods(touched) | services_of_makers(touched) | services_of_routes(touched)


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
    near=Near(SERVICES, _near),
    at_risk=Example(prior=_POD + _SERVICE % "web", applied=_SERVICE % "site"),
    safe=Example(prior=_POD + _SERVICE % "site", applied=_SERVICE % "web"),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    ),
)
