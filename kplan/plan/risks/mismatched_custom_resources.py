"""Stored custom resources do not fit their changed definition.

They stay stored, but fields that the new schema does not know disappear for all readers, updates of what it refuses
fail, and so does a backup that is restored. Controllers that read them may stop.

Fix: change the resources first, or widen the schema (a new version, ``x-kubernetes-preserve-unknown-fields``); migrate
what is stored before a version goes.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity

_NAMES: Final = frozenset({"stored-resources-refused", "stored-fields-dropped"})


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Take what follows from changed definitions."""
    del outcome
    for planned in changes:
        for one in planned.effects.consequences:
            if one.name in _NAMES:
                yield Found(one.object, one.message, severity=one.severity)


_DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer%s}}}}}
---
"""
_WIDGET = """
apiVersion: example.com/v1
kind: Widget
metadata: {name: one, namespace: default}
spec: {size: 5}
"""

RISK = Risk(
    code="PLN011",
    name="mismatched-custom-resources",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEFINITION % "" + _WIDGET, applied=_DEFINITION % ", maximum: 3"),
    safe=Example(prior=_DEFINITION % "" + _WIDGET, applied=_DEFINITION % ", maximum: 5"),
    of_change=True,
    references=(
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
    ),
)
