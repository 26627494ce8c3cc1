"""A role allows all verbs, resources or API groups.

``*`` as a verb, resource or group also covers what is added later, such as new custom resources and subresources.

Fix: list the verbs and resources that are needed.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report wildcards in verbs and resources; a wildcard group alone is common and harmless with named resources."""
    for index, rule in items(subject.value, "rules"):
        for field in ("verbs", "resources"):
            given = rule.get(field)
            if isinstance(given, list) and "*" in given:
                path = FieldPath.of("rules", index, field, given.index("*"))
                yield Finding(path, f"the role allows every {_what(field, rule.get('apiGroups'))}")


def _what(field: str, groups: object) -> str:
    named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
    if field == "verbs":
        return "verb"
    return (
        "resource"
        if "*" in named
        else f"resource of {' and '.join(group or 'the core group' for group in named)}"
    )


RULE = Rule(
    code="SEC013",
    name="wildcard-rules",
    severity=Severity.WARNING,
    kinds=frozenset({"Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io"}),
    check=check,
    aliases=("kube-linter:wildcard-in-rules", "checkov:CKV_K8S_49"),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: ["*"], verbs: [get]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
