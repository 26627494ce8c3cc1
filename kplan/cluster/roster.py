"""The actors: the controllers of kube-controller-manager, the scheduler, the kubelets."""

from collections.abc import Iterator, Mapping

from kplan.apiserver.server import Server
from kplan.controllers.certificateapproving import CertificateApprovingController
from kplan.controllers.certificatecleaner import CertificateCleanerController
from kplan.controllers.certificatesigning import CertificateSigningController
from kplan.controllers.clusterroleaggregation import ClusterRoleAggregationController
from kplan.controllers.cronjob import CronJobController
from kplan.controllers.customresourceapproval import CustomResourceApprovalController
from kplan.controllers.customresourcecleanup import CustomResourceCleanupController
from kplan.controllers.customresourcenames import CustomResourceNamesController
from kplan.controllers.daemonset import DaemonSetController
from kplan.controllers.deployment import DeploymentController
from kplan.controllers.devicetainteviction import DeviceTaintEvictionController
from kplan.controllers.disruption import DisruptionController
from kplan.controllers.endpoints import EndpointsController
from kplan.controllers.endpointslice import EndpointSliceController
from kplan.controllers.endpointslicemirroring import EndpointSliceMirroringController
from kplan.controllers.ephemeralvolume import EphemeralVolumeController
from kplan.controllers.flowschemas import FlowSchemaController
from kplan.controllers.garbagecollector import GarbageCollector
from kplan.controllers.horizontalpodautoscaler import HorizontalController
from kplan.controllers.job import JobController
from kplan.controllers.kubernetesservice import KubernetesServiceController
from kplan.controllers.namespace import NamespaceController
from kplan.controllers.nodeipam import NodeIpamController
from kplan.controllers.nodelifecycle import NodeLifecycleController
from kplan.controllers.persistentvolume import PersistentVolumeController
from kplan.controllers.podgc import PodGCController
from kplan.controllers.pvcprotection import StorageProtectionController
from kplan.controllers.replicaset import ReplicaSetController
from kplan.controllers.resourceclaim import ResourceClaimController
from kplan.controllers.resourcequota import ResourceQuotaController
from kplan.controllers.rootcacertpublisher import RootCACertPublisher
from kplan.controllers.serviceaccount import ServiceAccountController
from kplan.controllers.serviceaccounttokens import ServiceAccountTokensController
from kplan.controllers.servicecidr import ServiceCIDRController
from kplan.controllers.serviceloadbalancer import ServiceLoadBalancerController
from kplan.controllers.statefulset import StatefulSetController
from kplan.controllers.tainteviction import TaintEvictionController
from kplan.controllers.ttl import TTLController
from kplan.controllers.ttlafterfinished import TTLAfterFinishedController
from kplan.controllers.vacprotection import VolumeAttributesClassProtectionController
from kplan.controllers.validatingadmissionpolicystatus import ValidatingAdmissionPolicyStatusController
from kplan.controllers.volumeexpand import VolumeExpandController
from kplan.kubelet.kubelet import Kubelet
from kplan.kubelet.node import NodeKubelet
from kplan.kubelet.paced import PacedKubelet
from kplan.scheduler.actor import SchedulerActor
from kplan.scheduler.profile import Profile
from kplan.simulation.reconciler import Reconciler
from kplan.simulation.scenario import Scenario
from kplan.state.sources.default import kubernetes_service


def roster(
    scenario: Scenario, server: Server, version: str, profiles: Mapping[str, Profile] | None = None
) -> Iterator[Reconciler]:
    """Every actor, in the order in which they are notified of a change."""
    plurals = {(item.group, item.kind): item.plural for item in server.catalog.discovery}
    # before all that write: what waits for a node hears of a change before others have acted on it
    yield SchedulerActor(profiles, version)
    yield ServiceAccountController()
    yield RootCACertPublisher()
    yield ServiceAccountTokensController()
    yield CustomResourceNamesController()
    yield CustomResourceApprovalController()
    yield CustomResourceCleanupController()
    yield ClusterRoleAggregationController()
    yield KubernetesServiceController(kubernetes_service)
    yield FlowSchemaController()
    yield ValidatingAdmissionPolicyStatusController(server.catalog)
    # before Deployments: a ReplicaSet that somebody else scaled acts on it before it is set back
    yield ReplicaSetController()
    yield ReplicaSetController("", "ReplicationController")
    yield DeploymentController(version)
    yield StatefulSetController()
    yield DaemonSetController(version)
    yield JobController()
    yield CronJobController()
    yield HorizontalController(plurals)
    yield PersistentVolumeController()
    yield VolumeExpandController()
    yield StorageProtectionController()
    yield VolumeAttributesClassProtectionController()
    yield EndpointSliceController()
    yield EndpointsController()
    yield EndpointSliceMirroringController()
    yield ServiceLoadBalancerController(scenario.lb_pool)
    yield ServiceCIDRController()
    yield DisruptionController(plurals)
    yield ResourceQuotaController(plurals, server.catalog.discovery)
    yield NodeKubelet(version)
    yield NodeLifecycleController()
    yield NodeIpamController()
    yield TTLController()
    yield TaintEvictionController()
    yield DeviceTaintEvictionController()
    yield NamespaceController(plurals)
    yield GarbageCollector(server.resource_for)
    yield TTLAfterFinishedController()
    yield CertificateApprovingController()
    yield CertificateSigningController()
    yield CertificateCleanerController()
    yield PodGCController()
    yield EphemeralVolumeController()
    yield ResourceClaimController()
    yield PacedKubelet(scenario.paced) if scenario.paced is not None else Kubelet()
