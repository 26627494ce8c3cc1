"""The default profile as data, and how a configuration changes it.

A plug-in is added by its file in ``plugins`` and one line in ``ROSTER``.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.scheduler.framework import Plugin, PluginArgs
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
from kplan.scheduler.runtime import Framework
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours, behaviours_of


class PluginEntry(NamedTuple):
    """A plug-in as the roster lists it."""

    plugin: type[Plugin]
    weight: int = 0
    """The weight of its score; 0 counts once."""
    takes_args: bool = False
    """Whether ``pluginConfig`` of a configuration may hold arguments for it."""
    follows_minor: bool = False
    """Whether it does otherwise in older releases."""
    since: Behaviour | None = None
    """The behaviour that it is; None if every release has it."""
    scores_since: Behaviour | None = None
    """The behaviour that its scores are."""

    @property
    def name(self) -> str:
        """The plug-in's name."""
        return self.plugin.name

    def make(self, args: PluginArgs | None, behaviours: Behaviours = CURRENT) -> Plugin:
        """Make the plug-in as a release has it."""
        make: Callable[..., Plugin] = self.plugin
        given: dict[str, Any] = {"behaviours": behaviours} if self.follows_minor else {}
        return make(args, **given) if self.takes_args else make(**given)


ROSTER: Final[tuple[PluginEntry, ...]] = (
    PluginEntry(SchedulingGates),
    PluginEntry(PrioritySort),
    PluginEntry(NodeUnschedulable),
    PluginEntry(NodeName),
    PluginEntry(TaintToleration, 3, follows_minor=True),
    PluginEntry(NodeAffinity, 2, takes_args=True),
    PluginEntry(NodePorts),
    PluginEntry(NodeResourcesFit, 1, takes_args=True, follows_minor=True),
    PluginEntry(VolumeRestrictions, follows_minor=True),
    PluginEntry(NodeVolumeLimits),
    PluginEntry(VolumeBinding),
    PluginEntry(VolumeZone),
    PluginEntry(PodTopologySpread, 2, takes_args=True),
    PluginEntry(InterPodAffinity, 2, takes_args=True),
    PluginEntry(DynamicResources, 2, follows_minor=True, scores_since=Behaviour.DEVICE_SCORES),
    PluginEntry(DefaultPreemption, takes_args=True),
    PluginEntry(NodeResourcesBalancedAllocation, 1, takes_args=True, follows_minor=True),
    PluginEntry(ImageLocality, 1, follows_minor=True),
    PluginEntry(DefaultBinder),
    PluginEntry(NodeDeclaredFeatures, since=Behaviour.NODE_DECLARED_FEATURES),
)
"""Every default plug-in in order: the first one to refuse a node decides the message."""

