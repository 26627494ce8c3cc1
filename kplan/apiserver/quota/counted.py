"""Which resources quotas count under ``count/``.

Upstream: pkg/quota/v1/install/registry.go (DefaultIgnoredResources),
    pkg/controller/resourcequota/resource_quota_monitor.go
"""

from collections.abc import Callable, Iterable
from typing import Final

from kplan.schema.discovery import Resource

_NEEDED_VERBS: Final = frozenset({"create", "list", "watch", "delete"})


def countable(resources: Iterable[Resource]) -> Callable[[str], bool]:
    """Whether objects of a ``GROUP_RESOURCE`` are counted, by the resources that are built in.

    A group that is not built in may be defined at any time, so its resources are.
    """
    known = {
        one.group_resource: one.namespaced and one.kind != "Event" and _NEEDED_VERBS.issubset(one.verbs)
        for one in resources
    }
    return lambda group_resource: known.get(group_resource, "." in group_resource)
