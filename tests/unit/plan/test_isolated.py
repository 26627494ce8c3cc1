"""Whom NetworkPolicies cut off is told at the top, once for many."""

from pathlib import Path

import pytest

from kplan.plan.risk import Example
from planning import plan_of

IN = "is reached by nobody any more, although a Service leads to it: no NetworkPolicy lets anybody in"
OUT = "can look up no name any more: no NetworkPolicy lets it out to DNS"


def pod(name: str) -> str:
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}}, "
        "spec: {containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}}\n---\n"
    )


def policy(types: str, more: str = "", name: str = "deny") -> str:
    return (
        f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, "
        f"spec: {{podSelector: {{}}, policyTypes: [{types}]{more}}}}}\n---\n"
    )


SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
TO_DNS = ", egress: [{ports: [{port: 53, protocol: UDP}]}]"
PAIR = pod("web") + pod("cli") + SERVICE


@pytest.mark.parametrize(
    ("prior", "applied", "expected"),
    [
        (PAIR, policy("Ingress"), [f"web {IN}"]),
        (PAIR, policy("Egress"), [f"cli {OUT}", f"web {OUT}"]),
        (PAIR, policy("Egress", TO_DNS), []),
        (
            PAIR,
            policy("Ingress") + policy("Ingress", ", ingress: [{from: [{podSelector: {}}]}]", "allow"),
            [],
        ),
        (PAIR + policy("Ingress"), policy("Ingress", name="again"), []),
    ],
    ids=["in", "out", "to DNS", "allowed beside", "there before"],
)
def test_who_is_cut_off(prior: str, applied: str, expected: list[str], tmp_path: Path) -> None:
    risks = plan_of(Example(prior, applied), tmp_path).risks
    assert sorted(f"{one.object.name} {one.message}" for one in risks if one.code == "PLN040") == expected


def test_many_are_told_of_together(tmp_path: Path) -> None:
    risks = plan_of(Example("".join(map(pod, "abcdefg")), policy("Egress")), tmp_path).risks
    (found,) = [one for one in risks if one.code == "PLN040"]
    assert found.object.kind == "NetworkPolicy"
    assert (
        found.message
        == f"cuts off 7 workloads (pod/a -n default, pod/b -n default, pod/c -n default and 4 more): each {OUT}"
    )
