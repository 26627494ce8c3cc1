"""Claims of volumes, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.references import TypedLocalObjectReference, TypedObjectReference
from kplan.api.meta import LabelSelector, ObjectMeta, Resource
from kplan.api.view import Items, Time, View


class VolumeResourceRequirements(View):
    """The value of PersistentVolumeClaimSpec.resources."""

    limits: Mapping[str, str]
    requests: Mapping[str, str]


class PersistentVolumeClaimSpec(View):
    """The value of PersistentVolumeClaimTemplate.spec."""

    access_modes: Items[str]
    selector: LabelSelector | None
    resources: VolumeResourceRequirements
    volume_name: str
    storage_class_name: str | None
    volume_mode: str | None
    data_source: TypedLocalObjectReference | None
    data_source_ref: TypedObjectReference | None
    volume_attributes_class_name: str | None


class PersistentVolumeClaimTemplate(View):
    """The value of EphemeralVolumeSource.volumeClaimTemplate."""

    metadata: ObjectMeta
    spec: PersistentVolumeClaimSpec


class PersistentVolumeClaimCondition(View):
    """One item of PersistentVolumeClaimStatus.conditions."""

    type: str
    status: str
    last_probe_time: Time
    last_transition_time: Time
    reason: str
    message: str


class ModifyVolumeStatus(View):
    """The value of PersistentVolumeClaimStatus.modifyVolumeStatus."""

    target_volume_attributes_class_name: str
    status: str


class PersistentVolumeClaimStatus(View):
    """The value of PersistentVolumeClaim.status."""

    phase: str
    access_modes: Items[str]
    capacity: Mapping[str, str]
    conditions: Items[PersistentVolumeClaimCondition]
    allocated_resources: Mapping[str, str]
    allocated_resource_statuses: Mapping[str, str]
    current_volume_attributes_class_name: str | None
    modify_volume_status: ModifyVolumeStatus | None


class PersistentVolumeClaim(Resource):
    """A PersistentVolumeClaim."""

    spec: PersistentVolumeClaimSpec
    status: PersistentVolumeClaimStatus
