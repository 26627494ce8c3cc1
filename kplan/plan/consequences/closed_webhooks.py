"""Which requests are refused from now on, because a webhook fails closed and is unreachable.

- ``webhook-unreachable``: the webhook's Service is missing, lacks the port, or has no ready endpoint.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from kplan.plan.finder import Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.webhooks import Unreachable, unreachable


def find(change: Change, world: World) -> Iterator[Consequence]:
    """What is new under the configuration or the Service that changes, else under the first change that may cause it."""
    for one in world.once(_by_cause).get(change.object, ()):
        yield Consequence("webhook-unreachable", one.configuration, one.message, Severity.ERROR)


def _by_cause(world: World) -> Mapping[Identity, Sequence[Unreachable]]:
    found = defaultdict[Identity, list[Unreachable]](list)
    for one in _new(world):
        if cause := _cause(one, world.effective):
            found[cause.object].append(one)
    return found


def _new(world: World) -> tuple[Unreachable, ...]:
    before = {(one.configuration, one.webhook) for one in unreachable(world.prior)}
    return tuple(one for one in unreachable(world.final) if (one.configuration, one.webhook) not in before)


def _cause(one: Unreachable, about: Sequence[Change]) -> Change | None:
    """The first change of the configuration or the Service, else of the Service's namespace."""
    named = (
        change for change in about if key_of(change) == one.service or change.object == one.configuration
    )
    near = (change for change in about if change.object.namespace == one.service.namespace)
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
        Example(_SERVICE, _CONFIGURATION % "Ignore"),
        Example(_SERVICE + _POD % "guard", _CONFIGURATION % "Fail"),
    ),
)
