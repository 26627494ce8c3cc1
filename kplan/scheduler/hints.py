"""Whether what happened is a reason to try a refused pod again, as the plug-ins that refused it say.

Upstream: pkg/scheduler/backend/queue/scheduling_queue.go (isPodWorthRequeuing)
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.scheduler.events import CLAIMS_CHANGED, NODE_EVENTS, ClusterEvent, News
from kplan.scheduler.framework import Plugin, QueueingHints
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.snapshot import Snapshot

_OWN: Final = CLAIMS_CHANGED | {ClusterEvent.DEVICES}
"""Events that mean something else to each pod of a template."""


class Hints:
    """What plug-ins say about events; a plug-in without a hint retries every pod."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self._by_plugin = {one.name: one.helped_by for one in plugins if isinstance(one, QueueingHints)}

    def about(
        self, event: ClusterEvent, news: Sequence[News], snapshot: Snapshot
    ) -> Callable[[str, PodInfo], bool]:
        """Ask a plug-in whether any of the changes may let in a pod, once for all pods of a template."""
        known: dict[tuple[str, object], bool] = {}
        read = [News(*map(_node, one)) for one in news] if event in NODE_EVENTS else news

        def helps(plugin: str, pod: PodInfo) -> bool:
            hint = self._by_plugin.get(plugin)
            if hint is None:
                return True
            key = (plugin, pod.key if event in _OWN else pod.template)
            if key not in known:
                known[key] = any(hint(pod, event, one, snapshot) for one in read)
            return known[key]

        return helps


def _node(value: Json | None) -> NodeInfo | None:
    return None if value is None else NodeInfo(value)
