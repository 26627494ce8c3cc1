"""Namespaces, and what limits them: ResourceQuotas and LimitRanges.

Decided: resources of a limit are sorted; kubectl prints them in a different order every time.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (NamespaceDescriber, ResourceQuotaDescriber,
LimitRangeDescriber)
"""

from collections.abc import Iterable, Iterator
from typing import Final

from kplan.api.core.configuration import LimitRange, Namespace, ResourceQuota
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import quantity

_CONDITION: Final = ("type", "status", "lastTransitionTime", "reason", "message")
_TITLES: Final = ("Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
_SCOPES: Final = {
    "Terminating": "Matches all pods that have an active deadline. "
    "These pods have a limited lifespan on a node before being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. "
    "These pods usually include long running pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. "
    "These pods have a best effort quality of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. "
    "These pods have a burstable or guaranteed quality of service.",
}


def namespace(value: Json, page: Page, scene: Scene) -> None:
    """A Namespace with its quotas and limits."""
    found = Namespace(value)
    name, status = found.metadata.name, found.status
    page.field(0, "Name", name)
    labelled(page, value)
    page.field(0, "Status", status.phase)
    conditions(page, status.conditions, _CONDITION)
    page.end()
    _quotas(page, scene.list("", "ResourceQuota", name))
    page.end()
    ranges = scene.list("", "LimitRange", name)
    if not ranges:
        page.row(0, "No LimitRange resource.")
        return
    page.row(0, "Resource Limits")
    page.row(0, " Type", *_TITLES)
    page.row(0, " ----", *("-" * len(title) for title in _TITLES))
    for one in ranges:
        _limits(page, one, " ")


def _quotas(page: Page, quotas: Iterable[Json]) -> None:
    if not quotas:
        page.row(0, "No resource quota.")
        return
    page.row(0, "Resource Quotas")
    for one in quotas:
        page.field(1, "Name", one["metadata"]["name"])
        _scopes(page, one, 1, "* ")
        page.row(1, "Resource", "Used", "Hard")
        page.row(1, "--------", "---", "---")
        for name, used, hard in _usage(one):
            page.row(1, name, quantity(used), quantity(hard))


def resource_quota(value: Json, page: Page, scene: Scene) -> None:
    """A ResourceQuota: what is used of what there may be."""
    del scene
    identity(page, value)
    _scopes(page, value, 0, " * ")
    page.row(0, "Resource", "Used", "Hard")
    page.row(0, "--------", "----", "----")
    for name, used, hard in _usage(value):
        limit, now = Quantity.parse(str(hard)), Quantity.parse(str("0" if used is None else used))
        if limit.format is not now.format:
            now = Quantity.of(now.value(), 0, limit.format)
        page.row(0, name, now.canonical(), limit.canonical())


def _scopes(page: Page, value: Json, level: int, bullet: str) -> None:
    scopes = sorted(ResourceQuota(value).spec.scopes)
    if scopes:
        page.field(level, "Scopes", ", ".join(scopes))
    for scope in scopes:
        if scope in _SCOPES:
            page.row(level, f"{bullet}{_SCOPES[scope]}")


def _usage(value: Json) -> Iterator[tuple[str, object, object]]:
    status = ResourceQuota(value).status
    hard, used = status.hard, status.used
    for name in sorted(hard):
        yield name, used.get(name), hard[name]


def limit_range(value: Json, page: Page, scene: Scene) -> None:
    """A LimitRange."""
    del scene
    identity(page, value)
    page.row(0, "Type", *_TITLES)
    page.row(0, "----", *("-" * len(title) for title in _TITLES))
    _limits(page, value, "")


def _limits(page: Page, value: Json, indent: str) -> None:
    for item in LimitRange(value).spec.limits:
        columns = (item.min, item.max, item.default_request, item.default, item.max_limit_request_ratio)
        for name in sorted({name for column in columns for name in column}):
            cells = [quantity(column[name]) if name in column else "-" for column in columns]
            page.row(0, f"{indent}{item.type}", name, *cells)
