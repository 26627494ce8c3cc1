"""A NetworkPolicy has rules for a direction that it is not about.

``policyTypes`` decides: rules of a direction that it does not name are ignored, and the traffic is not restricted.

Fix: add the direction to ``policyTypes``, or remove its rules.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules of a direction that the policy does not name; without ``policyTypes`` the rules decide."""
    types = subject.spec.get("policyTypes")
    if not isinstance(types, list) or not types:
        return
    for field, direction in (("ingress", "Ingress"), ("egress", "Egress")):
        if subject.spec.get(field) and direction not in types:
            message = f"the rules have no effect: policyTypes does not name {direction}"
            yield Finding(FieldPath.of("spec", field), message, at_key=True)


def _policy(spec: str) -> str:
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec: {{podSelector: {{}}, {spec}}}\n"


RULE = Rule(
    code="NET012",
    name="rules-without-effect",
    severity=Severity.WARNING,
    kinds=frozenset({"NetworkPolicy.networking.k8s.io"}),
    check=check,
    good=(_policy("policyTypes: [Ingress, Egress], egress: [{}]"), _policy("egress: [{}]")),
    bad=(_policy("policyTypes: [Ingress], egress: [{}]"),),
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
)
