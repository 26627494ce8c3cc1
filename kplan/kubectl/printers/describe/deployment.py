"""Deployments.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DeploymentDescriber),
staging/src/k8s.io/kubectl/pkg/util/deployment/deployment.go
"""

from collections.abc import Iterable

from kplan.api import owners
from kplan.api.object import Json
from kplan.controllers.deployment.replicasets import find_new, oldest_first
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, moment
from kplan.selectors.labels import Selector


def deployment(value: Json, page: Page, scene: Scene) -> None:
    """A Deployment: how far its rollout is, its template and its ReplicaSets."""
    spec, status = value["spec"], value.get("status") or {}
    identity(page, value)
    page.field(0, "CreationTimestamp", moment(value["metadata"].get("creationTimestamp")))
    labelled(page, value)
    page.field(0, "Selector", Selector.from_label_selector(spec.get("selector")))
    counts = [f"{spec.get('replicas', 1)} desired"]
    for word, field in (
        ("updated", "updatedReplicas"),
        ("total", "replicas"),
        ("available", "availableReplicas"),
        ("unavailable", "unavailableReplicas"),
    ):
        counts.append(f"{status.get(field, 0)} {word}")
    page.field(0, "Replicas", " | ".join(counts))
    _strategy(page, spec)
    pod_template(page, spec.get("template") or {})
    conditions(page, status.get("conditions"), ("type", "status", "reason"), spaced=1)
    _replica_sets(page, value, scene)
    events(page, value, scene)


def _strategy(page: Page, spec: Json) -> None:
    strategy = spec.get("strategy") or {}
    page.field(0, "StrategyType", strategy.get("type") or "")
    page.field(0, "MinReadySeconds", spec.get("minReadySeconds", 0))
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        limits = [rolling.get("maxUnavailable", "<nil>"), rolling.get("maxSurge", "<nil>")]
        page.field(0, "RollingUpdateStrategy", f"{limits[0]} max unavailable, {limits[1]} max surge")


def _replica_sets(page: Page, value: Json, scene: Scene) -> None:
    selector = Selector.from_label_selector(value["spec"].get("selector"))
    candidates = scene.store.list("apps", "ReplicaSet", value["metadata"].get("namespace") or "")
    owned = oldest_first(
        one
        for one in candidates
        if selector.matches(one["metadata"].get("labels") or {}) and owners.is_controlled_by(one, value)
    )
    if owned:
        new = find_new(value, owned)
        page.field(0, "OldReplicaSets", _counted(one for one in owned if one is not new))
        page.field(0, "NewReplicaSet", _counted([new] if new else []))


def _counted(found: Iterable[Json]) -> str:
    texts = [
        f"{one['metadata']['name']} ({(one.get('status') or {}).get('replicas', 0)}/"
        f"{one['spec'].get('replicas', 1)} replicas created)"
        for one in found
    ]
    return ", ".join(texts) or NONE
