"""Whom NetworkPolicies cut off is told at the top, once for many."""

from pathlib import Path

import pytest

from kplan.plan.risk import Example
from planning import plan_of

IN = "is reached by nobody any more, although a Service leads to it: no NetworkPolicy lets anybody in"
OUT = "can look up no name any more: no NetworkPolicy lets it out to DNS"


def pod(name: str, *ports: int) -> str:
    offered = ", ".join(f"{{containerPort: {port}}}" for port in ports or (80,))
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}}, "
        f"spec: {{containers: [{{name: c, image: c, ports: [{offered}]}}]}}}}\n---\n"
    )


def policy(types: str, more: str = "", name: str = "deny") -> str:
    return (
        f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, "
        f"spec: {{podSelector: {{}}, policyTypes: [{types}]{more}}}}}\n---\n"
    )


SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
TO_DNS = ", egress: [{ports: [{port: 53, protocol: UDP}]}]"
FROM_CLI = ", ingress: [{from: [{podSelector: {matchLabels: {app: cli}}}]}]"
DNS = (
    "{apiVersion: v1, kind: Pod, metadata: {name: dns, namespace: kube-system, labels: {k8s-app: kube-dns}}, "
    "spec: {containers: [{name: c, image: c, ports: "
    "[{containerPort: 53, protocol: UDP}, {containerPort: 53}, {containerPort: 9153}]}]}}\n---\n"
)
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
        (
            pod("web", 80, 9090) + pod("cli") + SERVICE,
            policy("Ingress", ", ingress: [{ports: [{port: 80}]}]"),
            [],
        ),
        (PAIR + policy("Ingress", FROM_CLI), policy("Ingress"), [f"web {IN}"]),
        (PAIR + DNS, policy("Egress", ", egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]"), []),
    ],
    ids=[
        "in",
        "out",
        "to DNS",
        "allowed beside",
        "there before",
        "one port of two",
        "from the only one",
        "metrics of DNS",
    ],
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
