"""Which changes are up to controllers that are not simulated, so that a plan does not show their effect on pods.

- ``not-simulated``: a custom resource with a pod template, as Argo's Rollout, is created or has another template.

Upstream: none; a real cluster has such controllers or leaves the resource alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.workloads import custom_template
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World, key_of
from kplan.plan.inventory import is_custom


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the pod templates of a custom resource."""
    if not is_custom(key_of(change).group) or change.action is Action.REFUSED:
        return
    before, after = (_template(value) for value in (world.before(change), world.after(change)))
    if after and after != before:
        message = "makes pods by a controller that is not simulated: what becomes of them is not in this plan"
        yield Consequence("not-simulated", change.object, message, Severity.INFO)


def _template(value: Json | None) -> Mapping[str, Any] | None:
    found = custom_template(value) if value is not None else None
    return found.value if found is not None else None


_DEFINITION: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.example.com}
spec:
  group: example.com
  names: {kind: Rollout, plural: rollouts}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
---
"""
_ROLLOUT: Final = """
apiVersion: example.com/v1
kind: Rollout
metadata: {name: web}
spec: {replicas: %s, template: {spec: {containers: [{name: c, image: "c:%s"}]}}}
"""

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_DEFINITION, _ROLLOUT % (1, 1), finds=("not-simulated",)),
        Example(_DEFINITION + _ROLLOUT % (1, 1), _ROLLOUT % (1, 2), finds=("not-simulated",)),
        Example(_DEFINITION + _ROLLOUT % (1, 1), _ROLLOUT % (2, 1)),
    ),
)
