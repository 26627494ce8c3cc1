"""An autoscaler measures a share of requests that the pods do not have.

Utilization is a percentage of what the containers request: where one of them requests nothing, or the one that is
named is not there, the autoscaler never scales.

Fix: set ``resources.requests`` of that resource for every container, or use a target of type ``AverageValue``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.container import Container
from kplan.lint.limitranges import defaults, given
from kplan.lint.nearness import are_near
from kplan.lint.rule import Finding, Rule, Subject
from kplan.sentences import listed

_SOURCES: Final = {"Resource": "resource", "ContainerResource": "containerResource"}
_SPEC: Final = FieldPath("spec")
_APART: Final = "it stands apart, and may be another application's"
_PROXIES: Final = ("proxy", "agent", "envoy", "daprd", "sidecar")
_INJECTED: Final = "a mesh may put the container into the pods"


def check(subject: Subject) -> Iterator[Finding]:
    """Report metrics of utilization by containers of the target that request nothing of it;
    without metrics it is that of CPU.
    """
    target = next(
        (one for each in subject.references for one in subject.world.meant_by(subject, each.target)), None
    )
    if target is None or not target.templates or target.is_live:
        return
    for path, resource, only in _shares(subject.spec):
        if only and all(only != one.name for one in target.lasting_containers()):
            names = listed([repr(one.name) for one in target.main_containers()])
            message = f"{resource} cannot be measured: {target.object.gvk.kind} {target.name!r} has no container {only!r}"
            apart = "" if are_near(subject, target) else _APART
            injected = _INJECTED if any(one in only for one in _PROXIES) else ""
            yield Finding(
                FieldPath.of(*path.steps[:-1], "container"),
                message,
                f"it has {names}",
                unknown=apart or injected,
            )
            continue
        lacking = _lacking(target, resource, only)
        if lacking is not None:
            message = f"{resource} cannot be measured: {lacking.title} of {target.object.gvk.kind} {target.name!r} requests none"
            apart = "" if are_near(subject, target) else _APART
            related = ((target, lacking.path / "resources"),)
            yield Finding(path, message, at_key=path == _SPEC, related=related, unknown=apart)


def _shares(spec: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str, str]]:
    """Where a percentage of requests stands, of which resource, and of which container if not of all."""
    percentage = spec.get("targetCPUUtilizationPercentage")
    if percentage is not None:
        yield _SPEC / "targetCPUUtilizationPercentage", "cpu", ""
    elif not spec.get("metrics"):
        yield _SPEC, "cpu", ""
    for index, metric in items(spec, "metrics"):
        field = _SOURCES.get(text(metric, "type"), "")
        source = mapping(metric, field)
        if mapping(source, "target").get("averageUtilization") is not None:
            path = _SPEC / "metrics" / index / field / "name"
            yield path, text(source, "name"), text(source, "container")


def _lacking(target: Subject, resource: str, only: str) -> Container | None:
    """The first container that requests nothing of a resource, whatever fills in what it leaves open.

    Upstream: pkg/controller/podautoscaler/replica_calculator.go (calculatePodRequests)
    """
    if resource in given(mapping(target.pod_spec(), "resources"), "requests", defaults(target, "requests")):
        return None
    for container in target.main_containers():
        asked = only in ("", container.name)
        if asked and resource not in given(mapping(container.value, "resources"), "requests", {}):
            return container
    return None


_WEB: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, resources: {%s}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {%s}}}]
"""
_SHARE: Final = "type: Utilization, averageUtilization: 80"
_OF_ONE: Final = (_WEB % ("requests: {cpu: 100m}", _SHARE)).replace(
    "type: Resource, resource: {", "type: ContainerResource, containerResource: {container: NAME, "
)

RULE = Rule(
    code="AVL022",
    name="autoscaler-without-requests",
    severity=Severity.WARNING,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    looks_around=True,
    good=(
        _WEB % ("requests: {cpu: 100m}", _SHARE),
        _OF_ONE.replace("NAME", "a"),
        _OF_ONE.replace("NAME", "istio-proxy"),
        _WEB % ("", "type: AverageValue, averageValue: 500m"),
        _WEB % ("", _SHARE)
        + "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, defaultRequest: {cpu: 100m}}]}\n",
    ),
    bad=(_WEB % ("requests: {memory: 1Gi}", _SHARE), _OF_ONE.replace("NAME", "web")),
    references=(
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details",
    ),
)
