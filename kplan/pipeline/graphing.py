"""Which objects have to do with each other."""

from typing import TYPE_CHECKING

from kplan.pipeline.loaded import Loaded
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kplan.api.object import Json
    from kplan.lint.graph import Graph


def graph(
    loaded: Loaded,
    cluster: "Sequence[Json]" = (),
    context: Loaded | None = None,
    *,
    kubernetes: str = DEFAULT,
    namespace: str = "default",
) -> "Graph":
    """The objects, what they refer to and select, and which of that is missing;
    context and cluster are searched too.
    """
    from kplan.api.object import Object
    from kplan.api.workloads import group_kind
    from kplan.lint.graph import graph_of
    from kplan.lint.world import World
    from kplan.schema.catalog import Catalog

    around = context.objects if context else ()
    held = [Object(one) for one in cluster]
    captured = frozenset(group_kind(one.value) for one in held)
    world = World(
        (*loaded.objects, *around, *held), Catalog.for_version(kubernetes), namespace, captured=captured
    )
    return graph_of(world, len(loaded.objects))
