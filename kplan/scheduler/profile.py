"""The default profile as data, and how a configuration changes it.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kplan.errors import UsageError
from kplan.scheduler.framework import Plugin, PluginArgs, ScorePlugin
from kplan.scheduler.plugins.default_binder import DefaultBinder
from kplan.scheduler.plugins.default_preemption import DefaultPreemption
from kplan.scheduler.plugins.dynamic_resources import DynamicResources
from kplan.scheduler.plugins.image_locality import ImageLocality
from kplan.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from kplan.scheduler.plugins.node_affinity import NodeAffinity
from kplan.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from kplan.scheduler.plugins.node_name import NodeName
from kplan.scheduler.plugins.node_ports import NodePorts
from kplan.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from kplan.scheduler.plugins.node_resources_fit import NodeResourcesFit
from kplan.scheduler.plugins.node_unschedulable import NodeUnschedulable
from kplan.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from kplan.scheduler.plugins.pod_topology_spread import PodTopologySpread
from kplan.scheduler.plugins.priority_sort import PrioritySort
from kplan.scheduler.plugins.scheduling_gates import SchedulingGates
from kplan.scheduler.plugins.taint_toleration import TaintToleration
from kplan.scheduler.plugins.volume_binding import VolumeBinding
from kplan.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kplan.scheduler.plugins.volume_zone import VolumeZone

ROSTER: Final[tuple[tuple[Callable[..., Plugin], int], ...]] = (
    (SchedulingGates, 0),
    (PrioritySort, 0),
    (NodeUnschedulable, 0),
    (NodeName, 0),
    (TaintToleration, 3),
    (NodeAffinity, 2),
    (NodePorts, 0),
    (NodeResourcesFit, 1),
    (VolumeRestrictions, 0),
    (NodeVolumeLimits, 0),
    (VolumeBinding, 0),
    (VolumeZone, 0),
    (PodTopologySpread, 2),
    (InterPodAffinity, 2),
    (DynamicResources, 2),
    (DefaultPreemption, 0),
    (NodeResourcesBalancedAllocation, 1),
    (ImageLocality, 1),
    (DefaultBinder, 0),
    (NodeDeclaredFeatures, 0),
)
"""Every default plug-in in its order, with the weight of its score."""

_FACTORIES: Final[Mapping[str, Callable[..., Plugin]]] = {factory.name: factory for factory, _ in ROSTER}  # type: ignore[attr-defined]  # every factory is a class with a name
_WITH_ARGS: Final = frozenset(
    {
        "NodeAffinity",
        "NodeResourcesFit",
        "NodeResourcesBalancedAllocation",
        "InterPodAffinity",
        "PodTopologySpread",
        "DefaultPreemption",
    }
)
DEFAULT_SCHEDULER: Final = "default-scheduler"


@dataclass(frozen=True, slots=True)
class Profile:
    """Plug-ins in order with the weights of their scores, and how many nodes are enough."""

    scheduler_name: str = DEFAULT_SCHEDULER
    enabled: tuple[tuple[str, int], ...] = tuple((factory.name, weight) for factory, weight in ROSTER)  # type: ignore[attr-defined]  # every factory is a class with a name
    score_disabled: frozenset[str] = frozenset()
    filter_disabled: frozenset[str] = frozenset()
    args: Mapping[str, PluginArgs] = field(default_factory=dict)
    percentage_of_nodes_to_score: int = 0

    def plugins(self) -> list[Plugin]:
        """Make the plug-ins."""
        made = []
        for name, _ in self.enabled:
            factory = _FACTORIES[name]
            made.append(factory(self.args.get(name)) if name in _WITH_ARGS else factory())
        return made

    def weights(self) -> Mapping[str, int]:
        """The weight of each plug-in's score; one without a weight counts once."""
        return {name: weight or 1 for name, weight in self.enabled if name not in self.score_disabled}


DEFAULT: Final = Profile()


def read_configuration(value: Mapping[str, Any]) -> dict[str, Profile]:
    """Read a KubeSchedulerConfiguration: profiles by scheduler name. Raises UsageError."""
    if (
        value.get("kind") != "KubeSchedulerConfiguration"
        or value.get("apiVersion") != "kubescheduler.config.k8s.io/v1"
    ):
        raise UsageError(
            "a scheduler configuration is a kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration"
        )
    percentage = int(value.get("percentageOfNodesToScore") or 0)
    written: Sequence[Mapping[str, Any]] = value.get("profiles") or ({},)
    profiles = [_profile(item, percentage) for item in written]
    names = [profile.scheduler_name for profile in profiles]
    if len(set(names)) != len(names):
        raise UsageError("two profiles of the scheduler configuration have the same schedulerName")
    return {profile.scheduler_name: profile for profile in profiles}


def _profile(value: Mapping[str, Any], percentage: int) -> Profile:
    own = value.get("percentageOfNodesToScore")
    profile = Profile(
        scheduler_name=value.get("schedulerName") or DEFAULT_SCHEDULER,
        args={item["name"]: item.get("args") or {} for item in value.get("pluginConfig") or ()},
        percentage_of_nodes_to_score=percentage if own is None else int(own),
    )
    plugins = value.get("plugins") or {}
    for point in ("multiPoint", "filter", "score"):
        profile = _change(profile, point, plugins.get(point) or {})
    return profile


def _change(profile: Profile, point: str, change: Mapping[str, Any]) -> Profile:
    """Apply one extension point's lists: disabled first, ``*`` for all, then enabled in their order."""
    disabled = {item["name"] for item in change.get("disabled") or ()}
    enabled = {item["name"]: int(item.get("weight") or 0) for item in change.get("enabled") or ()}
    unknown = sorted((disabled | set(enabled)) - set(_FACTORIES) - {"*"})
    if unknown:
        raise UsageError(
            f"the scheduler configuration names plug-ins that kplan does not have: {', '.join(unknown)}"
        )
    everything = {name for name, _ in profile.enabled}
    gone = (everything if "*" in disabled else disabled) - set(enabled)
    if point == "score":
        weights = tuple((name, enabled.get(name) or weight) for name, weight in profile.enabled)
        return replace(profile, enabled=weights, score_disabled=frozenset(gone))
    if point == "filter":
        return replace(profile, filter_disabled=frozenset(gone))
    kept = [(name, enabled.get(name) or weight) for name, weight in profile.enabled if name not in gone]
    if "*" in disabled:
        kept = [(name, weight or dict(profile.enabled).get(name, 0)) for name, weight in enabled.items()]
    else:
        kept += [(name, weight) for name, weight in enabled.items() if name not in everything]
    return replace(profile, enabled=tuple(kept))


def scorers(profile: Profile, plugins: list[Plugin]) -> list[tuple[ScorePlugin, int]]:
    """The plug-ins that score, with their weights."""
    weights = profile.weights()
    return [
        (plugin, weights[plugin.name])
        for plugin in plugins
        if isinstance(plugin, ScorePlugin) and plugin.name in weights
    ]