Registry = Mapping[str, PluginEntry]
DEFAULT_REGISTRY: Final[Registry] = {entry.name: entry for entry in ROSTER}
DEFAULT_SCHEDULER: Final = "default-scheduler"
EXTENSION_POINTS: Final = (
    "preEnqueue",
    "queueSort",
    "preFilter",
    "filter",
    "postFilter",
    "preScore",
    "score",
    "reserve",
    "permit",
    "preBind",
    "bind",
    "postBind",
)
"""Names of the extension points in a configuration, besides ``multiPoint``, which stands for all of them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Plug-ins in order with the weights of their scores, and how many nodes are enough."""

    scheduler_name: str = DEFAULT_SCHEDULER
    enabled: tuple[tuple[str, int], ...] = tuple((entry.name, entry.weight) for entry in ROSTER)
    disabled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For single extension points, enabled plug-ins that are not used there."""
    args: Mapping[str, PluginArgs] = field(default_factory=dict)
    percentage_of_nodes_to_score: int = 0
    registry: Registry = field(default_factory=lambda: DEFAULT_REGISTRY)
    """Plug-ins by name: if the names in ``enabled`` are looked up."""
    behaviours: Behaviours = CURRENT
    """What the release does whose scheduler this is."""

    def of_release(self, version: str) -> "Profile":
        """The profile as the scheduler of a release such as ``1.34`` has it."""
        behaviours = behaviours_of(version)
        return self if behaviours == self.behaviours else replace(self, behaviours=behaviours)

    def framework(self) -> Framework:
        """Make the plug-ins. Raises UsageError if there is nothing to order the queue or to bind by."""
        entries = [self.registry[name] for name, _ in self.enabled]
        there = [one for one in entries if one.since is None or one.since in self.behaviours]
        made = [one.make(self.args.get(one.name), self.behaviours) for one in there]
        framework = Framework(made, dict(self.enabled), self._unused(there))
        named = f"the scheduler profile '{self.scheduler_name}'"
        if len(framework.queue_sorts) != 1:
            raise UsageError(f"{named} needs one queueSort plug-in and has {len(framework.queue_sorts)}")
        if not framework.binds:
            raise UsageError(f"{named} needs a bind plug-in")
        for point, needed in (("filter", "preFilter"), ("score", "preScore")):
            for name in sorted(framework.needing(point) & self.disabled.get(needed, frozenset())):
                raise UsageError(f"{named} disables {needed} of {name}, but not {point}, which needs it")
        return framework

    def _unused(self, there: Iterable[PluginEntry]) -> Mapping[str, frozenset[str]]:
        """What is disabled by the profile, and scores that the release does not have yet."""
        scoreless = {
            one.name for one in there if one.scores_since and one.scores_since not in self.behaviours
        }
        if not scoreless:
            return self.disabled
        points = {point: self.disabled.get(point, frozenset()) | scoreless for point in ("preScore", "score")}
        return {**self.disabled, **points}


DEFAULT: Final = Profile()


def read_configuration(value: Mapping[str, Any], registry: Registry = DEFAULT_REGISTRY) -> dict[str, Profile]:
    """Read a KubeSchedulerConfiguration: profiles by scheduler name. Raises UsageError."""
    if (
        value.get("kind") != "KubeSchedulerConfiguration"
        or value.get("apiVersion") != "kubescheduler.config.k8s.io/v1"
    ):
        raise UsageError(
            "a scheduler configuration is a kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration"
        )
    try:
        profiles = _profiles(value, registry)
        for profile in profiles:
            profile.framework()
    except KeyError as error:
        raise UsageError(f"an entry of the scheduler configuration lacks {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"the scheduler configuration has a value of the wrong type: {error}") from error
    names = [profile.scheduler_name for profile in profiles]
    if len(set(names)) != len(names):
        raise UsageError("two profiles of the scheduler configuration have the same schedulerName")
    return {profile.scheduler_name: profile for profile in profiles}


def _profiles(value: Mapping[str, Any], registry: Registry) -> list[Profile]:
    percentage = int(value.get("percentageOfNodesToScore") or 0)
    written: Sequence[Mapping[str, Any]] = value.get("profiles") or ({},)
    return [_profile(item, percentage, registry) for item in written]


def _profile(value: Mapping[str, Any], percentage: int, registry: Registry) -> Profile:
    own = value.get("percentageOfNodesToScore")
    profile = Profile(
        scheduler_name=value.get("schedulerName") or DEFAULT_SCHEDULER,
        args={item["name"]: item.get("args") or {} for item in value.get("pluginConfig") or ()},
        percentage_of_nodes_to_score=percentage if own is None else int(own),
        registry=registry,
    )
    plugins = value.get("plugins") or {}
    for point in ("multiPoint", *EXTENSION_POINTS):
        disabled, enabled = _lists(plugins.get(point) or {}, registry)
        if point == "multiPoint":
            profile = _change_all(profile, disabled, enabled)
        else:
            profile = _change_one(profile, point, disabled, enabled)
    return profile


def _lists(change: Mapping[str, Any], registry: Registry) -> tuple[set[str], dict[str, int]]:
    """Names that an extension point disables (``*`` for all), and those it enables with their weights."""
    disabled = {item["name"] for item in change.get("disabled") or ()}
    enabled = {item["name"]: int(item.get("weight") or 0) for item in change.get("enabled") or ()}
    unknown = sorted((disabled | set(enabled)) - set(registry) - {"*"})
    if unknown:
        raise UsageError(
            f"the scheduler configuration names plug-ins that kplan does not have: {', '.join(unknown)}"
        )
    return disabled, enabled


def _change_all(profile: Profile, disabled: set[str], enabled: dict[str, int]) -> Profile:
    """Apply ``multiPoint``: the lists of every extension point at once."""
    known = dict(profile.enabled)
    if "*" in disabled:
        return replace(
            profile, enabled=tuple((name, weight or known.get(name, 0)) for name, weight in enabled.items())
        )
    gone = disabled - set(enabled)
    kept = [(name, enabled.get(name) or weight) for name, weight in profile.enabled if name not in gone]
    kept += [(name, weight) for name, weight in enabled.items() if name not in known]
    return replace(profile, enabled=tuple(kept))


def _change_one(profile: Profile, point: str, disabled: set[str], enabled: dict[str, int]) -> Profile:
    """Apply the lists of one extension point."""
    known = {name for name, _ in profile.enabled}
    gone = (known if "*" in disabled else disabled) - set(enabled)
    weights = [
        (name, enabled.get(name, 0) or weight if point == "score" else weight)
        for name, weight in profile.enabled
    ]
    only_here = [(name, weight) for name, weight in enabled.items() if name not in known]
    elsewhere = {name for name, _ in only_here}
    changed = {other: profile.disabled.get(other, frozenset()) for other in EXTENSION_POINTS}
    for other in EXTENSION_POINTS:
        changed[other] |= gone if other == point else elsewhere
    return replace(
        profile,
        enabled=(*weights, *only_here),
        disabled={other: names for other, names in changed.items() if names},
    )
