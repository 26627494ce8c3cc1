"""What controllers, scheduler, kubelets, admission and printed columns do since a minor, and did
otherwise before: a table.

Those who act are handed the behaviours of their release and ask whether one is among them, so what 1.36 does is written
once and what it replaced stands beside it. A row is named as its feature gate is, where it has one. A change of what a
user has written in a manifest names kinds and path, and an upgrade tells of it.

Upstream: pkg/features/kube_features.go, pkg/controller, pkg/scheduler, pkg/printers/internalversion/printers.go,
    CHANGELOG
"""

from enum import StrEnum
from functools import cache
from typing import Final

from kplan.namedtuples import NamedTuple


class Behaviour(StrEnum):
    """What a release may do or not."""

    CRONJOBS_SCHEDULED_ANNOTATION = "CronJobsScheduledAnnotation"
    POD_INDEX_LABEL = "PodIndexLabel"
    JOB_TERMINATING = "JobPodReplacementPolicy"
    POD_HOST_IPS = "PodHostIPs"
    PV_PHASE_TIME = "PersistentVolumeLastPhaseTransitionTime"
    READY_TO_START = "PodReadyToStartContainersCondition"
    ORDERED_NAMESPACE_DELETION = "OrderedNamespaceDeletion"
    QUOTA_AGE_LAST = "QuotaAgeLast"
    AVAILABLE_STATEFUL_PODS = "AvailableStatefulPods"
    CUT_REPLICA_SET_NAMES = "CutReplicaSetNames"
    OBSERVED_GENERATION = "PodObservedGenerationTracking"
    HOPELESS_PREEMPTION = "HopelessPreemption"
    ACCESS_MODE_MESSAGE = "AccessModeMessage"
    JOB_SUCCESS_STATUS = "JobSuccessStatus"
    TERMINATING_REPLICAS = "DeploymentReplicaSetTerminatingReplicas"
    POD_TOPOLOGY_LABELS = "PodTopologyLabelsAdmission"
    CLEARED_NOMINATION = "ClearingNominatedNodeNameAfterBinding"
    DEVICE_SCORES = "DeviceScores"
    TAINT_MESSAGE = "TaintMessage"
    FAILED_POD_STATUS = "FailedPodStatus"
    UNCOUNTED_SECRETS = "UncountedSecrets"
    BALANCE_GAINED = "BalanceGained"
    IMAGE_VOLUME_LOCALITY = "ImageVolumeLocality"
    NODE_DECLARED_FEATURES = "NodeDeclaredFeatures"
    DEVICE_TAINTS = "DRADeviceTaints"
    ALLOCATION_TIME = "DRADeviceBindingConditions"
    EXPECTED_NOMINATION = "NominatedNodeNameForExpectation"
    POD_RESIZE_VALIDATOR = "PodResizeValidator"


class Row(NamedTuple):
    """One change."""

    since: int
    """The first minor that behaves so."""
    behaviour: Behaviour
    who: str
    now: str
    before: str
    kind: str = ""
    """The kind, and the path in it, of what an upgrade changes the meaning of; empty if there is no such field."""
    path: str = ""
    given: str = ""
    """What else the object must say for it: ``path=value``."""

    @property
    def text(self) -> str:
        """What changed, as one line."""
        return f"{self.behaviour}: {self.now}; before: {self.before}"


