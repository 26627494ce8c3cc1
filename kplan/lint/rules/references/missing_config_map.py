"""A pod needs a ConfigMap that is not defined in the input.

The pod stays in ContainerCreating or CreateContainerConfigError until the ConfigMap exists.

Fix: add the ConfigMap to what is applied, correct the name, or mark the reference ``optional``.
"""

from collections.abc import Iterator
from itertools import chain

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.referring import missing, present
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report ConfigMaps, and keys of them, that the run does not hold."""
    yield from missing(subject, "", "ConfigMap")
    for reference, found in present(subject, "", "ConfigMap"):
        fields = (mapping(one.value, name) for one in found for name in ("data", "binaryData"))
        keys = set(chain.from_iterable(fields))
        if reference.key and reference.key not in keys and not reference.optional:
            path = (reference.path.parent or reference.path) / "key"
            yield Finding(path, f"ConfigMap {reference.target.name!r} has no key {reference.key!r}")


RULE = Rule(
    code="REF001",
    name="missing-config-map",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:env-value-from",
        "kubevious:env-config-map-ref",
        "kubevious:env-from-config-map-ref",
        "kubevious:volume-config-map-ref",
    ),
    good=(
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
""",
        "spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings, optional: true}}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings}}]}]}",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, env: [{name: X, valueFrom: {configMapKeyRef: {name: settings, key: x}}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {y: '1'}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/configmap/",),
)
