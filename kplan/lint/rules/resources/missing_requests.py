"""A container does not say how much CPU or memory it needs.

Without requests the scheduler may overload nodes, an autoscaler cannot compute utilization, and the pod is among
the first to be evicted.

Fix: set ``resources.requests.cpu`` and ``resources.requests.memory``.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

RESOURCES: Final = Option(
    "RES001.resources", Takes.TEXTS, ("cpu", "memory"), "What every container has to request."
)
_NONE: Final[Mapping[str, str]] = {}
AMOUNTS: Final = Option(
    "RES001.amounts",
    Takes.QUANTITIES,
    _NONE,
    "What --unsafe-fixes writes if a request is missing, as {cpu: 50m, memory: 64Mi}; without it there is no fix.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report missing requests; a limit stands in for the request of the same resource."""
    for container in subject.lasting_containers():
        pod = mapping(container.pod_spec, "resources", "requests")
        resources = mapping(container.value, "resources")
        given = {*mapping(resources, "requests"), *mapping(resources, "limits"), *pod}
        missing = [name for name in subject.option(RESOURCES) if name not in given]
        if missing:
            message = f"{container.title} requests no {' and no '.join(missing)}"
            path = container.path / "resources" / "requests"
            amounts = subject.option(AMOUNTS)
            edits = [put(path / name, amounts[name]) for name in missing if name in amounts]
            fix = unsafe("request what is configured", *edits) if edits else None
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="RES001",
    name="missing-requests",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(RESOURCES, AMOUNTS),
    assumes={AMOUNTS.key: {"cpu": "50m", "memory": "64Mi"}},
    fixes=(Safety.UNSAFE,),
    aliases=(
        "kube-linter:unset-cpu-requirements",
        "kube-score:container-resources",
        "polaris:cpuRequestsMissing",
        "polaris:memoryRequestsMissing",
        "checkov:CKV_K8S_10",
        "checkov:CKV_K8S_12",
        "datree:CONTAINERS_MISSING_MEMORY_REQUEST_KEY",
        "datree:CONTAINERS_MISSING_CPU_REQUEST_KEY",
    ),
    good=("spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 100m, memory: 64Mi}}}]}",),
    bad=("spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 100m}}}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
)
