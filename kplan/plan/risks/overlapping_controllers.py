"""Two controllers select the same pods.

Each may count, adopt or delete the pods of the other, and autoscalers and budgets that go by the selector see both.

Fix: give every workload a label of its own, in its template and in its selector. A selector cannot change, so the
workload has to be created under another name or anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.namedtuples import NamedTuple
from kplan.plan.inventory import KINDS, Inventory, selector_of, selector_of_labels
from kplan.plan.nearby import selecting_alike
from kplan.plan.reading import fields
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    Touched,
)
from kplan.selectors.labels import Selector
from kplan.sentences import listed

_KINDS: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})
_PLACES: Final = tuple(kind for kind in KINDS if kind[1] in _KINDS)


class _Alike(NamedTuple):
    """The controllers whose pods one selector matches."""

    names: tuple[str, ...]
    group: str

    @classmethod
    def of(cls, found: Iterable[Identity], namespace: str) -> "_Alike":
        """As they are selected."""
        names = tuple(map(_short, found))
        return cls(names, _group(namespace, names))

    def beside(self, one: Identity) -> Found | None:
        """The other objects with the selector; None if there are none."""
        own = _short(one)
        others = [name for name in self.names if name != own]
        if not others:
            return None
        mine = len(others) < len(self.names)
        group = self.group if mine else _group(one.namespace, (*others, own))
        return Found(one, f"selects the pods of {listed(others)} as well", extent=len(others), mutual=group)


def _group(namespace: str, names: Iterable[str]) -> str:
    return f"{namespace}: {', '.join(sorted(names))}"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask whose pods each selector matches."""
    del changes
    inventory, alike = Inventory.of(outcome.final), dict[tuple[str, Selector | None], _Alike]()
    for workload in inventory.workloads if outcome.look is None else inventory.of_keys(outcome.look.keys):
        one = workload.object
        if one.kind not in _KINDS:
            continue
        given = fields(workload.value, "spec").get("selector")
        selector = selector_of_labels(given) if one.kind == "ReplicationController" else selector_of(given)
        key = one.namespace, selector
        if key not in alike:
            some = [other.object for other in inventory.selected(*key)]
            alike[key] = _Alike.of((other for other in some if other.kind in _KINDS), one.namespace)
        if found := alike[key].beside(one):
            yield found


def _near(touched: Touched) -> frozenset[ObjectKey] | None:
    return selecting_alike(touched, _PLACES)


def _short(one: Identity) -> str:
    """``deployment/web``."""
    return f"{one.kind.lower()}/{one.name}"


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

RISK = Risk(
    code="PLN026",
    name="overlapping-controllers",
    severity=Severity.WARNING,
    check=check,
    near=Near(_PLACES, _near),
    at_risk=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "web", "web")),
    safe=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "site", "site")),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",),
)
