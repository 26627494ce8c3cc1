"""Which requests are refused, or pass unchecked, from now on because nobody answers a webhook.

- ``webhook-unreachable``: its Service is missing, lacks the port, or has no ready endpoint, and it fails closed.
- ``webhook-passed-over``: the same of one with ``failurePolicy: Ignore``: what it would refuse or change passes as it
  is.
- ``conversion-unreachable``: the same of one that converts custom resources between versions.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook,
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.finder import Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.webhooks import unanswered, unconverted


def find(change: Change, world: World) -> Iterator[Consequence]:
    """What is new under the configuration or the Service that changes,
    else under the first change that may cause it.
    """
    yield from world.once(_by_cause).get(change.object, ())


def _by_cause(world: World) -> Mapping[Identity, Sequence[Consequence]]:
    found = defaultdict[Identity, list[Consequence]](list)
    for consequence, service in (*_of_admission(world), *_of_conversion(world)):
        if cause := _cause(consequence.object, service, world.effective):
            found[cause.object].append(consequence)
    return found


def _of_admission(world: World) -> Iterator[tuple[Consequence, ObjectKey]]:
    now = list(unanswered(world.final))
    before = {(one.configuration, one.webhook) for one in unanswered(world.prior)} if now else set()
    for one in now:
        if (one.configuration, one.webhook) not in before:
            closed = "webhook-unreachable", one.configuration, one.message, Severity.ERROR
            opens = "webhook-passed-over", one.configuration, one.message, Severity.WARNING
            yield Consequence(*(opens if one.fails_open else closed)), one.service


def _of_conversion(world: World) -> Iterator[tuple[Consequence, ObjectKey]]:
    now = list(unconverted(world.final))
    before = {one.definition for one in unconverted(world.prior)} if now else set()
    for one in now:
        if one.definition not in before:
            told = Consequence("conversion-unreachable", one.definition, one.message, Severity.ERROR)
            yield told, one.service


def _cause(one: Identity, service: ObjectKey, about: Sequence[Change]) -> Change | None:
    """The first change of the configuration or the Service, else of the Service's namespace."""
    named = (change for change in about if key_of(change) == service or change.object == one)
    near = (change for change in about if change.object.namespace == service.namespace)
    return next(chain(named, near), None)


_CONFIGURATION: Final = """
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
---
"""
_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: guard}, spec: {ports: [{port: 443}], selector: {app: guard}}}\n---\n"
_POD: Final = "{apiVersion: v1, kind: Pod, metadata: {name: guard, labels: {app: %s}}, spec: {containers: [{name: c, image: c}]}}"
_SCHEMA: Final = "schema: {openAPIV3Schema: {type: object}}"
_OLD: Final = f", {{name: v1, served: true, storage: false, {_SCHEMA}}}"
_DEFINITION: Final = f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{kind: Widget, plural: widgets}}
  versions: [{{name: v2, served: true, storage: true, {_SCHEMA}}}%s]
  conversion:
    strategy: Webhook
    webhook: {{conversionReviewVersions: [v1], clientConfig: {{service: {{namespace: default, name: guard}}}}}}
"""

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_SERVICE, _CONFIGURATION % "Fail", finds=("webhook-unreachable",)),
        Example(
            _CONFIGURATION % "Fail" + _SERVICE + _POD % "guard",
            _POD % "other",
            finds=("webhook-unreachable",),
        ),
        Example(_SERVICE, _CONFIGURATION % "Ignore", finds=("webhook-passed-over",)),
        Example(_SERVICE + _POD % "guard", _CONFIGURATION % "Ignore"),
        Example(_SERVICE + _POD % "guard", _CONFIGURATION % "Fail"),
        Example(_SERVICE, _DEFINITION % _OLD, finds=("conversion-unreachable",)),
        Example(_SERVICE, _DEFINITION % ""),
        Example(_SERVICE + _POD % "guard", _DEFINITION % _OLD),
    ),
)
