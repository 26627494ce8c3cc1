"""The cluster does not know the kind of an object.

No CustomResourceDefinition in the state or in the manifests defines it, or the one that does not in this version, so
the object cannot be applied.

Fix: apply the definition first, write the object in a version that it serves, mend it where the API server refuses it,
or add it to the state (``--state``) where the cluster has it and the snapshot does not.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.schema.deprecation import lifecycle_of
from kplan.sentences import listed
from kplan.state.store import Store

_NO_MATCH: Final = "no matches for kind"
"""What kubectl says of an object whose kind the API server does not know."""
_KUSTOMIZE: Final = "kustomize.config.k8s.io"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what is refused for its kind; versions that were removed are another risk."""
    refused = sorted({planned.change.object.name for planned in changes if planned.change.refusal})
    for planned in changes:
        one = planned.change.object
        gvk = GroupVersionKind.of(one.api_version, one.kind)
        if _NO_MATCH not in planned.change.refusal or lifecycle_of(gvk) is not None:
            continue
        if gvk.group == _KUSTOMIZE:
            yield Found(one, "is no object, but says how objects are made: build its folder with -k")
        else:
            missing = f"has no CustomResourceDefinition that defines {one.kind} in {one.api_version}"
            definition = next((name for name in refused if _may_define(name, gvk)), "")
            other = _served_otherwise(gvk, outcome.final)
            yield Found(
                one, f"{missing}: the API server refuses {definition}" if definition else other or missing
            )


def _served_otherwise(gvk: GroupVersionKind, store: Store) -> str:
    """That the kind has a definition, which does not serve the version; empty if it has none."""
    for definition in store.list("apiextensions.k8s.io", "CustomResourceDefinition"):
        spec = fields(definition, "spec")
        if (text(spec, "group"), text(spec, "names", "kind")) == (gvk.group, gvk.kind):
            served = [text(one, "name") for one in items(spec, "versions") if one.get("served")]
            name, versions = text(definition, "metadata", "name"), listed(served) or "nothing"
            return f"is written in {gvk.version}, but {name} serves {versions}: write it in a version that is served"
    return ""


def _may_define(definition: str, gvk: GroupVersionKind) -> bool:
    """Whether a definition is that of a kind, by its name: ``widgets.shop.example.com``."""
    plural, _, group = definition.partition(".")
    return group == gvk.group and plural.startswith(gvk.kind.lower().removesuffix("y"))


_WIDGET = """
apiVersion: shop.example.com/v1
kind: Widget
metadata: {name: blue}
"""
_DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---"""

RISK = Risk(
    code="PLN034",
    name="missing-definition",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior="", applied=_WIDGET, refused=True),
    safe=Example(prior=_DEFINITION, applied=_WIDGET),
    of_change=True,
    references=(
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
    ),
)
