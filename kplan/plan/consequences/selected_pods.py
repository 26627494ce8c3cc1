"""Which Services lead to the pods of a new or relabelled workload beside those of others.

- ``shares-service``: a Service that leads to pods of other workloads leads to its pods as well from now on.

Upstream: pkg/controller/endpointslice/endpointslice_controller.go (syncService)
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.serviceports import ports_of, selects_pods
from kplan.api.workloads import group_kind, pod_template
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.inventory import Inventory, selector_of_labels
from kplan.plan.reading import fields, items
from kplan.selectors.labels import Selector
from kplan.sentences import listed


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the Services that were there before, and whose selector finds its new labels and not its old ones."""
    after = world.after(change)
    labels, had = _labels(after), _labels(world.before(change))
    if change.action is Action.REFUSED or after is None or not labels or labels == had:
        return
    for service, selector in _selecting(change.object.namespace, labels, world):
        if had and selector.matches(had):
            continue
        found = Inventory.of(world.final).selected(change.object.namespace, selector)
        others = [one.object for one in found if one.object.key != key_of(change)]
        if others and _offers(service, after):
            titles = listed(one.title for one in others)
            message = f"leads to pods of {change.object.title} from now on, beside those of {titles}"
            yield Consequence("shares-service", Identity.of(service), message, Severity.INFO)


def _selecting(namespace: str, labels: Mapping[str, str], world: World) -> Iterator[tuple[Json, Selector]]:
    """The Services that were there before and select pods with these labels,
    looked up by the first label of each selector.
    """
    known = world.once(_by_label)
    for label in labels.items():
        for service, selector in known.get((namespace, *label), ()):
            if selector.matches(labels):
                yield service, selector


def _by_label(world: World) -> Mapping[tuple[str, str, str], Sequence[tuple[Json, Selector]]]:
    """The Services of the namespaces that have changes, by namespace and the first label of their selectors."""
    found = defaultdict[tuple[str, str, str], list[tuple[Json, Selector]]](list)
    for namespace in {one.object.namespace for one in world.changes if one.object.namespace}:
        for service in world.final.list("", "Service", namespace):
            selector = (
                selector_of_labels(fields(service, "spec", "selector")) if selects_pods(service) else None
            )
            if selector is not None and selector.exact and world.final.key_of(service) in world.prior:
                found[namespace, *selector.exact[0]].append((service, selector))
    return found


def _labels(workload: Json | None) -> Mapping[str, str]:
    """The labels of its pods."""
    template = pod_template(workload, group_kind(workload)) if workload else None
    return template.labels if template else {}


def _offers(service: Json, workload: Json) -> bool:
    """Whether its pods have one of the Service's ports: one that is asked for by number always is."""
    template = pod_template(workload, group_kind(workload))
    containers = items(fields(dict(template.value), "spec"), "containers") if template else ()
    names: set[Any] = {port.get("name") for one in containers for port in items(one, "ports")}
    wanted = [port.get("targetPort", port["port"]) for port in ports_of(service)]
    return not wanted or any(isinstance(one, int) or one in names for one in wanted)


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s%s}}
    spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 80}]}]}
---
"""
_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {tier: web}, ports: [{port: 80, targetPort: %s}]}}\n---\n"
_TIER: Final = ", tier: web"
_WEB: Final = _DEPLOYMENT % ("web", "web", "web", _TIER)
_SITE: Final = ("site", "site", "site")

FINDER = Finder(
    kinds=frozenset({"Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Pod"}),
    find=find,
    examples=(
        Example(_SERVICE % "http" + _WEB, _DEPLOYMENT % (*_SITE, _TIER), finds=("shares-service",)),
        Example(
            _SERVICE % "8080" + _WEB + _DEPLOYMENT % (*_SITE, ""),
            _DEPLOYMENT % (*_SITE, _TIER),
            finds=("shares-service",),
        ),
        Example(_SERVICE % "admin" + _WEB, _DEPLOYMENT % (*_SITE, _TIER)),
        Example(_SERVICE % "http" + _WEB, _DEPLOYMENT % (*_SITE, "")),
        Example(_WEB, _SERVICE % "http" + _DEPLOYMENT % (*_SITE, _TIER)),
        Example(_SERVICE % "http", _WEB),
    ),
)
