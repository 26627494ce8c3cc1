"""The order of the output: kustomize's legacy order of kinds, or as the objects came.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/SortOrderTransformer.go
"""

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.ids import Gvk
from kplan.kustomize.resource import Resource

_FIRST: Final = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount",
    "PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret",
    "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim",
    "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
)  # fmt: skip
_LAST: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def ordered(items: list[Resource], options: Mapping[str, Any] | None) -> list[Resource]:
    """The objects as they are printed."""
    options = {"order": "legacy"} if options is None else options
    kind, lists = options.get("order") or "", options.get("legacySortOptions")
    if kind not in ("fifo", "legacy"):
        raise KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if kind == "fifo":
        if lists is not None:
            raise KustomizeError(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            )
        return items
    lists = lists or {"orderFirst": _FIRST, "orderLast": _LAST}
    first, last = lists.get("orderFirst") or (), lists.get("orderLast") or ()
    places = {name: index - len(first) for index, name in enumerate(first)}
    places.update((name, index + 1) for index, name in enumerate(last))

    def compare(left: Resource, right: Resource) -> int:
        return _compare(left, right, places)

    return sorted(items, key=cmp_to_key(compare))


def _compare(left: Resource, right: Resource, places: Mapping[str, int]) -> int:
    one, two = left.gvk, right.gvk
    if one == two:
        return _sign(_identity(left), _identity(right))
    by_kind = places.get(one.kind, 0) - places.get(two.kind, 0)
    if by_kind:
        return by_kind
    both = one.kind == two.kind == "Namespace" and not (one.group and two.group)
    return _sign(_text(two), _text(one)) if both else _sign(_text(one), _text(two))


def _sign(left: str, right: str) -> int:
    return (left > right) - (left < right)


def _text(gvk: Gvk) -> str:
    return f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"


def _identity(item: Resource) -> str:
    return f"{item.gvk}|{item.namespace or '~X'}|{item.name or '~N'}"
