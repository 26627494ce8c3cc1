"""What one diff, plan, get and apply costs beside the size of the state: spread over namespaces, and all in one.

    python benchmarks/plan.py [--sizes 1000 10000] [--changed 1] [--one-namespace] [--only diff plan get apply]

The state is made of applications at rest, nine objects each (Deployment, ReplicaSet, three pods, Service,
EndpointSlice, Endpoints, ConfigMap). Each command is a process of its own, measured by its processor time and largest
memory; the last column is the growth from one size to the next as an exponent: 1 is proportional.
"""

import argparse
import itertools
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from kplan.cluster.cluster import Cluster
from kplan.pipeline.resting import worked_out
from kplan.state.sources.nodes import make_nodes, parse_shapes
from kplan.state.sources.sqlite import HOME, Database
from kplan.state.store import Store

Json = dict[str, Any]
PER_APP = 9
_APPS_A_NAMESPACE = 25
_SURGE = 2
"""How many times their pods applications may have while all of them roll out."""
_TOKEN = "app-token"
_NAMESPACE = "namespace-token"


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    mebibytes: float
    exit: int


def manifests(name: str, namespace: str, image: str = "registry.example/web:1") -> list[Json]:
    """What a user writes of an application."""
    meta = {"name": name, "namespace": namespace, "labels": {"app": name}}
    container = {
        "name": "web",
        "image": image,
        "ports": [{"containerPort": 8080}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
    }
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": name}}, "template": template}
    ports = [{"port": 80, "targetPort": 8080}]
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"key": "value"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": {"app": name}, "ports": ports}},
    ]  # fmt: skip


def state(objects: int, *, one_namespace: bool) -> Store:
    """So many objects of applications at rest, and the nodes they run on."""
    apps = objects // PER_APP
    nodes = list(make_nodes(parse_shapes(f"{max(3, math.ceil(apps * 3 * _SURGE / 90))}x32cpu,128Gi,110pods")))
    namespaces = 1 if one_namespace else math.ceil(apps / _APPS_A_NAMESPACE)
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"space-{number}"}}
        for number in range(namespaces)
    ]
    prior = Cluster.of([*nodes, *spaces])
    prior.run()
    store = prior.store
    pattern = [json.dumps(value) for value in _pattern()]
    addresses = (f"10.{100 + n // 65000}.{n // 250 % 256}.{n % 250 + 1}" for n in itertools.count())
    spread = itertools.cycle(node["metadata"]["name"] for node in nodes)
    for number in range(apps):
        space = f"space-{number // _APPS_A_NAMESPACE if not one_namespace else 0}"
        store.load(_copies(pattern, number, space, spread, addresses))
    return store


def _pattern() -> list[Json]:
    """The objects of one application at rest."""
    nodes = list(make_nodes(parse_shapes("1x32cpu,128Gi,110pods")))
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE}}
    cluster = Cluster.of([*nodes, space])
    cluster.run()
    before = {cluster.store.key_of(value) for value in cluster.store}
    for value in manifests(_TOKEN, _NAMESPACE):
        text = json.dumps(value, separators=(",", ":")) + "\n"
        annotations = {"kubectl.kubernetes.io/last-applied-configuration": text}
        cluster.client().create({**value, "metadata": {**value["metadata"], "annotations": annotations}})
    cluster.run()
    made = [value for value in cluster.store if cluster.store.key_of(value) not in before]
    return [value for value in made if value["kind"] != "Event"]


def _copies(
    pattern: Sequence[str], number: int, space: str, nodes: Iterator[str], addresses: Iterator[str]
) -> Iterator[Json]:
    """The pattern once more, with names, uids, addresses and nodes of its own."""
    values = [
        json.loads(text.replace(_TOKEN, f"app-{number:05}").replace(_NAMESPACE, space)) for text in pattern
    ]
    swaps = {'"node-1"': f'"{next(nodes)}"'}
    for value in values:
        metadata = value["metadata"]
        metadata.pop("resourceVersion", None)
        swaps[metadata["uid"]] = f"{number:08x}{metadata['uid'][8:]}"
        if value["kind"] == "Pod":
            swaps[f'"{value["status"]["podIP"]}"'] = f'"{next(addresses)}"'
        if value["kind"] == "Service":
            swaps[f'"{value["spec"]["clusterIP"]}"'] = f'"10.96.{number // 250 + 1}.{number % 250 + 1}"'
    for value in values:
        text = json.dumps(value)
        for old, new in swaps.items():
            text = text.replace(old, new)
        yield json.loads(text)


def measured(arguments: Sequence[str], directory: Path) -> Cost:
    """Run kplan in a directory."""
    child = os.fork()
    if child == 0:
        os.chdir(directory)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.execv(sys.executable, [sys.executable, "-m", "kplan", *arguments])
    _, status, used = os.wait4(child, 0)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


COMMANDS = {
    "diff": ("diff", "-f", "changed.json"),
    "plan": ("plan", "-f", "changed.json"),
    "get": ("get", "pods", "--all-namespaces"),
    "apply": ("apply", "-f", "changed.json"),
}
"""In this order, since an apply changes the state."""


def prepare(directory: Path, size: int, changed: int, *, one_namespace: bool) -> int:
    """Store a state, and write a file that changes so many of its objects; the answer is how many objects there are."""
    store = state(size, one_namespace=one_namespace)
    (directory / HOME).parent.mkdir(parents=True, exist_ok=True)
    Database(directory / HOME).commit(
        store, base=0, at="2026-01-01T00:00:00Z", note="benchmark", resting=worked_out(store)
    )
    apps = size // PER_APP
    items = []
    for number in range(changed):
        app = number * max(1, apps // changed) % apps
        name = f"app-{app:05}"
        space = f"space-{0 if one_namespace else app // _APPS_A_NAMESPACE}"
        configuration, deployment, service = manifests(name, space, "registry.example/web:2")
        configuration["data"] = {"key": "other"}
        service["spec"]["ports"][0]["targetPort"] = 8081
        items.append((deployment, configuration, service)[number // apps % 3])
    (directory / "changed.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return len(store)


def report(options: argparse.Namespace, size: int, before: dict[str, tuple[int, float]]) -> None:
    """Print one size."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        # In a process of its own: what this one has taken would count as the largest memory of those it starts.
        with get_context("spawn").Pool(1) as pool:
            given = {"one_namespace": options.one_namespace}
            count = pool.apply(prepare, (directory, size, options.changed), given)
        for command in (name for name in COMMANDS if name in options.only):
            cost = measured(COMMANDS[command], directory)
            growth = ""
            if command in before:
                earlier, took = before[command]
                growth = f"{math.log(cost.seconds / took) / math.log(count / earlier):>6.2f}"
            before[command] = (count, cost.seconds)
            print(
                f"{count:>7} {options.changed:>7} {command:<6} {cost.seconds:>8.2f} s {cost.mebibytes:>6.0f} MiB"
                f"  exit {cost.exit} {growth}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--changed", type=int, default=1)
    parser.add_argument("--one-namespace", action="store_true")
    parser.add_argument("--only", nargs="+", choices=tuple(COMMANDS), default=tuple(COMMANDS))
    options = parser.parse_args()
    before: dict[str, tuple[int, float]] = {}
    print("objects changed command    cost  memory  exit growth")
    for size in options.sizes:
        report(options, size, before)


if __name__ == "__main__":
    main()
