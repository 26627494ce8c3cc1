"""No placement breaks a rule: what the scheduler decided is judged again here, from the manifests alone."""

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kplan.api.podresources import host_ports, parse_resources, pod_requests
from kplan.scheduler.scheduler import Scheduler
from kplan.selectors.labels import Selector
from kplan.selectors.nodes import RequiredNodeAffinity
from kplan.selectors.taints import untolerated
from tests.unit.scheduler.scenarios import REQUIRED, Scenario, scenario

Json = dict[str, Any]
EXAMPLES = int(os.environ.get("KPLAN_FUZZ", "100"))


@pytest.mark.fuzz
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(st.integers(0, 2**32))
def test_no_placement_breaks_a_rule(seed: int) -> None:
    world = scenario(seed)
    nodes = {node["metadata"]["name"]: node for node in world.nodes}
    cache, scheduler = world.cache(incremental=True), Scheduler()
    placed: list[tuple[Json, Json]] = []
    for value in world.pods:
        decision = scheduler.schedule_one(cache, cache.parser.parse(value))
        if not decision.node:
            continue
        scheduler.commit(cache, decision)
        node = nodes[decision.node]
        assert broken_rules(world, value, node, placed) == []
        placed.append((value, node))


def broken_rules(world: Scenario, pod: Json, node: Json, placed: list[tuple[Json, Json]]) -> list[str]:
    broken = []
    here = [other for other, where in placed if where is node]
    taken: Counter[str] = Counter()
    for other in (*here, pod):
        taken.update(pod_requests(other))
    offered = parse_resources(node["status"]["allocatable"])
    asked = pod_requests(pod)
    broken += [name for name, amount in taken.items() if asked.get(name) and amount > offered.get(name, 0)]
    broken += ["pods"] if len(here) + 1 > offered["pods"] else []
    spec, labels = pod["spec"], node["metadata"]["labels"]
    tolerations = spec.get("tolerations") or []
    broken += ["taint"] if untolerated(node["spec"]["taints"], tolerations) else []
    cordoned = node["spec"]["unschedulable"] and not any(
        item.get("operator") == "Exists" for item in tolerations
    )
    broken += ["cordon"] if cordoned else []
    broken += (
        [] if RequiredNodeAffinity.of(spec).matches(node["metadata"]["name"], labels) else ["node affinity"]
    )
    used = {
        (protocol, port): address for other in here for address, protocol, port in host_ports(other["spec"])
    }
    for address, protocol, port in host_ports(spec):
        other_address = used.get((protocol, port))
        if other_address is not None and ("0.0.0.0" in (address, other_address) or address == other_address):
            broken.append("port")
    return broken + broken_affinity(world, pod, node, placed) + broken_spread(world, pod, node, placed)


def broken_affinity(world: Scenario, pod: Json, node: Json, placed: list[tuple[Json, Json]]) -> list[str]:
    broken = []
    for owner, other, where in [
        *((pod, other, where) for other, where in placed),
        *((other, pod, where) for other, where in placed),
    ]:
        broken += [
            "anti-affinity"
            for term in terms(owner, "podAntiAffinity")
            if matches(world, term, owner, other) and together(term["topologyKey"], node, where)
        ]
    wanted = terms(pod, "podAffinity")
    if any(term["topologyKey"] not in node["metadata"]["labels"] for term in wanted):
        broken.append("affinity key")
    friends = [where for other, where in placed if all(matches(world, term, pod, other) for term in wanted)]
    alone = not any(
        term["topologyKey"] in where["metadata"]["labels"] for term in wanted for where in friends
    )
    if wanted and not (alone and all(matches(world, term, pod, pod) for term in wanted)):
        near = all(any(together(term["topologyKey"], node, where) for where in friends) for term in wanted)
        broken += [] if near else ["affinity"]
    return broken


def terms(pod: Json, kind: str) -> list[Json]:
    return ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(REQUIRED) or []


def matches(world: Scenario, term: Json, owner: Json, other: Json) -> bool:
    namespace = other["metadata"]["namespace"]
    labels = {
        item["metadata"]["name"]: item["metadata"]["labels"]
        for item in world.objects
        if item["kind"] == "Namespace"
    }
    named = term.get("namespaces") or (
        [] if "namespaceSelector" in term else [owner["metadata"]["namespace"]]
    )
    chosen = "namespaceSelector" in term and Selector.from_label_selector(term["namespaceSelector"]).matches(
        labels[namespace]
    )
    return (namespace in named or chosen) and Selector.from_label_selector(term["labelSelector"]).matches(
        other["metadata"]["labels"]
    )


def together(key: str, one: Json, other: Json) -> bool:
    here, there = one["metadata"]["labels"].get(key), other["metadata"]["labels"].get(key)
    return here is not None and here == there


def broken_spread(world: Scenario, pod: Json, node: Json, placed: list[tuple[Json, Json]]) -> list[str]:
    hard = [
        item
        for item in pod["spec"].get("topologySpreadConstraints") or []
        if item["whenUnsatisfiable"] == "DoNotSchedule"
    ]
    keys = [item["topologyKey"] for item in hard]
    broken = ["spread key"] if any(key not in node["metadata"]["labels"] for key in keys) else []
    for item in hard:
        counted = [
            other
            for other in world.nodes
            if all(key in other["metadata"]["labels"] for key in keys) and counts(item, pod, other)
        ]
        domains = Counter({other["metadata"]["labels"][item["topologyKey"]]: 0 for other in counted})
        selector = own_selector(item, pod)
        for other, where in placed:
            same = other["metadata"]["namespace"] == pod["metadata"]["namespace"]
            if (
                same
                and any(where is one for one in counted)
                and not selector.empty
                and selector.matches(other["metadata"]["labels"])
            ):
                domains[where["metadata"]["labels"][item["topologyKey"]]] += 1
        least = min(domains.values(), default=0) if len(domains) >= item.get("minDomains", 1) else 0
        here = domains[node["metadata"]["labels"].get(item["topologyKey"], "")] + selector.matches(
            pod["metadata"]["labels"]
        )
        broken += ["spread"] if here - least > item["maxSkew"] else []
    return broken


def own_selector(item: Json, pod: Json) -> Selector:
    selector = Selector.from_label_selector(item["labelSelector"])
    own = {
        key: pod["metadata"]["labels"][key]
        for key in item.get("matchLabelKeys", [])
        if key in pod["metadata"]["labels"]
    }
    return selector.adding(Selector.from_set(own).requirements)


def counts(item: Json, pod: Json, node: Json) -> bool:
    spec, labels = pod["spec"], node["metadata"]["labels"]
    if item.get("nodeAffinityPolicy", "Honor") == "Honor" and not RequiredNodeAffinity.of(spec).matches(
        node["metadata"]["name"], labels
    ):
        return False
    return item.get("nodeTaintsPolicy") != "Honor" or not untolerated(
        node["spec"]["taints"], spec.get("tolerations") or []
    )
