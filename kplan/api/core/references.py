"""References to objects, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from kplan.api.view import View


class LocalObjectReference(View):
    """The value of ISCSIVolumeSource.secretRef."""

    name: str


class TypedLocalObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSource."""

    api_group: str | None
    kind: str
    name: str


class TypedObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSourceRef."""

    api_group: str | None
    kind: str
    name: str
    namespace: str | None


class ObjectReference(View):
    """The value of EndpointAddress.targetRef."""

    kind: str
    namespace: str
    name: str
    uid: str
    api_version: str
    resource_version: str
    field_path: str


class SecretReference(View):
    """The value of RBDPersistentVolumeSource.secretRef."""

    name: str
    namespace: str
