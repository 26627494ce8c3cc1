"""What Flux waits for before it applies what a Kustomization or a HelmRelease delivers.

- ``waits-for-dependencies``: it applies that only when the objects that ``dependsOn`` names are ready.
- ``dependency-absent``: one of them is neither in the state nor in the input, and until it is there nothing is applied.

Upstream: github.com/fluxcd/kustomize-controller internal/controller/kustomization_controller.go (checkDependencies)
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.plan.finder import Change, Consequence, Example, Finder, Severity, World, key_of
from kplan.plan.reading import items
from kplan.sentences import listed


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look for the dependencies of an object that is created or changed."""
    value, own = world.after(change), key_of(change)
    keys = [_key(one, own) for one in items(value or {}, "spec", "dependsOn") if isinstance(one, dict)]
    absent = listed(_title(key) for key in keys if key not in world.final)
    if absent:
        message = f"depends on {absent}, not in the state or the input: Flux applies what it delivers only when that is ready"
        yield Consequence("dependency-absent", change.object, message, Severity.WARNING)
    elif keys:
        message = (
            f"depends on {listed(map(_title, keys))}: Flux applies what it delivers only when that is ready"
        )
        yield Consequence("waits-for-dependencies", change.object, message, Severity.INFO)


def _key(dependency: dict[str, Any], own: ObjectKey) -> ObjectKey:
    """Dependencies are of the object's own kind, and in its namespace unless they name another."""
    name, namespace = str(dependency.get("name") or ""), str(dependency.get("namespace") or own.namespace)
    return own._replace(namespace=namespace, name=name)


def _title(key: ObjectKey) -> str:
    return f"{key.kind.lower()}/{key.name} -n {key.namespace}"


_GROUP: Final = "kustomize.toolkit.fluxcd.io"
_DEFINITION: Final = f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: kustomizations.{_GROUP}}}
spec:
  group: {_GROUP}
  names: {{kind: Kustomization, plural: kustomizations}}
  scope: Namespaced
  versions:
  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}
---
{{apiVersion: {_GROUP}/v1, kind: Kustomization, metadata: {{name: base}}}}
"""
_APPLIED: Final = (
    f"{{apiVersion: {_GROUP}/v1, kind: Kustomization, metadata: {{name: apps}}, spec: {{dependsOn: [%s]}}}}"
)

FINDER = Finder(
    kinds=frozenset({f"Kustomization.{_GROUP}", "HelmRelease.helm.toolkit.fluxcd.io"}),
    find=find,
    examples=(
        Example(_DEFINITION, _APPLIED % "{name: base}", finds=("waits-for-dependencies",)),
        Example(_DEFINITION, _APPLIED % "{name: bsae}", finds=("dependency-absent",)),
        Example(_DEFINITION, _APPLIED % "{name: base, namespace: elsewhere}", finds=("dependency-absent",)),
        Example(_DEFINITION, _APPLIED % ""),
    ),
)
