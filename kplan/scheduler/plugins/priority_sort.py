"""PrioritySort: the most important pod first, then the one that has waited longest.

Upstream: pkg/scheduler/framework/plugins/queuesort/priority_sort.go
"""

from kplan.scheduler.podinfo import PodInfo


class PrioritySort:
    """Orders the queue by priority."""

    name = "PrioritySort"

    def sort_key(self, pod: PodInfo) -> int:
        """Smaller for more important pods."""
        return -pod.priority
