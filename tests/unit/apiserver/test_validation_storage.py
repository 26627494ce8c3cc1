"""What the server says of storage classes, attachments and CSI objects;
every text was confirmed by a real API server's answer.
"""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import storage

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


CLASS: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "web"},
    "provisioner": "example.com/x",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "Immediate",
}
DRIVER: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSIDriver",
    "metadata": {"name": "web"},
    "spec": {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "fsGroupPolicy": "File",
        "seLinuxMount": False,
        "volumeLifecycleModes": ["Persistent"],
    },
}
NODE: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSINode",
    "metadata": {"name": "web"},
    "spec": {"drivers": [{"name": "a.b", "nodeID": "n", "topologyKeys": ["z"]}]},
}
ATTACHMENT: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "VolumeAttachment",
    "metadata": {"name": "web"},
    "spec": {"attacher": "a.b", "nodeName": "n", "source": {"persistentVolumeName": "pv"}},
}
CAPACITY: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSIStorageCapacity",
    "metadata": {"name": "web", "namespace": "default"},
    "storageClassName": "a",
    "capacity": "1Gi",
}
ATTRIBUTES: Json = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "VolumeAttributesClass",
    "metadata": {"name": "web"},
    "driverName": "a.b",
    "parameters": {"a": "b"},
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (storage.validate_storage_class, CLASS, "provisioner", "", ["provisioner: Required value"]),
    (
        storage.validate_storage_class,
        CLASS,
        "provisioner",
        "a b",
        ['provisioner: Invalid value: "a b": name part must consist of alphanumeric characters, \'...'],
    ),
    (
        storage.validate_storage_class,
        CLASS,
        "parameters",
        {"": "x"},
        ['parameters: Invalid value: "": field can not be empty.'],
    ),
    (
        storage.validate_storage_class,
        CLASS,
        "reclaimPolicy",
        "Recycle",
        ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ),
    (
        storage.validate_storage_class,
        CLASS,
        "volumeBindingMode",
        ABSENT,
        ["volumeBindingMode: Required value"],
    ),
    (
        storage.validate_storage_class,
        CLASS,
        "allowedTopologies",
        [{}],
        ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""'],
    ),
    (
        storage.validate_storage_class,
        CLASS,
        "allowedTopologies",
        [{"matchLabelExpressions": [{"key": "a b", "values": ["x", "x"]}, {"key": "z"}]}],
        [
            'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "x"',
            'allowedTopologies[0].matchLabelExpressions[0].key: Invalid value: "a b": name part must...',
            "allowedTopologies[0].matchLabelExpressions[1].values: Required value",
        ],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.attachRequired",
        ABSENT,
        ["spec.attachedRequired: Required value"],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.fsGroupPolicy",
        "x",
        ['spec.fsGroupPolicy: Unsupported value: "x": supported values: "File", "None", "ReadWrit...'],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.volumeLifecycleModes",
        ["x"],
        ['spec.volumeLifecycleModes: Unsupported value: "x": supported values: "Persistent", "Eph...'],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.tokenRequests",
        [{"audience": "a", "expirationSeconds": 5}, {"audience": "a"}],
        [
            "spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration l...",
            'spec.tokenRequests[1].audience: Duplicate value: "a"',
        ],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.serviceAccountTokenInSecrets",
        True,
        ["spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is..."],
    ),
    (
        storage.validate_csi_driver,
        DRIVER,
        "spec.nodeAllocatableUpdatePeriodSeconds",
        5,
        ["spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equa..."],
    ),
    (
        storage.validate_csi_node,
        NODE,
        "spec.drivers[0].nodeID",
        "",
        ["spec.drivers[0].nodeID: Required value"],
    ),
    (
        storage.validate_csi_node,
        NODE,
        "spec.drivers[0].topologyKeys",
        ["a b", "a b"],
        [
            'spec.drivers[0]: Invalid value: "a b": name part must consist of alphanumeric character...',
            'spec.drivers[0]: Duplicate value: "a b"',
            'spec.drivers[0]: Invalid value: "a b": name part must consist of alphanumeric character...',
        ],
    ),
    (
        storage.validate_csi_node,
        NODE,
        "spec.drivers[0].allocatable",
        {"count": -1},
        ["spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        storage.validate_csi_node,
        NODE,
        "spec.drivers",
        [{"name": "a.b", "nodeID": "n"}, {"name": "a.b", "nodeID": "n"}],
        ['spec.drivers[1].name: Duplicate value: "a.b"'],
    ),
    (
        storage.validate_volume_attachment,
        ATTACHMENT,
        "spec.source",
        {},
        ["spec.source: Required value: must specify exactly one of inlineVolumeSpec and persisten..."],
    ),
    (
        storage.validate_volume_attachment,
        ATTACHMENT,
        "spec.source.inlineVolumeSpec",
        {"capacity": {"storage": "1Gi"}},
        ["spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolu..."],
    ),
    (
        storage.validate_volume_attachment,
        ATTACHMENT,
        "spec.source",
        {"inlineVolumeSpec": {"accessModes": ["x"], "capacity": {"storage": "1Gi"}}},
        [
            "spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context o...",
            "spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of...",
            'spec.source.inlineVolumeSpec.accessModes: Unsupported value: "x": supported values: "Re...',
            "spec.source.inlineVolumeSpec: Required value: must specify a volume type",
        ],
    ),
    (storage.validate_volume_attachment, ATTACHMENT, "spec.attacher", "", ["spec.attacher: Required value"]),
    (
        storage.validate_volume_attachment,
        ATTACHMENT,
        "spec.nodeName",
        "A",
        ['spec.nodeName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower...'],
    ),
    (
        storage.validate_csi_storage_capacity,
        CAPACITY,
        "capacity",
        "-1",
        ['capacity: Invalid value: "-1": must be greater than or equal to 0'],
    ),
    (
        storage.validate_csi_storage_capacity,
        CAPACITY,
        "storageClassName",
        "A",
        ['storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lo...'],
    ),
    (storage.validate_volume_attributes_class, ATTRIBUTES, "driverName", "", ["driverName: Required value"]),
    (
        storage.validate_volume_attributes_class,
        ATTRIBUTES,
        "parameters",
        ABSENT,
        ["parameters: Required value: must contain at least one key/value pair"],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [
        (storage.validate_storage_class, CLASS),
        (storage.validate_csi_driver, DRIVER),
        (storage.validate_csi_node, NODE),
        (storage.validate_volume_attachment, ATTACHMENT),
        (storage.validate_csi_storage_capacity, CAPACITY),
        (storage.validate_volume_attributes_class, ATTRIBUTES),
    ],
)
def test_good_objects_pass(validate: Callable[[Json], list[Any]], base: Json) -> None:
    assert validate(base) == []


@pytest.mark.parametrize(("validate", "base", "path", "value", "expected"), CASES)
def test_refusals(
    validate: Callable[[Json], list[Any]],
    base: Json,
    path: str,
    value: Any,
    expected: list[str],
    changed: Changed,
) -> None:
    assert [said(error) for error in validate(changed(base, path, value))] == expected


def test_parameters_of_a_class_stay(changed: Changed) -> None:
    old = changed(CLASS, "metadata.resourceVersion", "1")
    new = changed(old, "parameters", {"b": "2", "a": "1"})
    assert [str(error) for error in storage.validate_storage_class_update(new, old)] == [
        'parameters: Invalid value: {"a":"1","b":"2"}: field is immutable'
    ]
