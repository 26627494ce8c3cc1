"""The plug-ins of a profile by extension point, in order.

Upstream: pkg/scheduler/framework/runtime/framework.go
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Final

from kplan.scheduler.dependence import ANYTHING, Dependence
from kplan.scheduler.framework import (
    BindPlugin,
    DeclaringPlugin,
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
    SettlingPlugin,
    VectorFilterPlugin,
)
from kplan.scheduler.podinfo import PodTemplate

Disabled = Mapping[str, AbstractSet[str]]
"""For extension points, by their names in configuration, the plug-ins that are not used there."""


_PROTOCOLS: Final[tuple[type, ...]] = (
    BindPlugin,
    FilterPlugin,
    NormalizingPlugin,
    PermitPlugin,
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
    SettlingPlugin,
    VectorFilterPlugin,
)
_MOST_TEMPLATES: Final = 4096
_known_kinds: dict[type, frozenset[object]] = {}
"""What the methods of a class make it: asking twenty classes costs milliseconds,
and schedulers are made by the dozen.
"""


def _kinds(plugin: Plugin) -> frozenset[object]:
    known = _known_kinds.get(type(plugin))
    if known is None:
        known = frozenset(kind for kind in _PROTOCOLS if all(hasattr(plugin, name) for name in _names(kind)))
        _known_kinds[type(plugin)] = known
    return known


@cache
def _names(kind: type) -> Collection[str]:
    """What a protocol asks for, found once: ``isinstance`` finds it again for every plug-in."""
    bases = [vars(base) for base in kind.__mro__]
    named = {name for base in bases for name in (*base, *base.get("__annotations__", ()))}
    return {name for name in named if not name.startswith("_")}


class Framework:
    """A plug-in works at every extension point whose methods it has, save if the profile disables it."""

    def __init__(self, plugins: Sequence[Plugin], weights: Mapping[str, int], disabled: Disabled) -> None:
        def at(point: str, kind: object) -> list[Any]:
            unused = disabled.get(point, ())
            return [item for item in plugins if kind in _kinds(item) and item.name not in unused]

        self.plugins = tuple(plugins)
        self._dependences = {
            item.name: item.depends_on if isinstance(item, DeclaringPlugin) else ANYTHING for item in plugins
        }
        self._selective: dict[str, SelectivePlugin] = {item.name: item for item in at("", SelectivePlugin)}
        self._settling: dict[str, SettlingPlugin] = {item.name: item for item in at("", SettlingPlugin)}
        self._vectorized: dict[str, VectorFilterPlugin] = {
            item.name: item for item in at("", VectorFilterPlugin)
        }
        self.pre_enqueues: list[PreEnqueuePlugin] = at("preEnqueue", PreEnqueuePlugin)
        self.queue_sorts: list[QueueSortPlugin] = at("queueSort", QueueSortPlugin)
        self.pre_filters: list[PreFilterPlugin] = at("preFilter", PreFilterPlugin)
        self.pre_filter_extensions: list[PreFilterExtensions] = at("preFilter", PreFilterExtensions)
        self.filters: list[FilterPlugin] = at("filter", FilterPlugin)
        self.post_filters: list[PostFilterPlugin] = at("postFilter", PostFilterPlugin)
        self.pre_scores: dict[str, PreScorePlugin] = {
            item.name: item for item in at("preScore", PreScorePlugin)
        }
        self.scores: list[tuple[ScorePlugin, int]] = [
            (item, weights.get(item.name) or 1) for item in at("score", ScorePlugin)
        ]
        self.normalizers: dict[str, NormalizingPlugin] = {
            item.name: item for item in at("score", NormalizingPlugin)
        }
        self.reserves: list[ReservePlugin] = at("reserve", ReservePlugin)
        self.permits: list[PermitPlugin] = at("permit", PermitPlugin)
        self.pre_binds: list[PreBindPlugin] = at("preBind", PreBindPlugin)
        self.binds: list[BindPlugin] = at("bind", BindPlugin)
        self._reserving: dict[PodTemplate, tuple[list[ReservePlugin], list[PermitPlugin]]] = {}

    def applies(self, plugin: Plugin, template: PodTemplate) -> bool:
        """Whether a plug-in may have something to do for pods of a template."""
        selective = self._selective.get(plugin.name)
        return selective is None or selective.applies_to(template)

    def reserving(self, template: PodTemplate) -> tuple[list[ReservePlugin], list[PermitPlugin]]:
        """The Reserve and Permit plug-ins that have something to do for pods of a template."""
        known = self._reserving.get(template)
        if known is None:
            if len(self._reserving) >= _MOST_TEMPLATES:
                self._reserving.clear()
            known = self._reserving[template] = (
                [plugin for plugin in self.reserves if self.applies(plugin, template)],
                [plugin for plugin in self.permits if self.applies(plugin, template)],
            )
        return known

    def dependence(self, plugin: Plugin) -> Dependence:
        """What a plug-in declares that its answers depend on; anything if it declares nothing."""
        return self._dependences[plugin.name]

    def settling(self, plugin: Plugin) -> SettlingPlugin | None:
        """A plug-in that knows when its array methods have nothing to say; None for others."""
        return self._settling.get(plugin.name)

    def vectorized(self, plugin: FilterPlugin) -> VectorFilterPlugin | None:
        """A filter that can judge all nodes at once; None for others."""
        return self._vectorized.get(plugin.name)

    def needing(self, point: str) -> frozenset[str]:
        """Plug-ins in use at ``filter`` or ``score`` that prepare for it at an extension point of its own."""
        if point == "filter":
            return frozenset(item.name for item in self.filters if PreFilterPlugin in _kinds(item))
        return frozenset(item.name for item, _ in self.scores if PreScorePlugin in _kinds(item))
