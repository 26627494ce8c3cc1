"""A role allows approving or signing certificates.

A certificate that the cluster signed is an identity: with one for ``system:masters`` or a node its owner needs no other right.

Fix: leave approval to the controllers; restrict ``signers`` with ``resourceNames``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import Finding, Rule, Subject

_GROUP: Final = "certificates.k8s.io"
_SIGNERS: Final = "signers"
_SIGN: Final = ("approve", "sign")
_RIGHTS: Final = (
    ("certificatesigningrequests/approval", ("update", "patch")),
    ("certificatesigningrequests/status", ("update", "patch")),
    (_SIGNERS, _SIGN),
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that approve requests, or issue their certificates, for signers of every name.

    The API server asks for the right to the signer as well, so a role that names its signers gives out no others.
    """
    rules = list(grants(subject))
    signers = [one for one in rules if _SIGNERS in one.resources and one.covers(_GROUP, _SIGN)]
    rights = () if signers and all(one.named for one in signers) else _RIGHTS
    for grant in rules:
        for resource, verbs in rights:
            if grant.allows(_GROUP, resource, *verbs):
                yield Finding(grant.at(resource), f"the role gives out certificates through {resource}")


RULE = Rule(
    code="RBA006",
    name="approves-certificates",
    severity=Severity.WARNING,
    kinds=ROLES,
    check=check,
    aliases=("checkov:CKV_K8S_156",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [example.com/own], verbs: [approve]}]
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/status], verbs: [update]}
- {apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [example.com/own], verbs: [sign]}
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