ROWS: Final = (
    Row(28, Behaviour.CRONJOBS_SCHEDULED_ANNOTATION, "cronjob-controller", "jobs say in an annotation when they were due", "no annotation"),
    Row(28, Behaviour.POD_INDEX_LABEL, "statefulset-controller", "pods have their number in a label", "no label"),
    Row(29, Behaviour.JOB_TERMINATING, "job-controller", "status counts pods that are ending", "no count"),
    Row(29, Behaviour.POD_HOST_IPS, "kubelet", "the status of pods has hostIPs", "hostIP alone"),
    Row(29, Behaviour.PV_PHASE_TIME, "persistentvolume-binder", "volumes say since when they are in their phase", "no time"),
    Row(29, Behaviour.READY_TO_START, "kubelet", "pods have the condition PodReadyToStartContainers", "no such condition"),
    Row(33, Behaviour.ORDERED_NAMESPACE_DELETION, "namespace-controller", "pods are deleted before all else", "everything at once"),
    Row(33, Behaviour.QUOTA_AGE_LAST, "get", "AGE of ResourceQuotas is the last column", "the second"),
    Row(34, Behaviour.AVAILABLE_STATEFUL_PODS, "statefulset-controller", "updates of a Parallel set wait until pods are available", "until they are ready", "StatefulSet.apps", "spec.minReadySeconds", "spec.podManagementPolicy=Parallel"),
    Row(34, Behaviour.CUT_REPLICA_SET_NAMES, "deployment-controller", "long names of ReplicaSets are cut", "a Deployment with a long name has no ReplicaSet"),
    Row(34, Behaviour.OBSERVED_GENERATION, "default-scheduler", "conditions of pods say which generation they are about", "no generation"),
    Row(34, Behaviour.HOPELESS_PREEMPTION, "default-scheduler", "no pod is preempted on a node that is too small when empty", "preemption is tried there"),
    Row(34, Behaviour.ACCESS_MODE_MESSAGE, "default-scheduler", "a claim of one pod that is in use: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod", "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"),
    Row(34, Behaviour.JOB_SUCCESS_STATUS, "get", "STATUS of Jobs may be SuccessCriteriaMet", "Running until they are complete"),
    Row(35, Behaviour.TERMINATING_REPLICAS, "deployment-controller replicaset-controller", "status counts replicas that are ending", "no count"),
    Row(35, Behaviour.POD_TOPOLOGY_LABELS, "PodTopologyLabels", "pods get zone and region of their node as labels", "no labels"),
    Row(35, Behaviour.CLEARED_NOMINATION, "kube-apiserver", "a pod that is bound has no nominated node", "the nomination stays"),
    Row(35, Behaviour.EXPECTED_NOMINATION, "default-scheduler", "a pod whose volumes are still being made says which node it will go to", "no nomination"),
    Row(35, Behaviour.DEVICE_SCORES, "default-scheduler", "nodes are scored by the devices that they have", "no score"),
    Row(35, Behaviour.TAINT_MESSAGE, "default-scheduler", "node(s) had untolerated taint(s)", "node(s) had untolerated taint {key: value}"),
    Row(35, Behaviour.FAILED_POD_STATUS, "get", "STATUS of a pod tells the container that failed, where others completed", "Completed or NotReady"),
    Row(35, Behaviour.UNCOUNTED_SECRETS, "get", "ServiceAccounts have no column SECRETS", "SECRETS counts them"),
    Row(36, Behaviour.BALANCE_GAINED, "default-scheduler", "nodes are scored by how much the pod improves the balance of what is used", "by the balance with the pod"),
    Row(36, Behaviour.IMAGE_VOLUME_LOCALITY, "default-scheduler", "images of volumes count in scores", "images of containers alone"),
    Row(36, Behaviour.NODE_DECLARED_FEATURES, "default-scheduler NodeDeclaredFeatureValidator", "nodes must declare what pods need", "no such check"),
    Row(36, Behaviour.DEVICE_TAINTS, "device-taint-eviction-controller", "pods leave devices with a taint that says so", "they stay"),
    Row(36, Behaviour.ALLOCATION_TIME, "default-scheduler", "claims to devices say when they got them", "no time"),
    Row(36, Behaviour.POD_RESIZE_VALIDATOR, "PodResizeValidator", "a resize must suit the pod's node", "no such check"),
)  # fmt: skip
"""All changes, by the minor that brought them."""

Behaviours = frozenset[Behaviour]


@cache
def behaviours_of(version: str) -> Behaviours:
    """What a release such as ``1.34`` does."""
    minor = int(version.partition(".")[2])
    return frozenset(row.behaviour for row in ROWS if row.since <= minor)


CURRENT: Final[Behaviours] = frozenset(Behaviour)
"""What the default release does."""
