"""A quota of the namespace refuses the pods, since a container leaves open what the quota limits.

A ResourceQuota of CPU or memory counts nothing that is not set; of a workload the refusal shows only in its events.

Fix: set what the finding names for every container, init containers too, or add a LimitRange with defaults.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near
from kplan.lint.quotas import is_about, quotas, unset
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject
from kplan.sentences import listed

_HARD: Final = FieldPath.of("spec", "hard")


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without what a quota about their pods limits; a LimitRange may fill it in."""
    if not subject.makes_pods:
        return
    for quota in subject.world.remember("quotas", quotas).get(subject.namespace, ()):
        if not is_about(quota, subject):
            continue
        unknown = "" if subject.names_namespace or are_near(subject, quota) else "it names no namespace"
        for container, missing in unset(subject, mapping(quota.spec, "hard")):
            path = container.path / "resources"
            message = (
                f"{container.title} sets no {listed(missing)}: ResourceQuota {quota.name!r} refuses the pod"
            )
            yield Finding(path, message, at_key=True, related=((quota, _HARD),), unknown=unknown)


def _manifests(resources: str, quota: str, more: str = "") -> str:
    return f"""\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: shop, namespace: shop}}
spec: {{{quota}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: a, image: b, resources: {{{resources}}}}}]}}
{more}"""


_QUOTA: Final = "hard: {requests.cpu: 2, limits.memory: 4Gi}"
_RANGE: Final = """\
---
apiVersion: v1
kind: LimitRange
metadata: {name: shop, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 256Mi, cpu: 1}}]}
"""

RULE = Rule(
    code="RES010",
    name="unset-under-quota",
    severity=Severity.ERROR,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    needs=frozenset({"ResourceQuota"}),
    good=(
        _manifests("requests: {cpu: 100m}, limits: {memory: 1Gi}", _QUOTA),
        _manifests("", _QUOTA, _RANGE),
        _manifests("", "hard: {pods: 10}"),
        _manifests("", _QUOTA + ", scopes: [Terminating]"),
    ),
    bad=(
        _manifests("requests: {cpu: 100m}", _QUOTA),
        _manifests("", "hard: {cpu: 2}"),
    ),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/#requests-vs-limits",),
)
