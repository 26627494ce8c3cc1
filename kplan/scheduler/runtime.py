"""The plug-ins of a profile by extension point, in order.

Upstream: pkg/scheduler/framework/runtime/framework.go
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from kplan.scheduler.framework import (
    BindPlugin,
    FilterPlugin,
    NormalizingPlugin,
    PermitPlugin,
    Plugin,
    PostFilterPlugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    PreFilterExtensions,
    PreFilterPlugin,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
    SelectivePlugin,
)
from kplan.scheduler.podinfo import PodClass

Disabled = Mapping[str, AbstractSet[str]]
"""For extension points, by their names in configuration, the plug-ins that are not used there."""


class Framework:
    """A plug-in works at every extension point whose methods it has, save where the profile disables it."""

    def __init__(self, plugins: Sequence[Plugin], weights: Mapping[str, int], disabled: Disabled) -> None:
        def at(point: str) -> list[Plugin]:
            return [plugin for plugin in plugins if plugin.name not in disabled.get(point, ())]

        self.plugins = tuple(plugins)
        # asking a protocol takes microseconds, and this is asked for every pod
        self._selective = {item.name: item for item in plugins if isinstance(item, SelectivePlugin)}
        self.pre_enqueues = [item for item in at("preEnqueue") if isinstance(item, PreEnqueuePlugin)]
        self.queue_sorts = [item for item in at("queueSort") if isinstance(item, QueueSortPlugin)]
        self.pre_filters = [item for item in at("preFilter") if isinstance(item, PreFilterPlugin)]
        self.pre_filter_extensions = [
            item for item in at("preFilter") if isinstance(item, PreFilterExtensions)
        ]
        self.filters = [item for item in at("filter") if isinstance(item, FilterPlugin)]
        self.post_filters = [item for item in at("postFilter") if isinstance(item, PostFilterPlugin)]
        self.pre_scores = {item.name: item for item in at("preScore") if isinstance(item, PreScorePlugin)}
        self.scores = [
            (item, weights.get(item.name) or 1) for item in at("score") if isinstance(item, ScorePlugin)
        ]
        self.normalizers = {item.name: item for item in at("score") if isinstance(item, NormalizingPlugin)}
        self.reserves = [item for item in at("reserve") if isinstance(item, ReservePlugin)]
        self.permits = [item for item in at("permit") if isinstance(item, PermitPlugin)]
        self.pre_binds = [item for item in at("preBind") if isinstance(item, PreBindPlugin)]
        self.binds = [item for item in at("bind") if isinstance(item, BindPlugin)]

    def applies(self, plugin: Plugin, cls: PodClass) -> bool:
        """Whether a plug-in may have something to do for pods of a template."""
        selective = self._selective.get(plugin.name)
        return selective is None or selective.applies_to(cls)

    def needing(self, point: str) -> frozenset[str]:
        """Plug-ins in use at ``filter`` or ``score`` that prepare for it at an extension point of its own."""
        if point == "filter":
            return frozenset(item.name for item in self.filters if isinstance(item, PreFilterPlugin))
        return frozenset(item.name for item, _ in self.scores if isinstance(item, PreScorePlugin))
