"""What autoscalers scale."""

from collections.abc import Sequence

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.plan.reading import fields, text
from kplan.state.store import Store


def autoscalers(store: Store) -> Sequence[Json]:
    """All HorizontalPodAutoscalers."""
    return store.list("autoscaling", "HorizontalPodAutoscaler")


def target_of(autoscaler: Json) -> ObjectKey:
    """The key of what an autoscaler scales."""
    target = fields(autoscaler, "spec", "scaleTargetRef")
    gvk = GroupVersionKind.of(text(target, "apiVersion"), text(target, "kind"))
    return ObjectKey(gvk.group, gvk.kind, text(autoscaler, "metadata", "namespace"), text(target, "name"))
