"""Every case under fixtures/controllers and fixtures/kubelet: what is done to a cluster, and
what has come of it at rest.

``do`` lists commands, ``want`` what is compared; names, generated suffixes and durations are written as shell patterns.
"""

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.owners import controller_of
from kplan.api.pods import is_ready, is_terminating, node_of
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from kplan.selectors.labels import Selector

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = [
    pytest.param(yaml.safe_load(path.read_text()), id=f"{path.parent.name}/{path.stem}")
    for folder in ("controllers", "kubelet")
    for path in sorted((FIXTURES / folder).rglob("*.yaml"))
]


def make_node(name: str) -> dict[str, Any]:
    room = {"cpu": "8", "memory": "16Gi", "pods": "110"}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"capacity": room, "allocatable": room, "conditions": [ready]},
    }


def pairs(changes: dict[str, str | None]) -> list[str]:
    """Changes as the words of a command line."""
    return [f"{name}-" if text is None else f"{name}={text}" for name, text in changes.items()]


class Player:
    """Carries out a case."""

    def __init__(self, case: dict[str, Any]) -> None:
        nodes = [make_node(f"n{number + 1}") for number in range(case.get("nodes", 1))]
        self.cluster = Cluster.of(nodes, scenario=parse_scenario(case.get("scenario") or {}))
        self.cluster.advance(1)
        self.out: list[str] = []
        self.err: list[str] = []
        for step in case["do"]:
            ((verb, argument),) = step.items()
            printed = self.do(verb, argument)
            if printed is not None:
                self.out += printed.out
                self.err += printed.err
            if verb != "reopen":
                self.cluster.run()

    def do(self, verb: str, argument: Any) -> Any:
        kubectl = self.cluster.kubectl
        match verb:
            case "apply":
                return kubectl.apply(argument)
            case "delete":
                cascade = f"--cascade={argument.get('cascade', 'background')}"
                return kubectl.run("delete", argument["kind"], argument["name"], cascade)
            case "delete-pods":
                keys = sorted(pod_key(pod) for pod in self.pods(argument["selector"]))
                return kubectl.run("delete", "pod", *(key.name for key in keys[: argument["count"]]))
            case "label-pod":
                keys = sorted(pod_key(pod) for pod in self.pods(argument["selector"]))
                return kubectl.run("label", "pod", keys[0].name, *pairs(argument["labels"]), "--overwrite")
            case "annotate":
                words = pairs(argument["annotations"])
                kubectl.run("annotate", argument["kind"], argument["name"], *words, "--overwrite")
                return None
            case "label-node":
                return kubectl.run("label", "node", argument["name"], *pairs(argument["labels"]))
            case "scale":
                count = f"--replicas={argument['replicas']}"
                return kubectl.run("scale", argument["kind"], argument["name"], count)
            case "cordon" | "uncordon":
                return kubectl.run(verb, argument)
            case "taint":
                taint = argument["taint"]
                text = f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"
                return kubectl.run("taint", "node", argument["name"], text)
            case "drain":
                return kubectl.run("drain", argument["name"], *argument["flags"])
            case "fail":
                return self.cluster.incidents.fail([argument])
            case "reopen":
                self.cluster = Cluster(
                    self.cluster.store.fork(), scenario=self.cluster.scenario, start=self.cluster.clock.now
                )
                return None
            case "wait":
                return self.cluster.advance(argument)
        raise ValueError(verb)

    def pods(self, selector: str) -> list[dict[str, Any]]:
        return list(self.cluster.server.list("", "Pod", "", Selector.parse(selector)))

    def living(self, selector: str) -> list[dict[str, Any]]:
        return [pod for pod in self.pods(selector) if not is_terminating(pod)]

    def all(self, kind: str) -> list[dict[str, Any]]:
        resource = next(item for item in self.cluster.server.catalog.discovery if item.kind == kind)
        return list(self.cluster.server.list(resource.group, kind))

    def one(self, kind: str, name: str) -> dict[str, Any]:
        return next(value for value in self.all(kind) if value["metadata"]["name"] == name)

    def named(self, name: str) -> dict[str, Any]:
        kind, _, pattern = name.partition("/")
        return next(value for value in self.all(kind) if fnmatchcase(value["metadata"]["name"], pattern))

    def events(self) -> list[str]:
        return [
            f"{e.object.kind.lower()}/{e.object.name} {e.reason} {e.message}" for e in self.cluster.events()
        ]


def pod_key(pod: dict[str, Any]) -> ObjectKey:
    return ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])


