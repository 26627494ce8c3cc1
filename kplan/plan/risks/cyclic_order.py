"""A webhook has to answer before the pods that serve it can be created.

As long as one of its pods runs, all is well. When all of them are gone at once (an upgrade, a power cut), the API
server asks the webhook about the new ones, gets no answer, and refuses them: nothing brings them back by itself.

Fix: exclude the webhook's own namespace with ``namespaceSelector``, or its own pods with ``objectSelector``; or set
``failurePolicy: Ignore``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.plan.inventory import Inventory, Workload, selector_of, selector_of_labels
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed
from kplan.state.store import Store

_KINDS: Final = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the webhooks that are asked about new pods and refuse them when they do not answer."""
    del changes
    final = outcome.final
    for value in (value for kind in _KINDS for value in final.list("admissionregistration.k8s.io", kind)):
        for webhook in items(value, "webhooks"):
            guarded = _own_pods(webhook, final) if _refuses_pods(webhook) else []
            if guarded:
                name, names = text(webhook, "name"), listed(one.object.title for one in guarded)
                message = f"webhook '{name}' guards the pods that serve it: {names}"
                yield Found(Identity.of(value), message, about=name)


def _refuses_pods(webhook: Json) -> bool:
    """Whether pods cannot be created without its answer."""
    return text(webhook, "failurePolicy") != "Ignore" and any(
        _names(rule, "apiGroups", "")
        and _names(rule, "resources", "pods")
        and _names(rule, "operations", "CREATE")
        for rule in items(webhook, "rules")
    )


def _names(rule: Json, field: str, wanted: str) -> bool:
    return any(one in (wanted, "*", "*/*") for one in items(rule, field))


def _own_pods(webhook: Json, store: Store) -> Sequence[Workload]:
    """The workloads behind its Service whose pods it is asked about."""
    reference = fields(webhook, "clientConfig", "service")
    namespace, name = text(reference, "namespace"), text(reference, "name")
    service, around = (
        store.get(key)
        for key in (ObjectKey("", "Service", namespace, name), ObjectKey("", "Namespace", "", namespace))
    )
    spaces, objects = (selector_of(webhook.get(one) or {}) for one in ("namespaceSelector", "objectSelector"))
    if service is None or around is None or spaces is None or objects is None:
        return []
    if not spaces.matches(Object(around).labels):
        return []
    serving = Inventory.of(store).selected(namespace, selector_of_labels(fields(service, "spec", "selector")))
    return [one for one in serving if objects.matches(one.template.labels)]


_POLICY = """
apiVersion: v1
kind: Service
metadata: {name: policy}
spec: {selector: {app: policy}, ports: [{port: 443}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: policy}
spec:
  selector: {matchLabels: {app: policy}}
  template:
    metadata: {labels: {app: policy}}
    spec: {containers: [{name: policy, image: "registry.example.com/policy:1"}]}
"""
_WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: pods.policy.example.com
  failurePolicy: %s
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {service: {namespace: default, name: policy}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""

RISK = Risk(
    code="PLN033",
    name="cyclic-order",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_POLICY, applied=_WEBHOOK % "Fail"),
    safe=Example(prior=_POLICY, applied=_WEBHOOK % "Ignore"),
    references=(
        "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
    ),
)
