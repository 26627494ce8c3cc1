"""ReplicaSets and ReplicationControllers.

Upstream: pkg/controller/replicaset/
"""

from kplan.controllers.replicaset.controller import BURST, ReplicaSetController

__all__ = ["BURST", "ReplicaSetController"]
