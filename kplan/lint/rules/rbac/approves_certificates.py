"""A role allows approving or signing certificates.

A certificate that the cluster signed is an identity: with one for ``system:masters`` or a node its
owner needs no other right.

Fix: leave approval to the controllers; restrict ``signers`` with ``resourceNames``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, Grant, grants
from kplan.lint.rule import Finding, Rule, Subject

_GROUP: Final = "certificates.k8s.io"
_SIGNERS: Final = "signers"
_SIGN: Final = ("approve", "sign")
_OF_CLIENTS: Final = frozenset(
    {
        "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/legacy-unknown",
        "kubernetes.io/*",
    }
)  # fmt: skip
"""Signers whose certificates say to the API server who somebody is."""
_RIGHTS: Final = (
    ("certificatesigningrequests/approval", ("update", "patch")),
    ("certificatesigningrequests/status", ("update", "patch")),
    (_SIGNERS, _SIGN),
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that approve requests, or issue their certificates, for signers of clients.

    The API server asks for the right to the signer as well: a role without it, or with that of other signers, gives out
    nothing.

    Upstream: plugin/pkg/admission/certificates/{approval,signing}/admission.go
    """
    rights = _RIGHTS if any(map(_signs_for_clients, grants(subject))) else ()
    for grant in grants(subject):
        for resource, verbs in rights:
            if grant.allows(_GROUP, resource, *verbs):
                yield Finding(grant.at(resource), f"the role gives out certificates through {resource}")


def _signs_for_clients(grant: Grant) -> bool:
    """Whether it is the right to a signer whose certificates the API server takes: to one by its name, or to all."""
    about = _SIGNERS in grant.resources and grant.covers(_GROUP, _SIGN)
    return about and not (grant.names and _OF_CLIENTS.isdisjoint(grant.names))


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
rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}]
""",
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
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
- {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
- {apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [kubernetes.io/legacy-unknown], verbs: [approve]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
