"""Which fields fall back to their defaults, because the manifest no longer names them.

- ``back-to-default``: an earlier apply set the field, this manifest leaves it out, and so apply removes it: the API
  server sets its default, whatever the field was changed to in between. A Deployment without ``replicas`` is scaled to
  one pod.
- ``key-stays``: ``stringData`` of the manifest has a key no more, and the Secret keeps it: apply removes what ``data``
  no longer has.
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.kubectl.last_applied import known_configuration
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.owners import applies
from kplan.plan.reading import fields, text
from kplan.sentences import listed

_MISSING: Final = object()


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the fields that get another value, though the manifest gives them none."""
    before, after = world.before(change), world.after(change)
    if change.action is not Action.UPDATE or before is None or after is None:
        return
    if text(after, "kind") == "Secret" and (keys := _keys_that_stay(before, after)):
        which = f"key{'' if len(keys) == 1 else 's'} {listed(keys)}"
        why = "stringData has it no more, and apply removes only what data no longer has"
        message = f"keeps {which}: {why}; data: {{{keys[0]}: null}} removes it"
        yield Consequence("key-stays", change.object, message, Severity.WARNING)
    changed = [edit for edit in change.fields if edit.before is not None and edit.after is not None]
    earlier, now = map(known_configuration, (before, after)) if changed else ({}, {})
    for edit in changed:
        path = edit.path.split(".")
        dropped = _at(earlier, path) is not _MISSING and _at(now, path) is _MISSING
        if dropped or (applies(before, edit.path) and not applies(after, edit.path)):
            gone = f"has no {edit.path} in its manifest any more"
            message = f"{gone}, so apply sets it back to the default: {edit.after}"
            yield Consequence("back-to-default", change.object, message, Severity.WARNING)


def _keys_that_stay(before: Json, after: Json) -> list[str]:
    """The keys that an earlier manifest gave in ``stringData``, this one gives nowhere, and that are still there."""
    earlier, now = known_configuration(before), known_configuration(after)
    given = {**fields(now, "stringData"), **fields(now, "data")}
    return [one for one in fields(earlier, "stringData") if one not in given and one in fields(after, "data")]


def _at(value: Any, path: list[str]) -> Any:
    """What stands at a path; fields of items of lists are not looked for."""
    for name in path:
        value = value.get(name, _MISSING) if isinstance(value, dict) else _MISSING
    return value


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

_DB: Final = "{apiVersion: v1, kind: Secret, metadata: {name: db}, %s}"

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_DEPLOYMENT % "replicas: 4", _DEPLOYMENT % "paused: false", finds=("back-to-default",)),
        Example(_DEPLOYMENT % "replicas: 4", _DEPLOYMENT % "replicas: 1"),
        Example(_DEPLOYMENT % "paused: false", _DEPLOYMENT % "minReadySeconds: 1"),
        Example(_DB % "stringData: {a: x, b: x}", _DB % "stringData: {a: w}", finds=("key-stays",)),
        Example(_DB % "stringData: {a: x, b: x}", _DB % "stringData: {a: w}, data: {b: eA==}"),
        Example(_DB % "data: {a: eA==, b: eA==}", _DB % "data: {a: eQ==}"),
    ),
)
