"""DefaultBinder: the decision becomes a Binding, and everybody learns of it.

Upstream: pkg/scheduler/framework/plugins/defaultbinder/default_binder.go
"""

from typing import TYPE_CHECKING

from kplan.api.gvk import ObjectKey
from kplan.scheduler.podinfo import PodInfo

if TYPE_CHECKING:
    from kplan.apiserver.client import Client


class DefaultBinder:
    """Binds through the API server."""

    name = "DefaultBinder"

    def bind(self, client: "Client", pod: PodInfo, node: str) -> None:
        """Write the binding. Raises StatusError."""
        client.bind(ObjectKey("", "Pod", pod.namespace, pod.name), node)
