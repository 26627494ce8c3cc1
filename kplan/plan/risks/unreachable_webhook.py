"""A webhook that fails closed, or that converts custom resources, has no ready endpoint.

The API server refuses every request that the webhook would be asked about, pods of the webhook itself among them if it
looks at those: nothing of these kinds can be created or changed until it answers. Custom resources that a webhook
converts can be neither read nor written in another version than the stored one.

Fix: make the webhook's pods ready, correct the Service that it names, or set ``failurePolicy: Ignore``; exclude the
webhook's own namespace with ``namespaceSelector``.
"""

from collections.abc import Iterator, Sequence

from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.plan.webhooks import unconverted, unreachable


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at every webhook."""
    del changes
    for one in unreachable(outcome.final):
        yield Found(one.configuration, one.message)
    for definition in unconverted(outcome.final):
        yield Found(definition.definition, definition.message)


_CONFIGURATION = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: %s
  clientConfig: {service: {namespace: default, name: guard}}
  rules: [{apiGroups: [apps], apiVersions: [v1], resources: [deployments], operations: [CREATE]}]
"""
_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: guard}
spec: {ports: [{port: 443}]}
"""

RISK = Risk(
    code="PLN012",
    name="unreachable-webhook",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_SERVICE, applied=_CONFIGURATION % "Fail"),
    safe=Example(prior=_SERVICE, applied=_CONFIGURATION % "Ignore"),
    references=(
        "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
    ),
)
