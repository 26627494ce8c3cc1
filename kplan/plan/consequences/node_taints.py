"""Which pods a node no longer takes, because it has another taint or is cordoned; running pods may stay.

- ``takes-no-pods``: it takes no pod that does not tolerate its new taint, or none at all; how many run there that could
  not come back.
- ``takes-pods-again``: a taint is gone, or it is uncordoned.

Upstream: pkg/scheduler/framework/plugins/{tainttoleration,nodeunschedulable}
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.plan.finder import Change, Consequence, Example, Finder, Severity, World
from kplan.plan.reading import fields, items, text
from kplan.plan.running import running_on
from kplan.selectors.taints import HARD, NO_EXECUTE, tolerated
from kplan.sentences import counted, listed

_OWN: Final = "node.kubernetes.io/"
"""What the keys of taints begin with that the cluster gives."""
_CORDONED: Final = f"{_OWN}unschedulable"


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the taints that a node is given."""
    before, after = world.before(change), world.after(change)
    if before is None or after is None:
        return
    new, gone = _without(_taints(after), _taints(before)), _without(_taints(before), _taints(after))
    if new and (message := _turned_away(new, world.once(running_on).get(change.object.name, ()))):
        yield Consequence("takes-no-pods", change.object, message, Severity.INFO)
    if gone:
        which = "pods" if _is_cordon(gone[0]) else f"pods that do not tolerate {_named(gone)}"
        yield Consequence("takes-pods-again", change.object, f"takes {which} again", Severity.INFO)


def _turned_away(taints: Sequence[Json], pods: Sequence[Json]) -> str:
    kept = [
        pod for pod in pods if not all(tolerated(items(pod, "spec", "tolerations"), one) for one in taints)
    ]
    cordoned = _is_cordon(taints[0])
    if cordoned and not kept:
        return ""  # that the field changes says as much
    said = "takes no new pod" if cordoned else f"takes no pod that does not tolerate {_named(taints)}"
    if not kept or any(text(one, "effect") == NO_EXECUTE for one in taints):
        return said
    one = len(kept) == 1
    return f"{said}; {counted(len(kept), 'pod')} that run{'s' if one else ''} there stay{'s' if one else ''}, and could not come back"


def _taints(node: Json) -> Sequence[Json]:
    """The taints that somebody gave a node to keep pods away; controllers give others, of a node that fails."""
    cordon = [{"key": _CORDONED, "effect": "NoSchedule"}] if fields(node, "spec").get("unschedulable") else []
    given = [one for one in items(node, "spec", "taints") if text(one, "effect") in HARD]
    return [*cordon, *(one for one in given if not text(one, "key").startswith(_OWN))]


def _is_cordon(taint: Json) -> bool:
    return text(taint, "key") == _CORDONED


def _without(some: Sequence[Json], others: Sequence[Json]) -> Sequence[Json]:
    known = {_title(one) for one in others}
    return [one for one in some if _title(one) not in known]


def _named(taints: Sequence[Json]) -> str:
    return listed(_title(one) for one in taints if not _is_cordon(one))


def _title(taint: Json) -> str:
    """``dedicated=db:NoSchedule``, as kubectl writes it."""
    value = text(taint, "value")
    return f"{text(taint, 'key')}{f'={value}' if value else ''}:{text(taint, 'effect')}"


_NODE: Final = """
apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {%s}
status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}
---
"""
_POD: Final = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: n1, containers: [{name: c, image: c}]}}"
_TAINTED: Final = _NODE % "taints: [{key: dedicated, value: db, effect: NoSchedule}]"
_PREFERRED: Final = _NODE % "taints: [{key: dedicated, value: db, effect: PreferNoSchedule}]"

FINDER = Finder(
    kinds=frozenset({"Node"}),
    find=find,
    examples=(
        Example(_NODE % "", _TAINTED, finds=("takes-no-pods",)),
        Example(_NODE % "" + _POD, _NODE % "unschedulable: true", finds=("takes-no-pods",)),
        Example(_NODE % "", _NODE % "unschedulable: true"),
        Example(_TAINTED, _PREFERRED, finds=("takes-pods-again",)),
        Example(_NODE % "", _PREFERRED),
    ),
)
