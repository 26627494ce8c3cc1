"""Deployments.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DeploymentDescriber),
staging/src/k8s.io/kubectl/pkg/util/deployment/deployment.go
"""

from collections.abc import Iterable

from kplan.api import owners
from kplan.api.apps import Deployment, DeploymentSpec
from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.api.workloadspec import replicas_of, status_count
from kplan.controllers.deployment.replicasets import find_new, oldest_first
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, chosen, moment


def deployment(value: Json, page: Page, scene: Scene) -> None:
    """A Deployment: how far its rollout is, its template and its ReplicaSets."""
    found = Deployment(value)
    spec, status = found.spec, found.status
    identity(page, value)
    page.field(0, "CreationTimestamp", moment(found.metadata.creation_timestamp))
    labelled(page, value)
    page.field(0, "Selector", chosen(spec.selector))
    counts = (
        f"{replicas_of(value)} desired",
        f"{status.updated_replicas} updated",
        f"{status.replicas} total",
        f"{status.available_replicas} available",
        f"{status.unavailable_replicas} unavailable",
    )
    page.field(0, "Replicas", " | ".join(counts))
    _strategy(page, spec)
    pod_template(page, spec.template)
    conditions(page, status.conditions, ("type", "status", "reason"), spaced=1)
    _replica_sets(page, value, scene)
    events(page, value, scene)


def _strategy(page: Page, spec: DeploymentSpec) -> None:
    page.field(0, "StrategyType", spec.strategy.type)
    page.field(0, "MinReadySeconds", spec.min_ready_seconds)
    rolling = spec.strategy.rolling_update
    if rolling is not None:
        down, up = (
            "<nil>" if limit is None else limit for limit in (rolling.max_unavailable, rolling.max_surge)
        )
        page.field(0, "RollingUpdateStrategy", f"{down} max unavailable, {up} max surge")


def _replica_sets(page: Page, value: Json, scene: Scene) -> None:
    selector = chosen(Deployment(value).spec.selector)
    owned = oldest_first(
        one
        for one in scene.store.list("apps", "ReplicaSet", namespace_of(value))
        if selector.matches(labels_of(one)) and owners.is_controlled_by(one, value)
    )
    if owned:
        new = find_new(value, owned)
        page.field(0, "OldReplicaSets", _counted(one for one in owned if one is not new))
        page.field(0, "NewReplicaSet", _counted([new] if new else []))


def _counted(found: Iterable[Json]) -> str:
    texts = [
        f"{one['metadata']['name']} ({status_count(one, 'replicas')}/{replicas_of(one)} replicas created)"
        for one in found
    ]
    return ", ".join(texts) or NONE
