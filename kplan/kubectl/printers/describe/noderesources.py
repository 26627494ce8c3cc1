"""What the pods on a node ask of it, pod by pod and in sum.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeNodeResource)
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api import resourcelists
from kplan.api.core.node import NodeStatus
from kplan.api.meta import Resource
from kplan.api.object import Json
from kplan.api.pods import is_terminal, node_of
from kplan.api.quantity import Quantity
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene

_HUGE_PAGES: Final = "hugepages-"
_COUNTED: Final = ("cpu", "memory", "ephemeral-storage")
_INFINITE: Final = -(1 << 63)
"""What Go prints for an infinite percentage."""

Amounts = Mapping[str, Quantity]


def pods_of(node: str, scene: Scene) -> list[Json]:
    """The pods on a node that have not ended."""
    return [pod for pod in scene.list("", "Pod") if node_of(pod) == node and not is_terminal(pod)]


def usage(page: Page, status: NodeStatus, pods: Sequence[Json], scene: Scene) -> None:
    """The table of pods and the table of sums."""
    available = resourcelists.parse(status.allocatable or status.capacity)
    page.field(0, "Non-terminated Pods", f"({len(pods)} in total)")
    titles = ("CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    page.row(1, "Namespace", "Name", "", *titles)
    page.row(1, "---------", "----", "", *("-" * len(title) for title in titles))
    for pod in pods:
        requests = resourcelists.pod_requests(pod, status=True)
        limits = resourcelists.pod_limits(pod, status=True)
        cells = [
            _with_share(amounts, name, available, unknown=_INFINITE)
            for name in ("cpu", "memory")
            for amounts in (requests, limits)
        ]
        metadata = Resource(pod).metadata
        age = scene.age(metadata.creation_timestamp)
        page.row(1, metadata.namespace, metadata.name, "", *cells, age)
    _sums(page, available, pods)


def _sums(page: Page, available: Amounts, pods: Sequence[Json]) -> None:
    page.row(0, "Allocated resources:")
    page.row(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    page.row(1, "Resource", "Requests", "Limits")
    page.row(1, "--------", "--------", "------")
    requests: resourcelists.ResourceList = {}
    limits: resourcelists.ResourceList = {}
    for pod in pods:
        resourcelists.add(requests, resourcelists.pod_requests(pod))
        resourcelists.add(limits, resourcelists.pod_limits(pod))
    for name in (*_COUNTED, *sorted(name for name in available if name.startswith(_HUGE_PAGES))):
        page.row(1, name, *(_with_share(amounts, name, available) for amounts in (requests, limits)))
    for name in sorted(available):
        if name not in (*_COUNTED, "pods") and not name.startswith(_HUGE_PAGES):
            page.row(1, name, *(amounts.get(name, Quantity()).canonical() for amounts in (requests, limits)))


def _with_share(amounts: Amounts, name: str, available: Amounts, unknown: int = 0) -> str:
    """An amount, and the part of the node that it is."""
    amount, all_of_it = amounts.get(name, Quantity()), available.get(name, Quantity())
    whole = all_of_it.milli() if name == "cpu" else all_of_it.value()
    part = amount.milli() if name == "cpu" else amount.value()
    share = int(part / whole * 100) if whole else unknown
    return f"{amount.canonical()} ({share}%)"
