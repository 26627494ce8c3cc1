"""ImageLocality: a node that has the images already starts the pod sooner.

Upstream: pkg/scheduler/framework/plugins/imagelocality/image_locality.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import MAX_NODE_SCORE
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours

_MEGABYTE: Final = 1024 * 1024
_LEAST: Final = 23 * _MEGABYTE
_MOST: Final = 1000 * _MEGABYTE


class ImageLocality:
    """Ranks nodes by the bytes they need not pull."""

    name = "ImageLocality"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def __init__(self, behaviours: Behaviours = CURRENT) -> None:
        self._counts_volumes = Behaviour.IMAGE_VOLUME_LOCALITY in behaviours

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Note how many nodes there are."""
        del pod, nodes
        state[self.name] = len(snapshot.nodes)
        return SUCCESS

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Score one node."""
        return self._locality(pod.template, node, state[self.name])

    def cacheable_scores(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Ints | None:
        """The scores of all nodes; nodes without any images are not looked at."""
        total = state[self.name] = len(snapshot.nodes)
        scores = np.zeros(total, dtype=np.int64)
        codes, having = snapshot.columns.distinct("images", lambda node: bool(node.images))
        if True in having:
            for index in np.flatnonzero(codes == having.index(True)).tolist():
                scores[index] = self._locality(template, snapshot.nodes[index], total)
        return scores if scores.any() else None

    def _locality(self, template: PodTemplate, node: NodeInfo, nodes: int) -> int:
        """The sizes of the pod's images on the node, each shared out over the nodes that have it, scaled to 0..100."""
        spec = template.spec
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
        names = [container.get("image", "") for container in containers]
        if self._counts_volumes:
            names += [one["image"].get("reference", "") for one in template.volumes if "image" in one]
        found = [image for image in (node.images.get(normalized(name)) for name in names) if image]
        total = sum(int(float(size) * (holders / nodes)) for size, holders in found)
        most = _MOST * len(containers)
        return MAX_NODE_SCORE * (min(max(total, _LEAST), most) - _LEAST) // (most - _LEAST)


def normalized(name: str) -> str:
    """The name with its implied tag."""
    return f"{name}:latest" if name.rfind(":") <= name.rfind("/") else name
