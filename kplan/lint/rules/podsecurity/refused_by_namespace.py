"""A namespace enforces a Pod Security Standard that a pod does not meet.

The namespace refuses the pods; of a workload that shows only when none is made.

Fix: change the field that the finding names, or label the namespace with a lower level.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.nearness import are_near
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject
from kplan.lint.world import World

if TYPE_CHECKING:
    from kplan.api.podsecurity.policy import LevelVersion


def check(subject: Subject) -> Iterator[Finding]:
    """Report every violation of the level that the namespace enforces, in the words of the admission plug-in."""
    enforced = subject.world.remember("enforcing namespaces", _enforcing)
    if not enforced or subject.namespace not in enforced:
        return
    from kplan.lint.podsecurity import violations  # noqa: PLC0415 - few namespaces enforce a level

    policy, namespace = enforced[subject.namespace]
    named = subject.names_namespace or are_near(subject, namespace)
    for path, message, _ in violations(subject, policy.level, policy.minor):
        unknown = "" if named else "it names no namespace"
        yield Finding(
            path, f"namespace {subject.namespace!r} refuses the pod: {message}", at_key=True, unknown=unknown
        )


def _enforcing(world: World) -> "Mapping[str, tuple[LevelVersion, Subject]]":
    """By name, the namespaces that enforce more than nothing; of several documents of one, the mildest."""
    namespaces = world.by_kind.get("Namespace", ())
    if not namespaces:
        return {}
    from kplan.api.podsecurity.policy import Level, LevelVersion, Policy  # noqa: PLC0415 - many inputs have none

    found: dict[str, tuple[LevelVersion, Subject]] = {}
    for one in namespaces:
        labels = mapping(one.value, "metadata", "labels")
        policy, wrong = Policy.of({key: str(value) for key, value in labels.items()})
        enforced = LevelVersion() if wrong else policy.enforce
        if one.name not in found or enforced.level.rank < found[one.name][0].level.rank:
            found[one.name] = enforced, one
    return {name: entry for name, entry in found.items() if entry[0].level is not Level.PRIVILEGED}


_NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: shop}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {hostNetwork: %s, containers: [{name: a, image: b}]}
"""
_PROBED = (
    (_NAMESPACE % "false")
    .replace("enforce: baseline", "enforce: baseline, pod-security.kubernetes.io/VERSION")
    .replace("image: b", "image: b, livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}")
)

RULE = Rule(
    code="PSS003",
    name="refused-by-namespace",
    severity=Severity.ERROR,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    needs=frozenset({"Namespace"}),
    good=(_NAMESPACE % "false", _PROBED.replace("VERSION", "enforce-version: v1.33")),
    bad=(
        _NAMESPACE % "true",
        _PROBED.replace("VERSION", "enforce-version: latest"),
        _PROBED.replace("VERSION", "enforce-version: v1.34"),
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-admission/",),
)
