"""The Scale of an object, as something that is asked for by ``--subresource=scale``.

Upstream: staging/src/k8s.io/api/autoscaling/v1/types.go
"""

from typing import Final

from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Item
from kplan.schema.discovery import Resource

SCALE: Final = Resource("autoscaling", "v1", "Scale", "scales", "scale", namespaced=True)


def scale_item(server: Server, item: Item) -> Item:
    """The Scale of an object that was found. Raises StatusError if its kind has none."""
    return Item(SCALE, server.scale(item.key), item.source)
