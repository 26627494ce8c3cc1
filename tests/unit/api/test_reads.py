"""Accessors of stored objects: what is missing or null reads as empty, what is there reads as it stands."""

from collections.abc import Callable
from typing import Any

import pytest

from kplan.api import (
    autoscalers,
    conditions,
    containers,
    endpointslices,
    jobs,
    labelselectors,
    metadata,
    nodes,
    owners,
    pods,
    serviceports,
    volumes,
    workloadspec,
)

BARE = {"metadata": {}, "spec": {}, "status": None}
NULL = {
    "metadata": dict.fromkeys(("labels", "annotations", "finalizers", "ownerReferences", "namespace")),
    "spec": dict.fromkeys(
        (
            "accessModes", "affinity", "behavior", "capacity", "claimRef", "containers", "initContainers",
            "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "podCIDR", "podFailurePolicy",
            "ports", "readinessGates", "strategy", "successPolicy", "taints", "tolerations", "updateStrategy",
            "volumeClaimTemplates", "volumes",
        )
    ),
    "status": dict.fromkeys(
        (
            "addresses", "allocatable", "conditions", "containerStatuses", "images", "initContainerStatuses",
            "loadBalancer", "phase", "podIP",
        )
    ),
}  # fmt: skip
OF_OBJECTS: tuple[Callable[[Any], Any], ...] = (
    metadata.labels_of, metadata.annotations_of, metadata.finalizers_of, metadata.namespace_of, owners.owners_of,
    conditions.of, nodes.addresses_of, nodes.allocatable_of, nodes.images_of, nodes.pod_cidr_of, nodes.taints_of,
    pods.container_statuses_of, pods.init_container_statuses_of, pods.node_of, pods.pod_ip_of,
    pods.readiness_gates_of, pods.recorded_phase, pods.required_node_terms_of, pods.tolerations_of, pods.volumes_of,
    serviceports.ingress_of, serviceports.ports_of, volumes.access_modes_of, volumes.claim_names_of,
    volumes.claim_ref_of, volumes.volume_phase, workloadspec.claim_templates_of, workloadspec.min_ready_seconds_of,
    workloadspec.retention_policy_of, workloadspec.start_ordinal_of, workloadspec.strategy_of,
    workloadspec.update_strategy_of, jobs.failure_rules_of, jobs.success_rules_of,
)  # fmt: skip
OF_PARTS: tuple[tuple[Callable[[Any], Any], tuple[str, ...]], ...] = (
    (containers.requests_of, ("resources", "requests")),
    (containers.container_ports_of, ("ports",)),
    (containers.environment_of, ("env",)),
    (containers.environment_sources_of, ("envFrom",)),
    (containers.last_state_of, ("lastState",)),
    (containers.readiness_probe_of, ("readinessProbe",)),
    (containers.state_of, ("state",)),
    (containers.value_source_of, ("valueFrom",)),
    (endpointslices.endpoint_ports_of, ("ports",)),
    (endpointslices.endpoints_of, ("endpoints",)),
    (endpointslices.target_of, ("targetRef",)),
    (jobs.active_of, ("active",)),
    (jobs.condition_patterns_of, ("onPodConditions",)),
    (labelselectors.match_expressions_of, ("matchExpressions",)),
    (labelselectors.match_labels_of, ("matchLabels",)),
    (autoscalers.scaling_policies_of, ("policies",)),
    (pods.containers_of, ("containers",)),
    (pods.init_containers_of, ("initContainers",)),
    (pods.node_affinity_in, ("nodeAffinity",)),
    (pods.tolerations_in, ("tolerations",)),
    (volumes.projected_sources_of, ("projected", "sources")),
    (workloadspec.rolling_update_of, ("rollingUpdate",)),
    (workloadspec.template_labels_of, ("metadata", "labels")),
)
LISTS = {
    "ports", "env", "envFrom", "endpoints", "active", "onPodConditions", "matchExpressions", "policies",
    "containers", "initContainers", "tolerations", "sources",
}  # fmt: skip


def is_empty(found: Any) -> bool:
    """Whether something was found and holds nothing; None would be nothing to go through."""
    return found is not None and not found


@pytest.mark.parametrize("read", OF_OBJECTS, ids=lambda read: read.__name__)
def test_what_is_missing_or_null_is_empty(read: Callable[[Any], Any]) -> None:
    assert is_empty(read(BARE))
    assert is_empty(read(NULL))


