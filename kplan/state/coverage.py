"""Kinds that a state lacks as a whole, although its pods need some: it was dumped without them.

``kubectl get all`` has neither Nodes nor Secrets nor claims; without Nodes no pod finds a place in a simulation, and
every Secret that a pod names counts as missing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.api.references import references
from kplan.diagnostics import Diagnostic, Severity
from kplan.state.store import Store

PARTIAL: Final = "STA001"
_WORDS: Final = {
    "Secret": ("secretRef", "secretKeyRef", "secretName"),
    "PersistentVolumeClaim": ("claimName",),
}
"""One of these stands in each pod that names an object of the kind."""
_HELP: Final = "dump them as well (kubectl get all,cm,secret,sa,pv,pvc,node,ns,sc -A -o yaml), or take a snapshot with kplan snapshot pull"


def lacking(store: Store) -> Iterator[Diagnostic]:
    """A warning for each kind that is not in a state at all, while a pod that runs in it needs one."""
    if not _holds(store, "Node") and (pod := _first(store.list("", "Pod"), node_of)):
        title = f"pod/{pod['metadata']['name']} runs on {node_of(pod)}"
        yield _warning(f"the state has no Node, but {title}: no pod finds a place, and no rollout ends")
    for kind, words in _WORDS.items():
        if _holds(store, kind):
            continue
        found = (pod for word in words for pod in store.mentioning(word, ("", "Pod")) if node_of(pod))
        if pod := next((one for one in found if _needs(one, kind)), None):
            title = f"pod/{pod['metadata']['name']} runs and needs one"
            yield _warning(
                f"the state has no {kind}, but {title}: whether the {kind}s exist that pods name is not known"
            )


def _holds(store: Store, kind: str) -> bool:
    return next(iter(store.members("", kind)), None) is not None


def _first(pods: Iterable[Json], test: Callable[[Json], object]) -> Json | None:
    return next((pod for pod in pods if test(pod)), None)


def _needs(pod: Json, kind: str) -> bool:
    """Whether a pod cannot run without an object of the kind."""
    return any(one.target.kind == kind and not one.optional for one in references(pod))


def _warning(message: str) -> Diagnostic:
    return Diagnostic(PARTIAL, message, Severity.WARNING, help=_HELP)
