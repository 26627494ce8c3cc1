"""From which managers a server-side apply takes over fields, and whether the state says who owns them.

- ``takes-over``: with ``--force-conflicts`` the object has the manifest's value, and the manager that owned the field
  no longer does.
- ``owners-unknown``: the state does not say who owns the fields of what is applied, so that conflicts cannot be
  foreseen.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.owners import Owner, owners, taken_over
from kplan.sentences import listed


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the owners of the object before and after."""
    before, after = world.before(change), world.after(change)
    if change.action is not Action.UPDATE or before is None or after is None:
        return
    lost = defaultdict[Owner, list[str]](list)
    for owner, path in taken_over(before, after):
        lost[owner].append(path)
    for owner, paths in lost.items():
        again = (
            "whose next apply conflicts there" if owner.operation == "Apply" else "which may write it again"
        )
        message = f"takes over {listed(paths)} from {owner}, {again}"
        yield Consequence("takes-over", change.object, message, Severity.WARNING)
    some = world.once(_without_owners)
    if some and change is some[0]:
        others = "this object" if len(some) == 1 else f"this object and of {len(some) - 1} more"
        message = (
            f"has no managedFields in the state: who owns which fields of {others} is known only as far as kubectl apply noted "
            "it, and other conflicts are not seen (kubectl get --show-managed-fields keeps them)"
        )
        yield Consequence("owners-unknown", change.object, message, Severity.INFO)


def _without_owners(world: World) -> tuple[Change, ...]:
    """What is applied on the server's side, so that it has owners in the end, and had none before."""
    updates = (one for one in world.changes if one.action is Action.UPDATE)
    return tuple(one for one in updates if _unowned(world.before(one)) and _applied(world.after(one)))


def _unowned(value: Json | None) -> bool:
    return value is not None and not owners(value)


def _applied(value: Json | None) -> bool:
    """Whether somebody owns fields by an apply on the server's side; a client's writes conflict with nobody."""
    return value is not None and any(owner.operation == "Apply" for owner in owners(value))


_CONFIG: Final = (
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: default%s}, data: {color: %s}}"
)
_OWNER: Final = (
    ", uid: one, managedFields: [{manager: alice, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, "
    "fieldsV1: {'f:data': {'f:color': {}}}}]"
)

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_CONFIG % (_OWNER, "red"), _CONFIG % ("", "blue"), finds=("takes-over",), forced_by="bob"),
        Example(
            _CONFIG % (", uid: one", "red"),
            _CONFIG % ("", "blue"),
            finds=("owners-unknown",),
            forced_by="bob",
        ),
        Example(_CONFIG % (_OWNER, "red"), _CONFIG % ("", "blue"), forced_by="alice"),
        Example(_CONFIG % (", uid: one", "red"), _CONFIG % ("", "blue")),
    ),
)
