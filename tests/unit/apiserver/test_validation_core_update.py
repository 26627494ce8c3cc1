"""What may change in kinds of the core group and what may not, in the server's words."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from builders import core_rule
from kplan.apiserver.empty_fields import remember_empty
from kplan.apiserver.validation import core_config, core_pods

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
META: Json = {"name": "web", "namespace": "default", "uid": "1", "resourceVersion": "5"}
CONTAINER: Json = {
    "name": "app",
    "image": "nginx",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "Always",
}
POD: Json = {
    "metadata": META,
    "spec": {
        "containers": [CONTAINER],
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "terminationGracePeriodSeconds": 30,
        "activeDeadlineSeconds": 60,
        "serviceAccountName": "default",
        "securityContext": {},
        "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}],
    },
    "status": {"qosClass": "BestEffort"},
}
GATED: Json = copy.deepcopy(POD)
GATED["spec"]["schedulingGates"] = [{"name": "quota"}]
GATED["spec"]["nodeSelector"] = {"disk": "ssd"}
SERVICE: Json = {
    "metadata": META,
    "spec": {
        "type": "LoadBalancer",
        "clusterIP": "10.96.0.7",
        "clusterIPs": ["10.96.0.7"],
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
        "externalTrafficPolicy": "Local",
        "healthCheckNodePort": 30100,
        "allocateLoadBalancerNodePorts": True,
        "loadBalancerClass": "example.com/lb",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 30080}],
    },
}
VOLUME: Json = {
    "metadata": {key: value for key, value in META.items() if key != "namespace"},
    "spec": {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
        "csi": {"driver": "example.com", "volumeHandle": "1"},
        "nodeAffinity": {
            "required": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {"key": "beta.kubernetes.io/os", "operator": "In", "values": ["linux"]}
                        ]
                    }
                ]
            }
        },
    },
}
CLAIM: Json = {
    "metadata": META,
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "2Gi"}},
        "storageClassName": "fast",
        "volumeMode": "Filesystem",
        "volumeName": "disk",
    },
    "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}},
}
IMMUTABLE: Json = {"metadata": META, "immutable": True, "data": {"a": "eA=="}, "type": "Opaque"}
QUOTA: Json = {"metadata": META, "spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort"]}}
NODE: Json = {
    "metadata": {key: value for key, value in META.items() if key != "namespace"},
    "spec": {"podCIDRs": ["10.0.0.0/24"], "podCIDR": "10.0.0.0/24", "providerID": "cloud://1"},
    "status": {},
}
ENDPOINTS: Json = {"metadata": META, "subsets": [{"addresses": [{"ip": "010.0.0.5"}]}]}
FIELDS = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`"
CASES: list[tuple[str, Json, str, Any, list[str]]] = [
    ("pod", POD, "spec.containers[0].image", "nginx:2", []),
    ("pod", POD, "spec.containers[0].image", " nginx", ["spec.containers[0].image", "spec.containers[0].image"]),
    ("pod", POD, "spec.containers[0].args", ["x"], [FIELDS]),
    ("pod", POD, "spec.containers", [CONTAINER, {**CONTAINER, "name": "more"}], ["spec.containers"]),
    ("pod", POD, "spec.activeDeadlineSeconds", 50, []),
    ("pod", POD, "spec.activeDeadlineSeconds", 70, ["spec.activeDeadlineSeconds"]),
    ("pod", POD, "spec.activeDeadlineSeconds", "<absent>", ["spec.activeDeadlineSeconds"]),
    ("pod", POD, "spec.tolerations[0].tolerationSeconds", 9, []),
    ("pod", POD, "spec.tolerations", [], ["spec.tolerations"]),
    ("pod", POD, "spec.schedulingGates", [{"name": "late"}], ["spec.schedulingGates[0].name"]),
    ("pod", POD, "spec.nodeSelector", {"disk": "ssd"}, [FIELDS]),
    ("pod", GATED, "spec.schedulingGates", [], []),
    ("pod", GATED, "spec.nodeSelector", {"disk": "ssd", "zone": "a"}, []),
    ("pod", GATED, "spec.nodeSelector", {"disk": "hdd"}, ["spec.nodeSelector"]),
    ("pod", POD, "metadata.name", "other", ["metadata.name"]),
    ("pod", POD, "metadata.annotations", {"kubernetes.io/config.mirror": "x"}, [
        "metadata.annotations[kubernetes.io/config.mirror]: Invalid value",
        "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation",
        "metadata.annotations[kubernetes.io/config.mirror]: Invalid value",
    ]),
    ("pod_status", POD, "status.qosClass", "Burstable", ["status.qosClass"]),
    ("pod_status", POD, "status.conditions", [{"type": "a b"}], ["status.conditions[0].Type"]),
    ("pod_status", POD, "status.podIPs", [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}], [
        'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP'
    ]),
    ("pod_ephemeral_containers", POD, "spec.ephemeralContainers", [{**CONTAINER, "name": "debug"}], []),
    ("service", SERVICE, "spec.clusterIPs", ["10.96.0.8"], ["spec.clusterIPs[0]", "spec.clusterIPs"]),
    ("service", SERVICE, "spec.loadBalancerClass", "example.com/other", ["spec.loadBalancerClass"]),
    ("service", SERVICE, "spec.healthCheckNodePort", 30101, ["spec.healthCheckNodePort"]),
    ("service", SERVICE, "spec.ipFamilies", ["IPv6"], ["spec.ipFamilies[0]", "spec.clusterIPs[0]"]),
    ("persistent_volume", VOLUME, "spec.csi.volumeHandle", "2", ["spec.persistentvolumesource"]),
    ("persistent_volume", VOLUME, "spec.csi.controllerExpandSecretRef", {"name": "a", "namespace": "b"}, []),
    ("persistent_volume", VOLUME, "spec.volumeMode", "Block", ["volumeMode"]),
    ("persistent_volume", VOLUME, "spec.nodeAffinity", "<absent>", ["nodeAffinity"]),
    (
        "persistent_volume", VOLUME,
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key", "kubernetes.io/os", [],
    ),
    ("persistent_volume_claim", CLAIM, "spec.resources", {"requests": {"storage": "3Gi"}}, []),
    ("persistent_volume_claim", CLAIM, "spec.resources", {"requests": {"storage": "1500Mi"}}, []),
    (
        "persistent_volume_claim", CLAIM, "spec.resources", {"requests": {"storage": "500Mi"}},
        ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
    ),
    ("persistent_volume_claim", CLAIM, "spec.storageClassName", "slow", ["spec: Forbidden: spec is immutable"]),
    ("secret", IMMUTABLE, "data", {"a": "eQ=="}, ["data: Forbidden: field is immutable when `immutable` is set"]),
    ("secret", IMMUTABLE, "type", "example.com/x", ["type: Invalid value"]),
    ("config_map", IMMUTABLE, "immutable", False, ["immutable: Forbidden"]),
    ("resource_quota", QUOTA, "spec.scopes", [], ["spec.scopes: Invalid value: []: field is immutable"]),
    ("node", NODE, "spec.podCIDRs", [], ["spec.podCIDRs: Forbidden: node updates may not change podCIDR"]),
    ("node", NODE, "spec.providerID", "cloud://2", ["spec.providerID"]),
    ("endpoints", ENDPOINTS, "metadata.labels", {"a": "b"}, []),
    ("endpoints", ENDPOINTS, "subsets[0].addresses[0].ip", "010.0.0.6", ["subsets[0].addresses[0].ip"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "path", "value", "starts"), CASES)
def test_update(changed: Changed, kind: str, old: Json, path: str, value: Any, starts: list[str]) -> None:
    found = core_rule(f"validate_{kind}_update")(changed(old, path, value), old)
    assert len(found) == len(starts), [str(error) for error in found]
    for error, start in zip(found, starts, strict=True):
        assert str(error).startswith(start)


@pytest.mark.parametrize(
    ("kind", "old"),
    [
        ("pod", POD), ("pod_status", POD), ("service", SERVICE), ("persistent_volume", VOLUME),
        ("persistent_volume_claim", CLAIM), ("secret", IMMUTABLE), ("resource_quota", QUOTA), ("node", NODE),
        ("endpoints", ENDPOINTS),
    ],
)  # fmt: skip
def test_nothing_changed_is_fine(kind: str, old: Json) -> None:
    assert core_rule(f"validate_{kind}_update")(copy.deepcopy(old), old) == []


def test_an_old_mistake_may_stay(changed: Changed) -> None:
    broken = changed(POD, "metadata.annotations", {"controller.kubernetes.io/pod-deletion-cost": "much"})
    assert core_pods.validate_pod(broken)
    assert core_pods.validate_pod_update(changed(broken, "metadata.labels", {"a": "b"}), broken) == []


def test_sent_empty_is_not_absent() -> None:
    old = {key: value for key, value in IMMUTABLE.items() if key != "data"}
    assert core_config.validate_secret_update(dict(old), old) == []
    found = core_config.validate_secret_update(remember_empty(old, {"data": {}}), old)
    assert [error.field for error in found] == ["data"]


def test_a_terminated_container_stays_so_unless_it_restarts(changed: Changed) -> None:
    ended = [{"name": "app", "state": {"terminated": {"exitCode": 1}}}]
    running = [{"name": "app", "state": {"running": {}}}]
    for policy, fields in (
        ("Always", []),
        ("OnFailure", []),
        ("Never", ["status.containerStatuses[0].state"]),
    ):
        pod = changed(changed(POD, "spec.restartPolicy", policy), "status.containerStatuses", ended)
        again = changed(pod, "status.containerStatuses", running)
        assert [error.field for error in core_pods.validate_pod_status_update(again, pod)] == fields


STATUS_CASES: list[tuple[str, Json, Json, list[str]]] = [
    ("namespace_status", {"metadata": {"name": "a", "resourceVersion": "1"}}, {"phase": "Terminating"}, ["status.Phase"]),
    ("namespace_status", {"metadata": {"name": "a", "resourceVersion": "1"}}, {"phase": "Active"}, []),
    ("service_status", SERVICE, {"loadBalancer": {"ingress": [{"ip": "10.0.0.1", "ipMode": "VIP"}]}}, []),
    (
        "service_status", SERVICE,
        {"loadBalancer": {"ingress": [{"ip": "x"}, {"ipMode": "VIP", "hostname": "10.0.0.1"}, {"hostname": "A"}]}},
        [
            "status.loadBalancer.ingress[0].ip", "status.loadBalancer.ingress[0].ipMode",
            "status.loadBalancer.ingress[1].ipMode", "status.loadBalancer.ingress[1].hostname",
            "status.loadBalancer.ingress[2].hostname",
        ],
    ),
    (
        "replication_controller_status", {"metadata": META},
        {"replicas": 1, "readyReplicas": 2, "availableReplicas": -1},
        ["status.availableReplicas", "status.readyReplicas"],
    ),
    (
        "persistent_volume_claim_status", CLAIM,
        {"capacity": {"storage": "-1"}, "allocatedResources": {"cpu": "1"}, "allocatedResourceStatuses": {"storage": "x"}},
        ["status.capacity[storage]", "status.allocatedResourceStatuses", "status.allocatedResources"],
    ),
    ("resource_quota_status", QUOTA, {"used": {"foo": "1"}}, ["status.used[foo]", "status.used[foo]"]),
    (
        "node_status", NODE,
        {"addresses": [{"type": "Hostname", "address": "a"}] * 2, "declaredFeatures": ["b", "A"]},
        ["status.declaredFeatures[0]", "status.declaredFeatures[1]", "status.addresses[1]"],
    ),
    (
        "pod_status", POD,
        {
            "qosClass": "BestEffort",
            "observedGeneration": -1,
            "hostIP": "10.0.0.1",
            "hostIPs": [{"ip": "10.0.0.2"}],
            "resourceClaimStatuses": [{"name": "gone", "resourceClaimName": "A"}],
            "extendedResourceClaimStatus": {"resourceClaimName": ""},
            "nodeAllocatableResourceClaimStatuses": [{"resourceClaimName": "", "resources": {"a/b": "-1"}}],
            "containerStatuses": [
                {
                    "name": "app",
                    "user": {"linux": {"uid": -1, "gid": 0, "supplementalGroups": [-1]}},
                    "allocatedResourcesStatus": [{"name": "claim:x", "resources": [{"resourceID": "1", "health": "Fine"}]}],
                }
            ],
        },
        [
            "status.observedGeneration",
            "status.resourceClaimStatuses[0].name", "status.resourceClaimStatuses[0].resourceClaimName",
            "status.extendedResourceClaimStatus.requestMappings", "status.extendedResourceClaimStatus.resourceClaimName",
            "status.nodeAllocatableResourceClaimStatuses[0].resourceClaimName",
            "status.nodeAllocatableResourceClaimStatuses[0].resourceClaimName",
            "status.nodeAllocatableResourceClaimStatuses[0].containers",
            "status.nodeAllocatableResourceClaimStatuses[0].resources[a/b]",
            "status.nodeAllocatableResourceClaimStatuses[0].resources[a/b]",
            "status.hostIPs[0].ip",
            "status.containerStatuses[0].user.linux.uid", "status.containerStatuses[0].user.linux.supplementalGroups[0]",
            "status.containerStatuses[0].allocatedResourcesStatus[0].name",
            "status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "status", "fields"), STATUS_CASES)
def test_status(kind: str, old: Json, status: Json, fields: list[str]) -> None:
    found = core_rule(f"validate_{kind}_update")({**old, "status": status}, old)
    assert [error.field for error in found] == fields
