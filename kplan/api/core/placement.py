"""Affinity, tolerations and spread constraints, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from kplan.api.meta import LabelSelector
from kplan.api.view import Items, View


class NodeSelectorRequirement(View):
    """One item of NodeSelectorTerm.matchExpressions."""

    key: str
    operator: str
    values: Items[str]


class NodeSelectorTerm(View):
    """One item of NodeSelector.nodeSelectorTerms."""

    match_expressions: Items[NodeSelectorRequirement]
    match_fields: Items[NodeSelectorRequirement]


class NodeSelector(View):
    """The value of NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."""

    node_selector_terms: Items[NodeSelectorTerm]


class PreferredSchedulingTerm(View):
    """One item of NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution."""

    weight: int
    preference: NodeSelectorTerm


class NodeAffinity(View):
    """The value of Affinity.nodeAffinity."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None
    preferred_during_scheduling_ignored_during_execution: Items[PreferredSchedulingTerm]


class PodAffinityTerm(View):
    """One item of PodAffinity.requiredDuringSchedulingIgnoredDuringExecution."""

    label_selector: LabelSelector | None
    namespaces: Items[str]
    topology_key: str
    namespace_selector: LabelSelector | None
    match_label_keys: Items[str]
    mismatch_label_keys: Items[str]


class WeightedPodAffinityTerm(View):
    """One item of PodAffinity.preferredDuringSchedulingIgnoredDuringExecution."""

    weight: int
    pod_affinity_term: PodAffinityTerm


class PodAffinity(View):
    """The value of Affinity.podAffinity."""

    required_during_scheduling_ignored_during_execution: Items[PodAffinityTerm]
    preferred_during_scheduling_ignored_during_execution: Items[WeightedPodAffinityTerm]


class PodAntiAffinity(View):
    """The value of Affinity.podAntiAffinity."""

    required_during_scheduling_ignored_during_execution: Items[PodAffinityTerm]
    preferred_during_scheduling_ignored_during_execution: Items[WeightedPodAffinityTerm]


class Affinity(View):
    """The value of PodSpec.affinity."""

    node_affinity: NodeAffinity | None
    pod_affinity: PodAffinity | None
    pod_anti_affinity: PodAntiAffinity | None


class Toleration(View):
    """One item of PodSpec.tolerations."""

    key: str
    operator: str
    value: str
    effect: str
    toleration_seconds: int | None


class TopologySpreadConstraint(View):
    """One item of PodSpec.topologySpreadConstraints."""

    max_skew: int
    topology_key: str
    when_unsatisfiable: str
    label_selector: LabelSelector | None
    min_domains: int | None
    node_affinity_policy: str | None
    node_taints_policy: str | None
    match_label_keys: Items[str]


class PodSchedulingGate(View):
    """One item of PodSpec.schedulingGates."""

    name: str


class PodSchedulingGroup(View):
    """The value of PodSpec.schedulingGroup."""

    pod_group_name: str | None
