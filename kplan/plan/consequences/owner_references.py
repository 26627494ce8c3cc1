"""With which other objects a changed object is deleted from now on, and with which no longer.

- ``no-longer-owned``: it stays when its former owner is deleted.
- ``owned``: it is deleted with its new owner.

What the garbage collector deletes at once, because no owner is left, stands among the effects.

Upstream: pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import owner_key, owners_of
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.sentences import listed
from kplan.state.store import Store


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the owners that exist."""
    before, after = world.before(change), world.after(change)
    if change.action is not Action.UPDATE or before is None or after is None:
        return
    had, has = _owners(before, world.final), _owners(after, world.final)
    still = f", only with {listed(has.values())}" if has else ""
    if lost := [title for uid, title in had.items() if uid not in has]:
        message = f"is no longer deleted with {listed(lost)}{still}"
        yield Consequence("no-longer-owned", change.object, message, Severity.INFO)
    elif gained := [title for uid, title in has.items() if uid not in had]:
        when = "once they are all deleted" if had or len(gained) > 1 else "with it from now on"
        every = listed(has.values())
        message = f"belongs to {every} and is deleted {when}"
        yield Consequence("owned", change.object, message, Severity.INFO)


def _owners(value: Json, store: Store) -> dict[str, str]:
    """The owners that there are, by uid: those that are gone keep nothing."""
    namespace = value["metadata"].get("namespace", "")
    found = {}
    for reference in owners_of(value):
        key = owner_key(reference, namespace)
        owner = store.get(key) or store.get(key._replace(namespace=""))
        if owner is not None and owner["metadata"].get("uid") == reference.get("uid"):
            found[str(reference.get("uid"))] = Identity.of(owner).title
    return found


_OWNERS: Final = "".join(
    f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: default, uid: {name}}}}}\n---\n"
    for name in ("one", "two")
)
_OWNED: Final = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  %s
  ownerReferences: [%s]
data: {color: %s}
"""
_APPLIED: Final = """uid: three
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"metadata": {"ownerReferences": [{"uid": "one"}]}}'}"""
_REFERENCE: Final = "{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s}"
_ONE: Final = _REFERENCE % ("one", "one")
_TWO: Final = _REFERENCE % ("two", "two")
_PRIOR: Final = _OWNERS + _OWNED % (_APPLIED, _ONE, "red")

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_PRIOR, _OWNED % ("", "", "red"), finds=("no-longer-owned",)),
        Example(_PRIOR, _OWNED % ("", _TWO, "red"), finds=("no-longer-owned",)),
        Example(_PRIOR, _OWNED % ("", f"{_ONE}, {_TWO}", "red"), finds=("owned",)),
        Example(_OWNERS + _OWNED % ("uid: three", "", "red"), _OWNED % ("", _ONE, "red"), finds=("owned",)),
        Example(_PRIOR, _OWNED % ("", _ONE, "blue")),
    ),
)
