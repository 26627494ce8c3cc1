"""Which selectors of a kind, those of budgets say, mean the pods of an object: found by a label that they demand."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from kplan.lint.podselection import label_selector
from kplan.lint.world import Subject, World
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector

_BUDGET: Final = "PodDisruptionBudget.policy"


class Selecting(NamedTuple):
    """An object and its selector."""

    number: int
    """Its place among those of its kind."""
    subject: Subject
    selector: Selector


class SelectorIndex:
    """The selectors of a kind by namespace and a label."""

    def __init__(self, world: World, kind: str, read: Callable[[Subject], Selector | None]) -> None:
        self._by_label: dict[tuple[str, ...], dict[Selector, list[Selecting]]] = defaultdict(dict)
        self._known: dict[object, list[Selecting]] = {}
        for number, subject in enumerate(world.by_kind.get(kind, ())):
            selector = read(subject)
            if selector is not None:
                pair = selector.exact[0] if selector.exact else ()
                for key in {pair, pair[:1]}:  # the key alone for those whose controller adds the label
                    alike = self._by_label[subject.namespace, *key].setdefault(selector, [])
                    alike.append(Selecting(number, subject, selector))

    def of(self, subject: Subject) -> Sequence[Selecting]:
        """The objects that select an object's pods, in input order; pods with the same labels share one answer."""
        sets, added = subject.label_sets, subject.added_labels
        alike = (subject.namespace, *(frozenset(one.items()) for one in (*sets, added)))
        if alike not in self._known:
            self._known[alike] = self._selecting(subject)
        return self._known[alike]

    def _selecting(self, subject: Subject) -> list[Selecting]:
        keys: set[tuple[str, ...]] = {(), *((key,) for key in subject.added_labels)}
        keys.update(pair for labels in subject.label_sets for pair in labels.items())
        found: dict[Selector, list[Selecting]] = {}
        for key in keys:
            found.update(self._by_label.get((subject.namespace, *key), {}))
        chosen = (
            one for selector, several in found.items() if subject.selected_by(selector) for one in several
        )
        return sorted(chosen, key=lambda one: one.number)


def budgets(world: World) -> SelectorIndex:
    """The PodDisruptionBudgets by what they select."""
    return world.remember(_BUDGET, _budgets)


def _budgets(world: World) -> SelectorIndex:
    return SelectorIndex(world, _BUDGET, lambda budget: label_selector(budget.spec.get("selector")))
