"""What the server says of workloads; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said, template
from kplan.apiserver.empty_fields import remember_empty
from kplan.apiserver.validation import apps

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


DEPLOYMENT: Json = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}},
        "progressDeadlineSeconds": 600,
    },
}
REPLICA_SET: Json = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(),
    },
}
DAEMON_SET: Json = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(),
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
    },
}
STATEFUL_SET: Json = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(),
        "podManagementPolicy": "OrderedReady",
        "serviceName": "web",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    },
}
REVISION: Json = {
    "apiVersion": "apps/v1",
    "kind": "ControllerRevision",
    "metadata": {"name": "web", "namespace": "default"},
    "data": {"a": 1},
    "revision": 1,
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "metadata.name",
        "A",
        ['metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower...'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.replicas",
        -1,
        ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.selector",
        ABSENT,
        [
            "spec.selector: Required value",
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match ...',
        ],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.selector",
        {},
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.selector.matchExpressions",
        [{"key": "x", "operator": "In"}],
        [
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `opera...",
            'spec.selector: Invalid value: {"matchLabels":{"app":"web"},"matchExpressions":[{"key":"...',
        ],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.template.metadata.labels",
        {"app": "other"},
        ['spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not matc...'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.template.spec.restartPolicy",
        "Never",
        ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.type",
        "x",
        ['spec.strategy: Unsupported value: {"Type":"x","RollingUpdate":{"MaxUnavailable":"25%","...'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.type",
        "Recreate",
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'R..."],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.rollingUpdate",
        ABSENT,
        ["spec.strategy.rollingUpdate: Required value: this should be defaulted and never be nil"],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.rollingUpdate.maxUnavailable",
        "101%",
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater ...'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.rollingUpdate.maxSurge",
        "<x>",
        ['spec.strategy.rollingUpdate.maxSurge: Invalid value: "\\u003cx\\u003e": a valid percent s...'],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.strategy.rollingUpdate",
        {"maxUnavailable": 0, "maxSurge": "0%"},
        ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSur..."],
    ),
    (
        apps.validate_deployment,
        DEPLOYMENT,
        "spec.minReadySeconds",
        600,
        ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
    ),
    (
        apps.validate_replica_set,
        REPLICA_SET,
        "spec.minReadySeconds",
        -1,
        ["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        apps.validate_replica_set,
        REPLICA_SET,
        "spec.template.spec.activeDeadlineSeconds",
        5,
        ["spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSe..."],
    ),
    (
        apps.validate_replica_set,
        REPLICA_SET,
        "spec.selector",
        {},
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.selector",
        ABSENT,
        ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match ...'],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.updateStrategy.rollingUpdate.maxSurge",
        "10%",
        ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "10%": may not be set when m...'],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.updateStrategy.rollingUpdate.maxUnavailable",
        0,
        ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxS..."],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.updateStrategy.type",
        "x",
        ['spec.updateStrategy: Unsupported value: {"Type":"x","RollingUpdate":{"MaxUnavailable":1...'],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.updateStrategy.rollingUpdate",
        ABSENT,
        ["spec.updateStrategy.rollingUpdate: Required value"],
    ),
    (
        apps.validate_daemon_set,
        DAEMON_SET,
        "spec.revisionHistoryLimit",
        -1,
        ["spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "metadata.name",
        "a.b",
        ['metadata.name: Invalid value: "a.b": must not contain dots'],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.podManagementPolicy",
        "x",
        ["spec.podManagementPolicy: Invalid value: \"x\": must be 'OrderedReady' or 'Parallel'"],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.updateStrategy.type",
        "OnDelete",
        ['spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":0,"MaxUnavailable":null}...'],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.updateStrategy.rollingUpdate",
        {"partition": -1, "maxUnavailable": 0},
        [
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or...",
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
        ],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        "x",
        ['spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "x": supported...'],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.ordinals",
        {"start": -1},
        ["spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.serviceName",
        "A",
        ['spec.serviceName: Invalid value: "A": a lowercase RFC 1123 label must consist of lower ...'],
    ),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.volumeClaimTemplates",
        [{"metadata": {"name": "d"}, "spec": {}}],
        [
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode i...",
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
        ],
    ),
    (apps.validate_stateful_set, STATEFUL_SET, "spec.template.spec.hostname", "UPPER", []),
    (
        apps.validate_stateful_set,
        STATEFUL_SET,
        "spec.selector",
        {"matchLabels": {"app": "b a d"}},
        [
            'spec.selector.matchLabels: Invalid value: "b a d": a valid label must be an empty strin...',
            'spec.selector: Invalid value: {"matchLabels":{"app":"b a d"}}',
        ],
    ),
    (
        apps.validate_controller_revision,
        REVISION,
        "revision",
        -1,
        ["revision: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        apps.validate_controller_revision,
        REVISION,
        "data",
        ABSENT,
        ["data: Required value: data is mandatory"],
    ),
    (
        apps.validate_controller_revision,
        REVISION,
        "data",
        [1],
        ["data: Required value: data must be a valid JSON object"],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [
        (apps.validate_deployment, DEPLOYMENT),
        (apps.validate_replica_set, REPLICA_SET),
        (apps.validate_daemon_set, DAEMON_SET),
        (apps.validate_stateful_set, STATEFUL_SET),
        (apps.validate_controller_revision, REVISION),
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


def test_selector_of_a_deployment_is_immutable(changed: Changed) -> None:
    old = changed(DEPLOYMENT, "metadata.resourceVersion", "1")
    new = changed(
        changed(old, "spec.selector.matchLabels.app", "x"), "spec.template.metadata.labels.app", "x"
    )
    errors = apps.validate_deployment_update(new, old)
    assert [str(error) for error in errors] == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable'
    ]


def test_stateful_set_update_names_what_may_change(changed: Changed) -> None:
    old = changed(STATEFUL_SET, "metadata.resourceVersion", "1")
    assert apps.validate_stateful_set_update(changed(old, "spec.replicas", 3), old) == []
    (error,) = apps.validate_stateful_set_update(changed(old, "spec.serviceName", "other"), old)
    assert error.field == "spec"
    assert error.detail.startswith("updates to statefulset spec for fields other than 'replicas', 'ordinals'")


def test_claims_stand_in_for_volumes_of_the_same_name(changed: Changed) -> None:
    template = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    mounts = [{"name": "data", "mountPath": "/data"}]
    mounted = changed(STATEFUL_SET, "spec.template.spec.containers[0].volumeMounts", mounts)
    assert [error.field for error in apps.validate_stateful_set(mounted)] == [
        "spec.template.spec.containers[0].volumeMounts[0].name"
    ]
    assert apps.validate_stateful_set(changed(mounted, "spec.volumeClaimTemplates", [template])) == []


def test_label_maps_sent_empty_print_empty(changed: Changed) -> None:
    bare = changed(DEPLOYMENT, "spec.template.metadata", remember_empty({}, {"labels": {}}))
    assert str(apps.validate_deployment(bare)[0]).startswith(
        "spec.template.metadata.labels: Invalid value: {}:"
    )


def test_data_of_a_revision_stays_to_the_type(changed: Changed) -> None:
    old = changed(REVISION, "metadata.resourceVersion", "1")
    assert apps.validate_controller_revision_update(changed(old, "revision", 2), old) == []
    (error,) = apps.validate_controller_revision_update(changed(old, "data.a", True), old)
    assert str(error) == 'data: Invalid value: {"a":true}: field is immutable'
