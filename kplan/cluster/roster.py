"""Who takes part: the controllers of kube-controller-manager, the scheduler, the kubelets."""

from collections.abc import Iterator

from kplan.apiserver.server import Server
from kplan.cluster.scheduling import SchedulerActor
from kplan.controllers.daemonset import DaemonSetController
from kplan.controllers.deployment import DeploymentController
from kplan.controllers.disruption import DisruptionController
from kplan.controllers.endpoints import EndpointsController
from kplan.controllers.endpointslice import EndpointSliceController
from kplan.controllers.garbagecollector import GarbageCollector
from kplan.controllers.job import JobController
from kplan.controllers.namespace import NamespaceController
from kplan.controllers.persistentvolume import PersistentVolumeController
from kplan.controllers.pvcprotection import StorageProtectionController
from kplan.controllers.replicaset import ReplicaSetController
from kplan.controllers.rootcacertpublisher import RootCACertPublisher
from kplan.controllers.serviceaccount import ServiceAccountController
from kplan.controllers.statefulset import StatefulSetController
from kplan.controllers.tainteviction import TaintEvictionController
from kplan.kubelet.paced import PacedKubelet
from kplan.simulation.reconciler import Reconciler
from kplan.simulation.scenario import Scenario


def roster(scenario: Scenario, server: Server, version: str) -> Iterator[Reconciler]:
    """Every actor, in the order in which they hear of a change."""
    plurals = {(item.group, item.kind): item.plural for item in server.catalog.discovery}
    yield ServiceAccountController()
    yield RootCACertPublisher()
    yield DeploymentController(version)
    yield ReplicaSetController()
    yield ReplicaSetController("", "ReplicationController")
    yield StatefulSetController()
    yield DaemonSetController(version)
    yield JobController()
    yield PersistentVolumeController()
    yield StorageProtectionController()
    yield EndpointSliceController()
    yield EndpointsController()
    yield DisruptionController()
    yield TaintEvictionController()
    yield NamespaceController(plurals)
    yield GarbageCollector()
    yield SchedulerActor()
    yield PacedKubelet(scenario.paced)
