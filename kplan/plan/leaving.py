"""How long a pod may stay on its node, where that has taints which pods leave for.

Upstream: pkg/controller/tainteviction/taint_eviction.go
"""

from kplan.api.gvk import ObjectKey
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.controllers.tainteviction import patience
from kplan.selectors.taints import NO_EXECUTE
from kplan.simulation.clock import SECOND
from kplan.state.store import Store


def seconds_tolerated(pod: Json, store: Store) -> int | None:
    """For how many seconds it tolerates the taints that its node has now; None where it stays, or goes at once."""
    node = store.get(ObjectKey("", "Node", "", node_of(pod)))
    taints = [one for one in taints_of(node) if one.get("effect") == NO_EXECUTE] if node is not None else []
    wait = patience(pod, taints)
    return None if wait is None or wait < 0 else wait // SECOND
