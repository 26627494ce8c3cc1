"""A subject gains permissions that give it power over others.

With them it can take more than the role says: any role (escalate, bind), another identity (impersonate, tokens), the
Secrets of the cluster, commands in other people's pods, or what the API server admits.

Fix: name the verbs, resources and objects that are needed, in a Role of one namespace; leave out wildcards.
"""

from collections.abc import Iterator, Sequence

from kplan.plan.escalations import escalations
from kplan.plan.permissions import GROUP, permissions, without_covered
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare what subjects may do before and after, if roles or bindings change."""
    if not any(one.change.object.api_version.startswith(f"{GROUP}/") for one in changes):
        return
    before, after = permissions(outcome.prior), permissions(outcome.final)
    for subject in after.direct:
        gained = without_covered(after.of(subject), before.of(subject))
        found = list(escalations(gained))
        if found:
            yield Found(subject, f"newly {'; '.join(found)}", extent=len(found))


_ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ci}
rules: [{apiGroups: [""], resources: [%s], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ci}
subjects: [{kind: ServiceAccount, name: ci, namespace: default}]
"""

RISK = Risk(
    code="PLN009",
    name="escalating-permissions",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_ROLE % "pods", applied=_ROLE % "pods, secrets"),
    safe=Example(prior=_ROLE % "pods", applied=_ROLE % "pods, configmaps"),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
