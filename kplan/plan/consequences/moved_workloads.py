"""Which workloads keep running in their old namespace when a manifest names another one.

- ``stays-in-old-namespace``: a workload of an earlier apply that is nearly the same under the same name runs on there;
  ``kubectl apply`` moves nothing between namespaces, and prunes only in those that the manifests name.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.kubectl.last_applied import original_text
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.inventory import Inventory
from kplan.plan.renames import renames
from kplan.sentences import counted

_KINDS: Final = (("apps", "DaemonSet"), ("apps", "Deployment"), ("apps", "StatefulSet"), ("batch", "CronJob"))


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look for the name of a created workload in namespaces that the manifests do not name."""
    after = world.after(change)
    if change.action is not Action.CREATE or change.renamed_from is not None or after is None:
        return
    key = key_of(change)
    for place in world.once(_elsewhere).get(key._replace(namespace=""), ()):
        old = world.prior.get(place)
        if old is None or place not in world.final or not original_text(old) or not renames([old], [after]):
            continue
        pods = len(Inventory.of(world.final).pods_below(place))
        keeps = f" with {counted(pods, 'pod')}" if pods else ""
        message = f"is nearly the same and stays there{keeps}: apply moves nothing between namespaces"
        yield Consequence("stays-in-old-namespace", Identity.of(old), message, Severity.WARNING)


def _elsewhere(world: World) -> Mapping[ObjectKey, Sequence[ObjectKey]]:
    """Workloads by name, in namespaces that no change is about."""
    named = {change.object.namespace for change in world.changes}
    found = defaultdict[ObjectKey, list[ObjectKey]](list)
    for kind in _KINDS:
        for key, _ in world.prior.members(*kind):
            if key.namespace not in named:
                found[key._replace(namespace="")].append(key)
    return found


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: %s}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
"""
_NAMESPACES: Final = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n"

FINDER = Finder(
    kinds=frozenset(f"{kind}.{group}" for group, kind in _KINDS),
    find=find,
    examples=(
        Example(
            _NAMESPACES + _DEPLOYMENT % ("web", "default"),
            _DEPLOYMENT % ("web", "shop"),
            finds=("stays-in-old-namespace",),
        ),
        Example(_NAMESPACES + _DEPLOYMENT % ("web", "default"), _DEPLOYMENT % ("site", "shop")),
        Example(
            _NAMESPACES + _DEPLOYMENT % ("web", "default"),
            _DEPLOYMENT % ("web", "shop") + _DEPLOYMENT % ("web", "default"),
        ),
    ),
)