@pytest.mark.parametrize(("read", "path"), OF_PARTS, ids=lambda part: getattr(part, "__name__", ""))
def test_parts_read_as_they_stand(read: Callable[[Any], Any], path: tuple[str, ...]) -> None:
    there: Any = [{"name": "x"}] if path[-1] in LISTS else {"name": "x"}
    value: Any = there
    for name in reversed(path):
        value = {name: value}
    assert read(value) == there
    assert is_empty(read({}))
    assert is_empty(read({path[0]: None}))


def test_counts_have_the_defaults_of_the_server() -> None:
    assert workloadspec.replicas_of({"spec": {}}) == 1
    assert workloadspec.replicas_of({"spec": {"replicas": 0}}) == 0
    assert workloadspec.status_count({"status": {"replicas": 3}}, "replicas") == 3
    assert workloadspec.status_count({}, "replicas") == 0
    assert volumes.capacity_of({"spec": {}}) == "0"
    assert serviceports.affinity_seconds_of({"spec": {}}) == 10800
    assert workloadspec.start_ordinal_of({"spec": {"ordinals": {"start": 5}}}) == 5


def test_conditions_of_an_object() -> None:
    node = {"status": {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]}}
    assert conditions.state(node, "Ready") == "Unknown"
    assert conditions.reason(node, "Ready") == "NodeStatusUnknown"
    assert not conditions.is_true(node, "Ready")
    assert conditions.state(node, "DiskPressure") == ""
    assert conditions.of_type(node, "DiskPressure") is None


def test_how_containers_stand() -> None:
    assert containers.waiting_reason_of({"state": {"waiting": {"reason": "ErrImagePull"}}}) == "ErrImagePull"
    assert containers.waiting_reason_of({"state": {"running": {}}}) == ""
    assert containers.end_of({"state": {"terminated": {"exitCode": 1}}}) == {"exitCode": 1}
    assert containers.end_of({"state": {}}) is None
    assert containers.stop_sleep_of({"lifecycle": {"preStop": {"sleep": {"seconds": 7}}}}) == 7
    assert containers.stop_sleep_of({"lifecycle": {"preStop": {"exec": {"command": ["a"]}}}}) == 0


def test_parts_of_pods_nodes_and_slices() -> None:
    spec = {"initContainers": [{"name": "a"}, {"name": "b", "restartPolicy": "Always"}]}
    assert pods.sidecars_of(spec) == [{"name": "b", "restartPolicy": "Always"}]
    node = {
        "status": {
            "addresses": [
                {"type": "Hostname", "address": "a"},
                {"type": "InternalIP", "address": "10.0.0.1"},
            ],
            "images": [{"names": ["x:1", "x@sha256:0"]}, {"names": None}],
        }
    }
    assert nodes.addresses_of(node) == ["a", "10.0.0.1"]
    assert nodes.addresses_of(node, "InternalIP") == ["10.0.0.1"]
    assert nodes.images_of(node) == ["x:1", "x@sha256:0"]
    endpoint = {"conditions": {"ready": True}, "hints": {"forZones": [{"name": "a"}]}}
    assert endpointslices.is_ready_endpoint(endpoint)
    assert endpointslices.hinted_zones_of(endpoint) == ["a"]
    assert not endpointslices.is_ready_endpoint({})
    assert endpointslices.hinted_zones_of({"hints": None}) == []
    pod = {
        "spec": {"volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "b"}]}
    }
    assert volumes.claim_names_of(pod) == ["data"]


def test_parts_of_autoscalers_and_jobs() -> None:
    spec = {"behavior": {"scaleUp": {"policies": [{"type": "Pods"}]}, "scaleDown": None}}
    assert autoscalers.scaling_rules_of(spec, "scaleUp") == {"policies": [{"type": "Pods"}]}
    assert autoscalers.scaling_rules_of(spec, "scaleDown") == {}
    assert autoscalers.metric_source_of(
        {"type": "ContainerResource", "containerResource": {"name": "cpu"}}
    ) == {"name": "cpu"}
    assert jobs.uncounted_of({"uncountedTerminatedPods": {"failed": ["u"]}}, "failed") == ["u"]
    assert jobs.uncounted_of({}, "failed") == []


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (None, "nil"),
        ({}, "&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}"),
        (
            {"matchLabels": {"b": "2", "a": "1"}},
            "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{},}",
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}, {"key": "b", "operator": "Exists"}]},
            (
                "&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{"
                "LabelSelectorRequirement{Key:a,Operator:In,Values:[x y],},"
                "LabelSelectorRequirement{Key:b,Operator:Exists,Values:[],},},}"
            ),
        ),
    ],
)  # fmt: skip
def test_a_selector_as_go_prints_it(selector: Any, text: str) -> None:
    assert labelselectors.printed(selector) == text
