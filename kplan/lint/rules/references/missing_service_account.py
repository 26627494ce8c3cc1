"""A pod or binding names a ServiceAccount that is not defined in the input.

The API server refuses every pod that uses it: the Deployment exists and nothing runs.

Fix: add the ServiceAccount or correct the name.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_BINDINGS: Final = frozenset(
    {"RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"}
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report ServiceAccounts that the run does not hold; every namespace has one named default."""
    found = missing(subject, "", "ServiceAccount")
    if subject.kind not in _BINDINGS:
        yield from found
        return
    for one in found:
        yield one if one.unknown else one._replace(unknown=_elsewhere(subject, one.path))


def _elsewhere(binding: Subject, path: FieldPath) -> str:
    """Why a binding may be for what is installed apart from it; empty if pods of the namespace stand beside it."""
    from kplan.lint.beside import pods_beside  # noqa: PLC0415 - few bindings name what is not there

    reference = next(one for one in binding.references if one.path == path)
    namespace = reference.target.namespace or binding.namespace
    return (
        ""
        if pods_beside(binding, namespace)
        else f"nothing that makes pods in the namespace {namespace} stands beside it"
    )


RULE = Rule(
    code="REF003",
    name="missing-service-account",
    severity=Severity.WARNING,
    kinds=POD_OWNERS | _BINDINGS,
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:non-existent-service-account",
        "kubevious:service-account-ref",
        "kubevious:role-binding-service-account-ref",
    ),
    good=(
        "spec: {serviceAccountName: default, containers: [{name: a, image: b}]}",
        "spec: {serviceAccount: reader, serviceAccountName: default, containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {serviceAccountName: reader, containers: [{name: a, image: b}]}",
        "spec: {serviceAccount: reader, containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/service-accounts/",),
)
