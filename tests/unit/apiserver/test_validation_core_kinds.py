"""What the server says of the core group's kinds; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import core_rule, pod_spec, said

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]


GOOD: dict[str, Json] = {
    "service": {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "10.96.0.77",
            "clusterIPs": ["10.96.0.77"],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        },
    },
    "persistent_volume": {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "disk"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "volumeMode": "Filesystem",
            "hostPath": {"path": "/data", "type": ""},
        },
    },
    "persistent_volume_claim": {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "volumeMode": "Filesystem",
        },
    },
    "secret": {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "web", "namespace": "default"},
        "type": "Opaque",
        "data": {},
    },
    "config_map": {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", "namespace": "default"},
        "data": {},
    },
    "namespace": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}, "spec": {}},
    "node": {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one"}, "spec": {}, "status": {}},
    "resource_quota": {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"hard": {"pods": "5"}},
    },
    "limit_range": {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}}]},
    },
    "endpoints": {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "web", "namespace": "default"},
        "subsets": [{"addresses": [{"ip": "10.0.0.5"}], "ports": [{"port": 80, "protocol": "TCP"}]}],
    },
    "replication_controller": {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 1,
            "selector": {"app": "web"},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": pod_spec(),
            },
        },
    },
}

CASES: list[tuple[str, str, Any, list[str]]] = [
    (
        "service",
        "metadata.name",
        "1Web",
        [
            'metadata.name: Invalid value: "1Web": a lowercase RFC 1123 label must consist of lower case alpha...'
        ],
    ),
    ("service", "spec.ports", [], ["spec.ports: Required value"]),
    (
        "service",
        "spec.ports",
        [{"port": 0, "protocol": "X", "targetPort": "A"}, {"port": 0, "protocol": "X", "targetPort": 1}],
        [
            "spec.ports[0].name: Required value",
            "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
            'spec.ports[0].targetPort: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-...',
            'spec.ports[0].targetPort: Invalid value: "A": must contain at least one letter (a-z)',
            "spec.ports[1].name: Required value",
            "spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'spec.ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"X","AppProtocol":null,"Port":0,"TargetPort...',
        ],
    ),
    (
        "service",
        "spec.ports[0].nodePort",
        30000,
        ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ),
    (
        "service",
        "spec.ports[0].appProtocol",
        "a b",
        [
            'spec.ports[0].appProtocol: Invalid value: "a b": name part must consist of alphanumeric character...'
        ],
    ),
    (
        "service",
        "spec.selector",
        {"a b": "c"},
        [
            "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' ..."
        ],
    ),
    (
        "service",
        "spec.sessionAffinity",
        "Mine",
        ['spec.sessionAffinity: Unsupported value: "Mine": supported values: "ClientIP", "None"'],
    ),
    (
        "service",
        "spec.loadBalancerSourceRanges",
        ["10.0.0.1/8"],
        [
            "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
            'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the ...',
        ],
    ),
    (
        "service",
        "spec.loadBalancerClass",
        "a/b",
        ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ),
    (
        "service",
        "spec.externalTrafficPolicy",
        "Local",
        [
            'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible ser...'
        ],
    ),
    (
        "service",
        "spec.internalTrafficPolicy",
        "x",
        ['spec.internalTrafficPolicy: Unsupported value: "x": supported values: "Cluster", "Local"'],
    ),
    (
        "service",
        "spec.trafficDistribution",
        "x",
        [
            'spec.trafficDistribution: Unsupported value: "x": supported values: "PreferClose", "PreferSameZon...'
        ],
    ),
    (
        "service",
        "spec.healthCheckNodePort",
        5,
        [
            "spec.healthCheckNodePort: Invalid value: 5: may only be set when `type` is 'LoadBalancer' and `ex..."
        ],
    ),
    (
        "service",
        "spec.allocateLoadBalancerNodePorts",
        True,
        ["spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ),
    (
        "persistent_volume",
        "spec.capacity",
        {"storage": "0", "cpu": "1"},
        [
            'spec.capacity: Unsupported value: {"cpu":"1","storage":"0"}: supported values: "storage"',
            'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
        ],
    ),
    (
        "persistent_volume",
        "spec.accessModes",
        ["ReadWriteOncePod", "ReadOnlyMany", "Any"],
        [
            'spec.accessModes: Unsupported value: "Any": supported values: "ReadOnlyMany", "ReadWriteMany", "R...',
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
        ],
    ),
    (
        "persistent_volume",
        "spec.persistentVolumeReclaimPolicy",
        "Keep",
        [
            'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recyc...'
        ],
    ),
    ("persistent_volume", "spec.hostPath", "<absent>", ["spec: Required value: must specify a volume type"]),
    (
        "persistent_volume",
        "spec.volumeMode",
        "Raw",
        ['spec.volumeMode: Unsupported value: "Raw": supported values: "Block", "Filesystem"'],
    ),
    (
        "persistent_volume",
        "spec.storageClassName",
        "A",
        [
            'spec.storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower c...'
        ],
    ),
    (
        "persistent_volume",
        "spec.local",
        {"path": ".."},
        ["spec.local: Forbidden: may not specify more than 1 volume type"],
    ),
    (
        "persistent_volume",
        "spec.nodeAffinity",
        {},
        ["spec.nodeAffinity.required: Required value: must specify required node constraints"],
    ),
    (
        "persistent_volume",
        "spec.csi",
        {"driver": "d", "controllerExpandSecretRef": {"name": "A"}},
        ["spec.csi: Forbidden: may not specify more than 1 volume type"],
    ),
    (
        "persistent_volume",
        "spec.volumeAttributesClassName",
        "x",
        ["spec.csi: Required value: has to be specified when using volumeAttributesClassName"],
    ),
    (
        "persistent_volume_claim",
        "spec.accessModes",
        [],
        ["spec.accessModes: Required value: at least 1 access mode is required"],
    ),
    ("persistent_volume_claim", "spec.resources", {}, ["spec.resources[storage]: Required value"]),
    (
        "persistent_volume_claim",
        "spec.resources",
        {"requests": {"storage": "0"}},
        ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
    ),
    (
        "persistent_volume_claim",
        "spec.selector",
        {"matchExpressions": [{"key": "a", "operator": "Is"}]},
        ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
    ),
    (
        "persistent_volume_claim",
        "spec.volumeMode",
        "x",
        ['spec.volumeMode: Unsupported value: "x": supported values: "Block", "Filesystem"'],
    ),
    (
        "persistent_volume_claim",
        "spec.storageClassName",
        "A",
        [
            'spec.storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower c...'
        ],
    ),
    (
        "persistent_volume_claim",
        "spec.volumeAttributesClassName",
        "A",
        [
            'spec.volumeAttributesClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist o...'
        ],
    ),
    (
        "secret",
        "data",
        {"a b": ""},
        [
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-',..."
        ],
    ),
    (
        "secret",
        "type",
        "kubernetes.io/tls",
        ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
    ),
    (
        "secret",
        "type",
        "kubernetes.io/basic-auth",
        ["data[username]: Required value", "data[password]: Required value"],
    ),
    ("secret", "type", "kubernetes.io/ssh-auth", ["data[ssh-privatekey]: Required value"]),
    ("secret", "type", "kubernetes.io/dockerconfigjson", ["data[.dockerconfigjson]: Required value"]),
    (
        "secret",
        "type",
        "kubernetes.io/service-account-token",
        ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
    ),
    ("config_map", "data", {"..": "x"}, ["data[..]: Invalid value: \"..\": must not be '..'"]),
    (
        "config_map",
        "binaryData",
        {"a/b": ""},
        [
            'binaryData[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters...'
        ],
    ),
    ("namespace", "metadata.name", "a.b", ['metadata.name: Invalid value: "a.b": must not contain dots']),
    (
        "namespace",
        "metadata.generation",
        -1,
        ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        "node",
        "spec.taints",
        [
            {"key": "a b", "effect": "NoSchedule"},
            {"key": "a", "value": "-", "effect": "Evict"},
            {"key": "x", "effect": ""},
            {"key": "x", "effect": "NoExecute"},
            {"key": "x", "effect": "NoExecute"},
        ],
        [
            'metadata.taints[0].key: Invalid value: "a b": name part must consist of alphanumeric characters, ...',
            'metadata.taints[1].value: Invalid value: "-": a valid label must be an empty string or consist of...',
            'metadata.taints[1].effect: Unsupported value: "Evict": supported values: "NoSchedule", "PreferNoS...',
            "metadata.taints[2].effect: Required value",
            'metadata.taints[4]: Duplicate value: {"Key":"x","Value":"","Effect":"NoExecute","TimeAdded":null}...',
        ],
    ),
    (
        "node",
        "spec.podCIDRs",
        ["10.0.0.1/24"],
        ['spec.podCIDRs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length'],
    ),
    (
        "node",
        "spec.podCIDRs",
        ["10.0.0.0/24", "10.0.1.0/24"],
        [
            'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR fo...'
        ],
    ),
    (
        "node",
        "status.allocatable",
        {"pods": "500m"},
        ['status.allocatable.pods: Invalid value: "500m": must be an integer'],
    ),
    (
        "resource_quota",
        "spec.hard",
        {"foo": "1", "pods": "500m", "cpu": "-1"},
        [
            'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
            'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
            'spec.hard[pods]: Invalid value: "500m": must be an integer',
            'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        ],
    ),
    ("resource_quota", "spec.scopes", ["Odd"], ['spec.scopes: Invalid value: ["Odd"]: unsupported scope']),
    (
        "resource_quota",
        "spec.scopes",
        ["BestEffort", "NotBestEffort"],
        ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
    ),
    (
        "resource_quota",
        "spec.scopeSelector",
        {
            "matchExpressions": [
                {"scopeName": "Terminating", "operator": "In"},
                {"scopeName": "PriorityClass", "operator": "Exists", "values": ["x"]},
                {"scopeName": "Odd", "operator": "Is"},
            ]
        },
        [
            "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is...",
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `oper...",
            'spec.scopeSelector.matchExpressions.values: Invalid value: ["x"]: must be no value when `operator...',
            'spec.scopeSelector.matchExpressions.scopeName: Invalid value: "Odd": unsupported scope',
            'spec.scopeSelector.matchExpressions.operator: Invalid value: "Is": not a valid selector operator',
        ],
    ),
    (
        "limit_range",
        "spec.limits[0].type",
        "Odd",
        ['spec.limits[0].type: Invalid value: "Odd": must be a standard limit type or fully qualified'],
    ),
    (
        "limit_range",
        "spec.limits[0].maxLimitRequestRatio",
        {"cpu": "500m"},
        ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'],
    ),
    (
        "limit_range",
        "spec.limits",
        [
            {"type": "Pod", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}},
            {"type": "Pod", "max": {"foo": "1"}},
            {"type": "PersistentVolumeClaim"},
        ],
        [
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
            "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
            'spec.limits[1].type: Duplicate value: "Pod"',
            'spec.limits[1].max[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
            'spec.limits[1].max[foo]: Invalid value: "foo": must be a standard resource for containers',
            "spec.limits[2].limits: Required value: either minimum or maximum storage value is required, but n...",
        ],
    ),
    (
        "limit_range",
        "spec.limits",
        [
            {
                "type": "Container",
                "min": {"cpu": "1"},
                "max": {"cpu": "2"},
                "maxLimitRequestRatio": {"cpu": "3"},
            }
        ],
        [
            'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2...'
        ],
    ),
    (
        "endpoints",
        "subsets",
        [{}],
        ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
    ),
    (
        "endpoints",
        "subsets",
        [
            {
                "addresses": [{"ip": "127.0.0.1", "hostname": "A", "nodeName": "B"}],
                "notReadyAddresses": [{"ip": "x"}],
                "ports": [
                    {"port": 0, "protocol": "X"},
                    {"port": 1, "protocol": "TCP", "name": "A", "appProtocol": "-"},
                ],
            }
        ],
        [
            'subsets[0].addresses[0].hostname: Invalid value: "A": a lowercase RFC 1123 label must consist of ...',
            'subsets[0].addresses[0].nodeName: Invalid value: "B": a lowercase RFC 1123 subdomain must consist...',
            'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0...',
            'subsets[0].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8....',
            'subsets[0].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address',
            "subsets[0].ports[0].name: Required value",
            "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'subsets[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
            'subsets[0].ports[1].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower ca...',
            'subsets[0].ports[1].appProtocol: Invalid value: "-": name part must consist of alphanumeric chara...',
        ],
    ),
    (
        "replication_controller",
        "spec.replicas",
        -1,
        ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        "replication_controller",
        "spec.selector",
        {"app": "other"},
        [
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `...'
        ],
    ),
    (
        "replication_controller",
        "spec.minReadySeconds",
        -1,
        ["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        "replication_controller",
        "spec.template.spec.restartPolicy",
        "Never",
        ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ),
    (
        "replication_controller",
        "spec.template.spec.activeDeadlineSeconds",
        5,
        [
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationControll..."
        ],
    ),
    ("replication_controller", "spec.template", "<absent>", ["spec.template: Required value"]),
    (
        "replication_controller",
        "metadata.name",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        [
            'metadata.name: Invalid value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...',
            'metadata.name: Invalid value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...',
        ],
    ),
]


@pytest.mark.parametrize("kind", GOOD)
def test_good_objects_are_accepted(kind: str) -> None:
    assert core_rule(f"validate_{kind}")(GOOD[kind]) == []


def test_a_range_of_pods_that_is_none_is_told_by_its_place(changed: Changed) -> None:
    found = core_rule("validate_node")(changed(GOOD["node"], "spec.podCIDRs", ["10.0.0.0/24", "no"]))
    assert said(found[1], 200) == (
        "spec.podCIDRs: Internal error: invalid PodCIDRs. failed to check with dual stack with error:"
        "invalid CIDR[1]: <nil> (invalid CIDR address: no)"
    )


@pytest.mark.parametrize(("kind", "path", "value", "errors"), CASES)
def test_kind(changed: Changed, kind: str, path: str, value: Any, errors: list[str]) -> None:
    found = core_rule(f"validate_{kind}")(changed(GOOD[kind], path, value))
    assert [said(error, 100) for error in found] == errors
