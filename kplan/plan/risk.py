"""What a risk is: a value with a code, a check, an example and documentation, and nothing to register."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.diagnostics import Severity
from kplan.docstrings import documentation
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.model import PlannedChange
from kplan.plan.touched import Touched
from kplan.schema.releases import DEFAULT
from kplan.simulation.freshness import Freshness
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store

__all__ = [
    "Example",
    "Found",
    "Freshness",
    "Identity",
    "Near",
    "Outcome",
    "PlannedChange",
    "Risk",
    "Severity",
    "Touched",
    "looked_at",
]


class Found(NamedTuple):
    """One object at risk, and one line that says what is wrong with it, to be read after its name."""

    object: Identity
    message: str
    extent: float = 1
    """How bad it is; more than before the change means worse."""
    severity: Severity | None = None
    """Where the case weighs otherwise than the risk."""
    about: str = ""
    """What distinguishes it from other cases of the same object: a name, a port; empty if there is only one case."""
    causes: tuple[str, ...] = ()
    """What brings it about, in the words of ``named_causes``:
    of what several risks find of the object for one cause, one tells.
    """
    mutual: str = ""
    """The objects that share it; it is reported for one of them."""
    result: str = ""
    """The result in a few words, for another risk that reports the cause: ``has 0 of 3 pods ready``."""
    reasons: frozenset[str] = frozenset()
    """What is the matter, as ``kplan.plan.reasons`` tells it: one that was not there before means new.

    Empty if nobody can tell.
    """
    awaited: bool = False
    """Whether what is missing will be made by something else: then what follows from it weighs no more than this."""


class Example(NamedTuple):
    """A small scenario, each part as YAML text."""

    prior: str
    """The state, as manifests; empty for a cluster of three nodes (4 cpu, 8Gi each) and nothing else."""
    applied: str
    """What is applied to it."""
    deleted: str = ""
    """What is deleted after that, as manifests that name it."""
    scenario: str = ""
    """What is assumed, as ``--scenario`` reads it."""
    kubernetes: str = DEFAULT
    """The minor of Kubernetes."""
    refused: bool = False
    """Whether the API server may refuse a part of what is applied."""
    freshness: Freshness | None = None
    """How old the state is, and may be."""


class Near(NamedTuple):
    """What a check that looks at each object for itself looks at again; what it finds of others is known."""

    kinds: tuple[tuple[str, str], ...]
    """The kinds of objects that are found, in their order; others come last."""
    find: Callable[[Touched], frozenset[ObjectKey] | None]
    """The objects of which something else may be found once some are otherwise; None for all."""
    add_up: Callable[[Store, Iterable[ObjectKey] | None], Mapping[str, int]] | None = None
    """Sums over some objects, or over all, that the check goes by as well."""


def looked_at(outcome: Outcome, group: str, kind: str) -> Iterator[Json]:
    """The objects of a kind in the final state that a check looks at, in their order."""
    look, store = outcome.look, outcome.final
    if look is None:
        yield from store.list(group, kind)
        return
    wanted = {key for key in look.keys if key[:2] == (group, kind)}
    for key, _ in store.members(group, kind) if wanted else ():
        if key in wanted and (value := store.get(key)) is not None:
            yield value


Check = Callable[[Sequence[PlannedChange], Outcome], Iterable[Found]]


class Risk(NamedTuple):
    """One thing that a plan is looked at for."""

    code: str
    """Stable for ever: ``PLN001``."""
    name: str
    """The file's name in kebab-case: ``pending-pods``."""
    severity: Severity
    check: Check
    """Looks at the end of an outcome. It is asked twice: about the plan, and, without any changes, about an outcome
    that begins and ends with the prior state. What it finds of an object there was there before the change.
    """
    at_risk: Example
    """A scenario that has it."""
    safe: Example
    """A similar scenario without the risk."""
    distance: int = 0
    """How far it is from the cause: among risks that find one, the nearest tells it."""
    of_change: bool = False
    """Whether it is about what happens on the way, not about how things are in the end:
    then it is never there before.
    """
    near: Near | None = None
    """What has to be looked at if few objects are otherwise; without it the check looks at everything.

    ``kplan.plan.risks.LOCAL`` names those that have it.
    """
    references: tuple[str, ...] = ()
    doc: str = ""
    """The module's docstring: a summary line, why it matters, and ``Fix:``."""

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return documentation(self.doc).summary

    @property
    def why(self) -> str:
        """Why it matters."""
        return documentation(self.doc).why

    @property
    def fix(self) -> str:
        """What to do about it."""
        return documentation(self.doc).fix
