"""A role allows creating PersistentVolumes.

A PersistentVolume may be any directory of a node, so whoever creates one reads and writes the node's files.

Fix: leave volumes to provisioners, and give users PersistentVolumeClaims.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that create PersistentVolumes."""
    for grant in grants(subject):
        if grant.allows("", "persistentvolumes", "create"):
            yield Finding(grant.at("persistentvolumes"), "the role creates PersistentVolumes")


RULE = Rule(
    code="RBA012",
    name="creates-volumes",
    severity=Severity.INFO,
    kinds=ROLES,
    check=check,
    preset=STRICT,
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [persistentvolumes], verbs: [create]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
