"""Typed views of the apps group.

Upstream: staging/src/k8s.io/api/apps/v1/types.go
"""

from typing import Any

from pydantic import Field

from kplan.api.core.pod import PodTemplateSpec
from kplan.api.core.volume import PersistentVolumeClaim
from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, Time, View


class RollingUpdateDeployment(View):
    """The value of DeploymentStrategy.rollingUpdate."""

    max_unavailable: int | str | None = None
    max_surge: int | str | None = None


class DeploymentStrategy(View):
    """The value of DeploymentSpec.strategy."""

    type: str = ""
    rolling_update: RollingUpdateDeployment | None = None


class DeploymentSpec(View):
    """The value of Deployment.spec."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)
    strategy: DeploymentStrategy = Field(default_factory=DeploymentStrategy)
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    paused: bool = False
    progress_deadline_seconds: int | None = None


class DeploymentCondition(View):
    """One item of DeploymentStatus.conditions."""

    type: str = ""
    status: str = ""
    last_update_time: Time = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class DeploymentStatus(View):
    """The value of Deployment.status."""

    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    terminating_replicas: int | None = None
    conditions: Items[DeploymentCondition] = ()
    collision_count: int | None = None


class Deployment(View):
    """A Deployment."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: DeploymentSpec = Field(default_factory=DeploymentSpec)
    status: DeploymentStatus = Field(default_factory=DeploymentStatus)


class ReplicaSetSpec(View):
    """The value of ReplicaSet.spec."""

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: LabelSelector | None = None
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)


class ReplicaSetCondition(View):
    """One item of ReplicaSetStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class ReplicaSetStatus(View):
    """The value of ReplicaSet.status."""

    replicas: int = 0
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    terminating_replicas: int | None = None
    observed_generation: int = 0
    conditions: Items[ReplicaSetCondition] = ()


class ReplicaSet(View):
    """A ReplicaSet."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: ReplicaSetSpec = Field(default_factory=ReplicaSetSpec)
    status: ReplicaSetStatus = Field(default_factory=ReplicaSetStatus)


class RollingUpdateStatefulSetStrategy(View):
    """The value of StatefulSetUpdateStrategy.rollingUpdate."""

    partition: int | None = None
    max_unavailable: int | str | None = None


class StatefulSetUpdateStrategy(View):
    """The value of StatefulSetSpec.updateStrategy."""

    type: str = ""
    rolling_update: RollingUpdateStatefulSetStrategy | None = None


class StatefulSetPersistentVolumeClaimRetentionPolicy(View):
    """The value of StatefulSetSpec.persistentVolumeClaimRetentionPolicy."""

    when_deleted: str = ""
    when_scaled: str = ""


class StatefulSetOrdinals(View):
    """The value of StatefulSetSpec.ordinals."""

    start: int = 0


class StatefulSetSpec(View):
    """The value of StatefulSet.spec."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)
    volume_claim_templates: Items[PersistentVolumeClaim] = ()
    service_name: str = ""
    pod_management_policy: str = ""
    update_strategy: StatefulSetUpdateStrategy = Field(default_factory=StatefulSetUpdateStrategy)
    revision_history_limit: int | None = None
    min_ready_seconds: int = 0
    persistent_volume_claim_retention_policy: StatefulSetPersistentVolumeClaimRetentionPolicy | None = None
    ordinals: StatefulSetOrdinals | None = None


class StatefulSetCondition(View):
    """One item of StatefulSetStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class StatefulSetStatus(View):
    """The value of StatefulSet.status."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    collision_count: int | None = None
    conditions: Items[StatefulSetCondition] = ()
    available_replicas: int = 0


class StatefulSet(View):
    """A StatefulSet."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: StatefulSetSpec = Field(default_factory=StatefulSetSpec)
    status: StatefulSetStatus = Field(default_factory=StatefulSetStatus)


class RollingUpdateDaemonSet(View):
    """The value of DaemonSetUpdateStrategy.rollingUpdate."""

    max_unavailable: int | str | None = None
    max_surge: int | str | None = None


class DaemonSetUpdateStrategy(View):
    """The value of DaemonSetSpec.updateStrategy."""

    type: str = ""
    rolling_update: RollingUpdateDaemonSet | None = None


class DaemonSetSpec(View):
    """The value of DaemonSet.spec."""

    selector: LabelSelector | None = None
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)
    update_strategy: DaemonSetUpdateStrategy = Field(default_factory=DaemonSetUpdateStrategy)
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None


class DaemonSetCondition(View):
    """One item of DaemonSetStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class DaemonSetStatus(View):
    """The value of DaemonSet.status."""

    current_number_scheduled: int = 0
    number_misscheduled: int = 0
    desired_number_scheduled: int = 0
    number_ready: int = 0
    observed_generation: int = 0
    updated_number_scheduled: int = 0
    number_available: int = 0
    number_unavailable: int = 0
    collision_count: int | None = None
    conditions: Items[DaemonSetCondition] = ()


class DaemonSet(View):
    """A DaemonSet."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: DaemonSetSpec = Field(default_factory=DaemonSetSpec)
    status: DaemonSetStatus = Field(default_factory=DaemonSetStatus)


class ControllerRevision(View):
    """A ControllerRevision."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    data: Any = None
    revision: int = 0
