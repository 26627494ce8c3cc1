"""Node addresses: every node gets a range of the cluster's pod addresses.

Upstream: pkg/controller/nodeipam/ipam/{range_allocator.go,cidrset/cidr_set.go}
"""

from collections.abc import Iterable

from kplan.api.nodes import pod_cidr_of
from kplan.api.podranges import PodRanges
from kplan.simulation.reconciler import DONE, Context, ObjectKey, Request, Result, Watch, itself


class NodeIpamController:
    """Gives each node the next free range; the cluster's is wide enough for the nodes it starts with."""

    name = "node-ipam-controller"

    def __init__(self) -> None:
        self._ranges: PodRanges | None = None
        self._next = 0
        self._taken: dict[str, ObjectKey] = {}
        self._of: dict[ObjectKey, str] = {}
        self.watches = (Watch("", "Node", itself),)

    def unfinished(self) -> Iterable[Request]:
        """Nothing."""
        return ()

    def reconcile(self, request: Request, context: Context) -> Result:
        """Allocate for a node that has no range (AllocateOrOccupyCIDR), release that of one that is gone."""
        ranges = self._ranges or self._open(context)
        node = context.cache.find(request)
        if node is None:
            self._taken.pop(self._of.pop(request, ""), None)
            return DONE
        if given := pod_cidr_of(node):
            self._occupy(request, given)
            return DONE
        free = self._take(ranges)
        if free is None:
            text = f"Node {request.name} status is now: CIDRNotAvailable"
            context.event(node, "Normal", "CIDRNotAvailable", text)
            return DONE
        self._occupy(request, free)
        context.client.merge_patch(request, {"spec": {"podCIDR": free, "podCIDRs": [free]}})
        return DONE

    def _open(self, context: Context) -> PodRanges:
        nodes = context.cache.list("", "Node")
        for node in nodes:
            if given := pod_cidr_of(node):
                self._occupy(ObjectKey("", "Node", "", node["metadata"]["name"]), given)
        self._ranges = PodRanges(len(nodes))
        return self._ranges

    def _occupy(self, key: ObjectKey, taken: str) -> None:
        self._taken[taken] = key
        self._of[key] = taken

    def _take(self, ranges: PodRanges) -> str | None:
        """The next free range after the one that was given last (AllocateNext)."""
        for step in range(ranges.count):
            found = ranges.nth(self._next + step)
            if found not in self._taken:
                self._next += step + 1
                return found
        return None