def like(lines: list[str], patterns: list[str]) -> bool:
    return len(lines) == len(patterns) and all(map(matches, lines, patterns))


def matches(line: str, pattern: str) -> bool:
    return fnmatchcase(line, pattern.replace("[", "[[]"))


def compare(player: Player, name: str, wanted: Any) -> None:
    match name:
        case "kubectl":
            assert like(player.out, wanted), player.out
        case "errors":
            assert like(player.err, wanted), player.err
        case "events":
            events = player.events()
            missing = [pattern for pattern in wanted if not any(matches(line, pattern) for line in events)]
            assert not missing, "\n".join(events)
        case "narrative":
            for subject, messages in wanted.items():
                told = [line.split(" ", 2)[2] for line in player.events() if line.startswith(f"{subject} ")]
                assert like(told, messages), told
        case "ready":
            assert {sel: sum(map(is_ready, player.living(sel))) for sel in wanted} == wanted
        case "waiting":
            for selector, reason in wanted.items():
                states = [
                    item["state"]
                    for pod in player.pods(selector)
                    for item in pod["status"]["containerStatuses"]
                ]
                assert {state["waiting"]["reason"] for state in states} == {reason}
        case "restarts":
            found = {
                sel: [
                    item["restartCount"]
                    for pod in player.pods(sel)
                    for field in ("initContainerStatuses", "containerStatuses")
                    for item in pod["status"].get(field) or ()
                ]
                for sel in wanted
            }
            assert found == wanted
        case "phase":
            assert {sel: {pod["status"]["phase"] for pod in player.pods(sel)} for sel in wanted} == {
                sel: {phase} for sel, phase in wanted.items()
            }
        case "terminating":
            assert {sel: sum(map(is_terminating, player.pods(sel))) for sel in wanted} == wanted
        case "owned":
            assert {
                sel: sum(controller_of(pod) is not None for pod in player.pods(sel)) for sel in wanted
            } == wanted
        case "on":
            assert {sel: sorted({node_of(pod) for pod in player.living(sel)}) for sel in wanted} == wanted
        case "spread":
            for selector, counts in wanted.items():
                found = Counter(node_of(pod) for pod in player.living(selector))
                assert {node: found[node] for node in counts} == counts
        case "count":
            assert {kind: len(player.all(kind)) for kind in wanted} == wanted
        case "gone":
            assert not any(
                item["name"] == value["metadata"]["name"]
                for item in wanted
                for value in player.all(item["kind"])
            )
        case "objects":
            for item in wanted:
                status = player.one(item["kind"], item["name"]).get("status") or {}
                assert {key: status.get(key) for key in item["status"]} == item["status"]
        case "conditions":
            for item in wanted:
                status = player.one(item["kind"], item["name"])["status"]
                truth = conditions.find(status["conditions"], item["type"]) or {}
                assert (truth.get("status"), truth.get("reason")) == (item["status"], item["reason"]), status
        case "endpoints":
            for service, expected in wanted.items():
                slices = [
                    s
                    for s in player.all("EndpointSlice")
                    if s["metadata"]["labels"]["kubernetes.io/service-name"] == service
                ]
                truths: Counter[bool] = Counter(
                    e["conditions"]["ready"] for s in slices for e in s["endpoints"]
                )
                ports = sorted(port["port"] for s in slices for port in s["ports"])
                assert {"ready": truths[True], "unready": truths[False], "ports": ports} == expected
        case "port-names":
            for name, expected in wanted.items():
                value = player.named(name)
                ports = (value.get("subsets") or [value])[0]["ports"]
                assert [port["name"] for port in ports] == expected
        case "annotated":
            assert all(note in player.named(name)["metadata"]["annotations"] for name, note in wanted.items())
        case "hints":
            for service, expected in wanted.items():
                zones = Counter(
                    f"{endpoint['zone']} for {hint['name']}"
                    for item in player.all("EndpointSlice")
                    if item["metadata"]["labels"]["kubernetes.io/service-name"] == service
                    for endpoint in item["endpoints"]
                    for hint in (endpoint.get("hints") or {}).get("forZones") or [{"name": "all"}]
                )
                assert zones == expected
        case _:
            raise ValueError(name)


@pytest.mark.parametrize("case", CASES)
def test_a_cluster_comes_to_rest_as_wanted(case: dict[str, Any]) -> None:
    player = Player(case)
    assert case["want"]
    for name, wanted in case["want"].items():
        compare(player, name, wanted)
