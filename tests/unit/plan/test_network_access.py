"""Who loses whom under NetworkPolicies: by workload, by direction, by port."""

import json
from pathlib import Path

from kplan.plan.access import Access
from kplan.plan.effect import Isolation
from kplan.plan.finder import Example
from kplan.plan.planfile import from_json, to_json
from kplan.state.store import Store
from tests.unit.plan.played import consequences, plan_of

POD = """
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: %s, labels: {app: %s}}
spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 80}, {name: sql, containerPort: 5432}]}]}
---
"""
SPACES = "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: %s}}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: b}}\n---\n"
PODS = POD % ("web", "b", "web") + POD % ("cli", "a", "cli")
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: %s, namespace: %s}
spec: %s
---
"""


def messages(prior: str, applied: str, tmp_path: Path) -> list[tuple[str, str, str]]:
    found = consequences(plan_of(Example(prior, applied), tmp_path))
    return [(one.name, one.object.name, one.message) for one in found]


def test_one_port_of_several(tmp_path: Path) -> None:
    spec = "{podSelector: {}, ingress: [{ports: [{port: http}]}]}"
    assert messages(SPACES % "x" + PODS, POLICY % ("one", "b", spec), tmp_path) == [
        (
            "no-longer-reached",
            "web",
            "can no longer be reached by anybody (the outside and pod/cli -n a) on port 5432/TCP",
        )
    ]


def test_what_is_allowed_is_not_told(tmp_path: Path) -> None:
    spec = "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]}"
    assert messages(SPACES % "x" + PODS, POLICY % ("one", "b", spec), tmp_path) == [
        ("no-longer-reached", "web", "can no longer be reached by the outside on ports 80/TCP, 5432/TCP")
    ]


def test_a_label_of_a_namespace_opens_what_a_policy_asks_for(tmp_path: Path) -> None:
    spec = "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]}"
    prior = SPACES % "z" + PODS + POLICY % ("one", "b", spec)
    assert messages(prior, SPACES % "x", tmp_path) == [
        ("newly-reached", "web", "can now be reached by pod/cli -n a on ports 80/TCP, 5432/TCP")
    ]


def test_what_could_not_leave_before_is_not_lost(tmp_path: Path) -> None:
    shut = POLICY % ("shut", "a", "{podSelector: {}, policyTypes: [Egress]}")
    spec = "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}"
    found = messages(SPACES % "x" + PODS + shut, POLICY % ("one", "b", spec), tmp_path)
    assert not any("cli" in message for _, _, message in found)


def test_dns_is_named(tmp_path: Path) -> None:
    spec = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 80}]}]}"
    assert messages(SPACES % "x" + PODS, POLICY % ("out", "a", spec), tmp_path) == [
        (
            "no-longer-connects",
            "cli",
            "can no longer connect to DNS and the outside; pod/web -n b on port 5432/TCP",
        )
    ]


def test_many_workloads_that_lose_the_same_are_told_of_together(tmp_path: Path) -> None:
    pods = "".join(POD % (f"p{number}", "a", "x") for number in range(9))
    found = messages(SPACES % "x" + pods, POLICY % ("all", "a", "{podSelector: {}}"), tmp_path)
    assert len(found) < 9
    assert any(" workloads (pod/" in message for _, _, message in found)


def test_a_consequence_of_many_names_them_all_and_what_they_lose(tmp_path: Path) -> None:
    pods = "".join(POD % (f"p{number}", "a", "x") for number in range(9))
    plan = plan_of(Example(SPACES % "x" + pods, POLICY % ("all", "a", "{podSelector: {}}")), tmp_path)
    (together,) = [one for one in consequences(plan) if one.workloads]
    assert together.message.startswith(f"means for {len(together.workloads)} workloads (pod/")
    assert {one.isolation for one in consequences(plan)} == {Isolation.INCOMING}


def test_a_plan_of_format_1_1_says_nothing_of_isolation(tmp_path: Path) -> None:
    plan = plan_of(Example(SPACES % "x" + PODS, POLICY % ("all", "b", "{podSelector: {}}")), tmp_path)
    document = json.loads(to_json(plan)) | {"format_version": "1.1"}
    for planned in document["changes"]:
        for told in planned["effects"]["consequences"]:
            del told["isolation"], told["workloads"]
    (read,) = consequences(from_json(json.dumps(document)).plan)
    assert (read.name, read.isolation, read.workloads) == ("no-longer-reached", None, ())


def test_pods_that_policies_cannot_tell_apart_are_judged_once() -> None:
    def pod(number: int) -> dict[str, object]:
        metadata = {
            "name": f"p{number}",
            "namespace": "a",
            "uid": str(number),
            "labels": {"app": str(number)},
        }
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}, "status": {"phase": "Running"}}  # fmt: skip

    prior = Store.of([pod(number) for number in range(500)])
    final = prior.fork()
    spec = {"podSelector": {}, "policyTypes": ["Ingress"]}
    final.put({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x", "namespace": "a"}, "spec": spec})  # fmt: skip
    access = Access(prior, final)
    assert access.size <= 4
    assert len(list(access.losses())) == 500
