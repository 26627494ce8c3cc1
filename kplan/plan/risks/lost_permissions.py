"""A service account that pods run under loses permissions, or a user or group does.

Programs that used them are refused from now on: requests to the API server fail with 403 (Forbidden).

Fix: keep the rule or the binding, or make sure first that nobody uses what it allows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.plan.permissions import GROUP, in_words, permissions, without_covered
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workloads import workloads
from kplan.sentences import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare what subjects may do before and after, if roles or bindings change."""
    if not any(one.change.object.api_version.startswith(f"{GROUP}/") for one in changes):
        return
    before, after = permissions(outcome.prior), permissions(outcome.final)
    users = defaultdict[tuple[str, str], list[str]](list)
    for one in workloads(outcome.final):
        account = one.identity.namespace, one.spec.get("serviceAccountName") or "default"
        users[account].append(one.identity.title)
    for subject in before.direct:
        lost = without_covered(before.of(subject), after.of(subject))
        names = users.get((subject.namespace, subject.name)) if subject.kind == "ServiceAccount" else None
        if lost and (names or subject.kind != "ServiceAccount"):
            runs = f" (pods of {listed(names)} run under it)" if names else ""
            yield Found(subject, f"may no longer {in_words(lost)}{runs}", extent=len(lost))


_ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: operator}
rules: [{apiGroups: [""], resources: [pods], verbs: [%s]}]
---
"""
_OPERATOR = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: operator}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
---
apiVersion: v1
kind: Pod
metadata: {name: operator}
spec: {containers: [{name: operator, image: "registry.example.com/operator:1"}]}
"""

RISK = Risk(
    code="PLN010",
    name="lost-permissions",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_ROLE % "get, delete" + _OPERATOR, applied=_ROLE % "get"),
    safe=Example(prior=_ROLE % "get, delete" + _OPERATOR, applied=_ROLE % "delete, get, list"),
    of_change=True,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/",),
)
