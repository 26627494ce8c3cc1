"""Which changed objects belong to a Helm release, whose next upgrade writes them again.

- ``owned-by-release``: the object has the annotations of a release, and its manifest does not come from a chart.

Upstream: none; Helm is helm/helm (pkg/action/validate.go)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import annotations_of, labels_of
from kplan.api.object import Json
from kplan.kubectl.last_applied import known_configuration
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, World
from kplan.plan.reading import fields

_RELEASE: Final = "meta.helm.sh/release-name"
_NAMESPACE: Final = "meta.helm.sh/release-namespace"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_CHANGES: Final = (Action.UPDATE, Action.REPLACE, Action.DELETE)


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at what the object says of itself, before and in the manifest."""
    before, after = world.before(change), world.after(change)
    name = annotations_of(before).get(_RELEASE) if before else None
    if not before or not name or change.action not in _CHANGES or (after and _from_chart(after)):
        return
    release = f"Helm release {name} (namespace {annotations_of(before).get(_NAMESPACE) or 'default'})"
    again = "creates it again" if after is None else "sets the values of its chart again"
    message = f"belongs to {release}, whose next upgrade {again}"
    yield Consequence("owned-by-release", change.object, message)


def _from_chart(value: Json) -> bool:
    """Whether the manifest has the label that charts give their objects;
    a client's apply keeps a copy of the manifest.
    """
    written = known_configuration(value)
    labels = fields(written, "metadata", "labels") if written else labels_of(value)
    return labels.get(_MANAGED_BY) == "Helm"


_CONFIG: Final = (
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: default%s}, data: {color: %s}}"
)
_MARKED: Final = (
    ", uid: one, labels: {app.kubernetes.io/managed-by: Helm}, annotations: {meta.helm.sh/release-name: shop}"
)
_LABELLED: Final = ", labels: {app.kubernetes.io/managed-by: Helm}"

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_CONFIG % (_MARKED, "red"), _CONFIG % ("", "blue"), finds=("owned-by-release",)),
        Example(_CONFIG % (_MARKED, "red"), deleted=_CONFIG % ("", "red"), finds=("owned-by-release",)),
        Example(_CONFIG % (_MARKED, "red"), _CONFIG % (_LABELLED, "blue")),
        Example(_CONFIG % (", uid: one", "red"), _CONFIG % ("", "blue")),
    ),
)
