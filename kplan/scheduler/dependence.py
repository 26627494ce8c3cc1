"""What the answers of a plug-in depend on, as the plug-in itself declares it; caching follows from that alone.

A plug-in that declares nothing is asked about every node anew for every pod. One that declares how little it reads may
be asked once for many pods: ``vectorized`` keeps its answers until something changes that they depend on.
"""

from enum import IntEnum
from typing import Final

from kplan.namedtuples import NamedTuple


class PodPart(IntEnum):
    """How much of a pod is read; each includes the ones before it."""

    REQUESTS = 0
    """On the pod's requests: answers are shared by all pods with the same requests."""
    TEMPLATE = 1
    """Namespace, labels, controller and spec, as all pods of a template have them.

    Of the spec, nodeName, the mounts of volumes and volumes that every node can have (configMap, secret, projected,
    downwardAPI, emptyDir) are not part of it; neither are annotations.
    """
    POD = 2
    """Anything, its own name, annotations and status included."""


class ClusterPart(IntEnum):
    """How much of the cluster is read to judge one node; each includes the ones before it."""

    NODE = 0
    """The node object, and what the scheduler follows of other kinds (see ``actor``).

    With ``PodPart.REQUESTS``, of other kinds devices only.
    """
    NODE_AND_PODS = 1
    """The pods on that node as well."""
    CLUSTER = 2
    """Anything, pods on other nodes and what the plug-in itself remembers included."""


class Dependence(NamedTuple):
    """What ``filter`` and the raw ``score`` of one node depend on.

    PreFilter may read no more of the pod than ``pod`` says, and no pods of the cluster unless ``cluster`` is CLUSTER.
    """

    pod: PodPart
    cluster: ClusterPart
    sums_alone: bool = False
    """Of a node and its pods nothing is read but what is allocatable, how many pods there are and what they request in
    sum, so that nodes alike in these share answers (see ``NodeInfo.room``)."""

    @property
    def cacheable(self) -> bool:
        """Whether an answer stays true, for other pods of the template too, until its own node changes."""
        return self.pod <= PodPart.TEMPLATE and self.cluster <= ClusterPart.NODE_AND_PODS


ANYTHING: Final = Dependence(PodPart.POD, ClusterPart.CLUSTER)
"""What a plug-in depends on that does not say."""
