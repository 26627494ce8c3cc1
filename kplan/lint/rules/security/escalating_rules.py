"""A role lets its subjects gain more rights than it lists.

``escalate``, ``bind`` and ``impersonate``, reading all Secrets, or running commands in pods are
ways around RBAC itself.

Fix: remove the verb or resource, or restrict it with ``resourceNames``.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import listed_texts
from kplan.lint.rule import Finding, Rule, Subject

_VERBS = frozenset({"escalate", "bind", "impersonate"})
_READ = frozenset({"get", "list", "watch", "*"})


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that hand out rights indirectly."""
    for index, rule in items(subject.value, "rules"):
        verbs, resources = listed_texts(rule.get("verbs")), listed_texts(rule.get("resources"))
        path = FieldPath.of("rules", index)
        if rule.get("resourceNames"):
            continue
        for verb in sorted(_VERBS & set(verbs)):
            yield Finding(path / "verbs" / verbs.index(verb), f"the role allows to {verb}")
        if "secrets" in resources and _READ & set(verbs) and subject.kind.startswith("ClusterRole."):
            yield Finding(path / "resources" / resources.index("secrets"), "the role reads every Secret")
        for name in ("pods/exec", "pods/attach", "nodes/proxy"):
            every = f"*/{name.partition('/')[2]}"
            written = next((one for one in (name, every) if one in resources), "")
            if written and {"create", "get", "*"} & set(verbs):
                place = path / "resources" / resources.index(written)
                yield Finding(place, f"the role runs commands through {name}")


RULE = Rule(
    code="SEC014",
    name="escalating-rules",
    severity=Severity.WARNING,
    kinds=frozenset({"Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io"}),
    check=check,
    aliases=(
        "polaris:clusterrolePodExecAttach",
        "polaris:rolePodExecAttach",
        "kube-linter:access-to-secrets",
        "checkov:CKV_K8S_157",
        "checkov:CKV_K8S_158",
        "checkov:CKV2_K8S_2",
        "checkov:CKV2_K8S_3",
        "checkov:CKV2_K8S_5",
    ),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: runner}
rules: [{apiGroups: [""], resources: ["*/exec"], verbs: [create]}]
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
