"""A Service has no ready endpoint.

Connections to it are refused or time out: no pod matches its selector, or none that matches is ready.

Fix: make the Service's selector match the labels of its pods, or make the pods ready.
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json, Object
from kplan.plan.effects.endpoints import ready_addresses
from kplan.plan.reading import fields, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Services that choose pods by labels."""
    del changes
    for value in outcome.final.list("", "Service"):
        key = Object(value).key
        if not _chooses_pods(value) or ready_addresses(outcome.final, key):
            continue
        before = ready_addresses(outcome.prior, key)
        yield Found(Identity.of(value), f"has no ready endpoint (before: {before})")


def _chooses_pods(service: Json) -> bool:
    return bool(fields(service, "spec", "selector")) and text(service, "spec", "type") != "ExternalName"


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
    at_risk=Example(prior=_POD + _SERVICE % "web", applied=_SERVICE % "site"),
    safe=Example(prior=_POD + _SERVICE % "site", applied=_SERVICE % "web"),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    ),
)
