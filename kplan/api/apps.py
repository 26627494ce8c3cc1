"""Typed views of the apps group.

Upstream: staging/src/k8s.io/api/apps/v1/types.go
"""

from typing import Any

from kplan.api.core.claim import PersistentVolumeClaim
from kplan.api.core.pod import PodTemplateSpec
from kplan.api.meta import LabelSelector, Resource
from kplan.api.view import Items, Time, View


class RollingUpdateDeployment(View):
    """The value of DeploymentStrategy.rollingUpdate."""

    max_unavailable: int | str | None
    max_surge: int | str | None


class DeploymentStrategy(View):
    """The value of DeploymentSpec.strategy."""

    type: str
    rolling_update: RollingUpdateDeployment | None


class DeploymentSpec(View):
    """The value of Deployment.spec."""

    replicas: int | None
    selector: LabelSelector | None
    template: PodTemplateSpec
    strategy: DeploymentStrategy
    min_ready_seconds: int
    revision_history_limit: int | None
    paused: bool
    progress_deadline_seconds: int | None


class DeploymentCondition(View):
    """One item of DeploymentStatus.conditions."""

    type: str
    status: str
    last_update_time: Time
    last_transition_time: Time
    reason: str
    message: str


class DeploymentStatus(View):
    """The value of Deployment.status."""

    observed_generation: int
    replicas: int
    updated_replicas: int
    ready_replicas: int
    available_replicas: int
    unavailable_replicas: int
    terminating_replicas: int | None
    conditions: Items[DeploymentCondition]
    collision_count: int | None


class Deployment(Resource):
    """A Deployment."""

    spec: DeploymentSpec
    status: DeploymentStatus


class ReplicaSetSpec(View):
    """The value of ReplicaSet.spec."""

    replicas: int | None
    min_ready_seconds: int
    selector: LabelSelector | None
    template: PodTemplateSpec


class ReplicaSetCondition(View):
    """One item of ReplicaSetStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class ReplicaSetStatus(View):
    """The value of ReplicaSet.status."""

    replicas: int
    fully_labeled_replicas: int
    ready_replicas: int
    available_replicas: int
    terminating_replicas: int | None
    observed_generation: int
    conditions: Items[ReplicaSetCondition]


class ReplicaSet(Resource):
    """A ReplicaSet."""

    spec: ReplicaSetSpec
    status: ReplicaSetStatus


class RollingUpdateStatefulSetStrategy(View):
    """The value of StatefulSetUpdateStrategy.rollingUpdate."""

    partition: int | None
    max_unavailable: int | str | None


class StatefulSetUpdateStrategy(View):
    """The value of StatefulSetSpec.updateStrategy."""

    type: str
    rolling_update: RollingUpdateStatefulSetStrategy | None


class StatefulSetPersistentVolumeClaimRetentionPolicy(View):
    """The value of StatefulSetSpec.persistentVolumeClaimRetentionPolicy."""

    when_deleted: str
    when_scaled: str


class StatefulSetOrdinals(View):
    """The value of StatefulSetSpec.ordinals."""

    start: int


class StatefulSetSpec(View):
    """The value of StatefulSet.spec."""

    replicas: int | None
    selector: LabelSelector | None
    template: PodTemplateSpec
    volume_claim_templates: Items[PersistentVolumeClaim]
    service_name: str
    pod_management_policy: str
    update_strategy: StatefulSetUpdateStrategy
    revision_history_limit: int | None
    min_ready_seconds: int
    persistent_volume_claim_retention_policy: StatefulSetPersistentVolumeClaimRetentionPolicy | None
    ordinals: StatefulSetOrdinals | None


class StatefulSetCondition(View):
    """One item of StatefulSetStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class StatefulSetStatus(View):
    """The value of StatefulSet.status."""

    observed_generation: int
    replicas: int
    ready_replicas: int
    current_replicas: int
    updated_replicas: int
    current_revision: str
    update_revision: str
    collision_count: int | None
    conditions: Items[StatefulSetCondition]
    available_replicas: int


class StatefulSet(Resource):
    """A StatefulSet."""

    spec: StatefulSetSpec
    status: StatefulSetStatus


class RollingUpdateDaemonSet(View):
    """The value of DaemonSetUpdateStrategy.rollingUpdate."""

    max_unavailable: int | str | None
    max_surge: int | str | None


class DaemonSetUpdateStrategy(View):
    """The value of DaemonSetSpec.updateStrategy."""

    type: str
    rolling_update: RollingUpdateDaemonSet | None


class DaemonSetSpec(View):
    """The value of DaemonSet.spec."""

    selector: LabelSelector | None
    template: PodTemplateSpec
    update_strategy: DaemonSetUpdateStrategy
    min_ready_seconds: int
    revision_history_limit: int | None


class DaemonSetCondition(View):
    """One item of DaemonSetStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class DaemonSetStatus(View):
    """The value of DaemonSet.status."""

    current_number_scheduled: int
    number_misscheduled: int
    desired_number_scheduled: int
    number_ready: int
    observed_generation: int
    updated_number_scheduled: int
    number_available: int
    number_unavailable: int
    collision_count: int | None
    conditions: Items[DaemonSetCondition]


class DaemonSet(Resource):
    """A DaemonSet."""

    spec: DaemonSetSpec
    status: DaemonSetStatus


class ControllerRevision(Resource):
    """A ControllerRevision."""

    data: Any
    revision: int
