"""A role allows writing the status of Services.

Nodes send traffic for the addresses in ``status.loadBalancer`` to the Service, so whoever writes them takes over
traffic to any address (CVE-2020-8554).

Fix: leave ``services/status`` to the load balancer's controller.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that write the status of every Service."""
    for grant in grants(subject):
        if grant.allows("", "services/status", "update", "patch"):
            yield Finding(grant.at("services/status"), "the role writes the addresses of every Service")


RULE = Rule(
    code="RBA009",
    name="redirects-services",
    severity=Severity.INFO,
    kinds=ROLES,
    check=check,
    preset=STRICT,
    aliases=("checkov:CKV2_K8S_4",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [services/status], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [services/status], verbs: [patch]}]
""",
    ),
    references=("https://github.com/kubernetes/kubernetes/issues/97076",),
)
