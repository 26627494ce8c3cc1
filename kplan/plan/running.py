"""Which pods run on which node."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of, phase
from kplan.plan.finder import World


def running_on(world: World) -> Mapping[str, Sequence[Json]]:
    """The pods that run on each node in the end, by its name."""
    found: defaultdict[str, list[Json]] = defaultdict(list)
    for pod in world.final.list("", "Pod"):
        if node_of(pod) and not is_terminating(pod) and phase(pod) not in ("Succeeded", "Failed"):
            found[node_of(pod)].append(pod)
    return found
