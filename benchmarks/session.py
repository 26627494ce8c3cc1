"""A session at a sandbox of 50 Deployments: a hundred verbs, each a process, and the processor time that each takes.

    python benchmarks/session.py [--deployments 50] [--limit 0.6] [--repeat 1]

With ``--repeat`` the session is played anew so often, and the least time of each verb counts: the noise of
a busy machine only adds.
"""

import argparse
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

SESSION = """
create namespace shop
create deployment front --image=nginx:1.27 --replicas=3
create deployment front --image=nginx:1.27 -n shop
create configmap settings --from-literal=color=blue
create secret generic login --from-literal=password=unknown
create job once --image=hello-world
create cronjob hourly --image=hello-world --schedule=0 * * * *
create quota small --hard=pods=10 -n shop
create role reader --verb=get,list --resource=pods
create rolebinding readers --role=reader --user=ann
create serviceaccount robot
create poddisruptionbudget front --selector=app=front --min-available=1
create ingress front --rule=shop.example.com/*=front:80
create service nodeport door --tcp=80:8080
create -f bare.yaml
run tool --image=busybox --command -- sleep 1d
run one --image=nginx --port=80 --expose
expose deployment front --port=80
expose deployment app-1 --port=80 --target-port=8080 --type=LoadBalancer
autoscale deployment app-2 --min=2 --max=4 --cpu=80%
get pods
get pods -A
get pods -A -o wide
get deployments,services
get all
get nodes -o wide
get pods -o name
get deployment front -o yaml
get deployments -o json
get pods -o jsonpath={.items[*].metadata.name}
get pods -o go-template={{range.items}}{{.metadata.name}} {{end}}
get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName
get pods -l app=front --show-labels -L app
get pods --sort-by=.metadata.creationTimestamp
get pods --field-selector=spec.nodeName=node-2
get pods -w
get events
describe pod tool
describe deployment front
describe node node-2
describe service front
scale deployment front --replicas=5
scale deployment app-3 app-4 --replicas=1
set image deployment/front nginx=nginx:1.28
set image deployment/app-5 web=registry.example.com/web:2
set env deployment/front COLOR=green
set env deployment/app-6 --from=configmap/settings
set env deployment/front --list
set resources deployment app-7 --requests=cpu=100m
set serviceaccount deployment app-8 robot
rollout status deployment/front
rollout history deployment/front
rollout undo deployment/front
rollout restart deployment/app-9
rollout pause deployment/app-10
set image deployment/app-10 web=registry.example.com/web:2
rollout resume deployment/app-10
label pods -l app=front tier=web
label deployment app-11 tier=web
label node node-3 disk=fast
annotate deployment front owner=ann
annotate pods --all seen=yes
taint nodes node-4 only=batch:NoSchedule
taint nodes node-4 only-
patch deployment app-12 -p {"spec":{"replicas":3}}
patch deployment app-13 --type=json -p [{"op":"replace","path":"/spec/replicas","value":1}]
patch deployment app-14 --subresource=scale --type=merge -p {"spec":{"replicas":3}}
replace -f bare.yaml
apply -f apps.json
apply -f changed.json
apply -f changed.json --server-side --force-conflicts
apply view-last-applied deployment app-15
diff -f other.json
diff -f apps.json
delete pod one
delete pods -l app=app-16
delete deployment app-17 app-18
delete -f bare.yaml
cordon node-2
drain node-2 --ignore-daemonsets --delete-emptydir-data --force
uncordon node-2
wait deployment/front --for=condition=Available
wait pods -l app=front --for=condition=Ready
auth can-i create deployments
auth can-i list pods --as ann
auth whoami
events
events --for deployment/front
explain deployment.spec
explain pods.spec.containers --recursive
api-resources
api-versions
version
cluster-info
logs job/once
exec tool -- env
port-forward deployment/front 8080:80
why deployment/front
route deployment/front app-1:80
advance 10m
cluster info
get cronjobs,jobs,hpa,pdb,ingresses
"""
"""A verb a line."""


class Cost(NamedTuple):
    """What a verb took."""

    line: str
    seconds: float
    exit: int


def deployment(name: str, image: str = "registry.example.com/web:1") -> Json:
    """A Deployment of two pods."""
    labels = {"app": name}
    container = {"name": "web", "image": image, "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels}, "spec": spec}  # fmt: skip


def files(directory: Path, deployments: int) -> None:
    """Write the manifests that the session reads."""
    apps = [deployment(f"app-{number}") for number in range(deployments)]
    changed, other = apps[15 % deployments]["metadata"]["name"], apps[16 % deployments]["metadata"]["name"]
    bare = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bare"}, "data": {"key": "value"}}
    written = {
        "apps.json": {"apiVersion": "v1", "kind": "List", "items": apps},
        "changed.json": deployment(changed, "registry.example.com/web:2"),
        "other.json": deployment(other, "registry.example.com/web:2"),
        "bare.yaml": bare,
    }
    for name, value in written.items():
        (directory / name).write_text(json.dumps(value))


def lines() -> list[list[str]]:
    """The words of every verb."""
    return [list(words(line)) for line in SESSION.strip().splitlines()]


def words(line: str) -> Iterator[str]:
    """The words of a line: where it holds JSON or a template, what follows ``-p`` or ``-o`` is one word."""
    for flag in (" -p ", " -o ", " --schedule="):
        before, found, after = line.partition(flag)
        if found and not after.isalpha():
            yield from before.split()
            yield from [flag.strip(), after] if flag.endswith(" ") else [flag.strip() + after]
            return
    yield from line.split()


def played(arguments: Sequence[str], directory: Path) -> Cost:
    """Run kplan in a directory, in a process of its own."""
    child = os.fork()
    if child == 0:
        os.chdir(directory)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execv(sys.executable, [sys.executable, "-m", "kplan", *arguments])
    _, status, used = os.wait4(child, 0)
    return Cost(shlex.join(arguments), used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status))


def session(deployments: int) -> list[Cost]:
    """A new sandbox, and the cost of every verb on it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        files(directory, deployments)
        for setup in (["cluster", "create", "--nodes", "4x16cpu,64Gi"], ["apply", "-f", "apps.json"]):
            if played(setup, directory).exit:
                raise SystemExit(f"{shlex.join(setup)} failed")
        return [played(line, directory) for line in lines()]


def table(costs: Sequence[Cost], limit: float) -> str:
    """Rows of Markdown and what they come to."""
    width = max(len(cost.line) for cost in costs)
    rows = [f"| {cost.line.replace('|', chr(92) + '|'):<{width}} | {cost.seconds:>5.2f} |" for cost in costs]
    over = sum(cost.seconds > limit for cost in costs)
    seconds = sorted(cost.seconds for cost in costs)
    return "\n".join(
        [
            f"| {'verb':<{width}} | cpu s |",
            f"|{'-' * (width + 2)}|-------|",
            *rows,
            "",
            f"{len(costs)} verbs: median {seconds[len(seconds) // 2]:.2f} s, the slowest {seconds[-1]:.2f} s, {over} over {limit:g} s",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deployments", type=int, default=50)
    parser.add_argument("--limit", type=float, default=0.6)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    sessions = [session(options.deployments) for _ in range(options.repeat)]
    print(
        table(
            [min(costs, key=lambda cost: cost.seconds) for costs in zip(*sessions, strict=True)],
            options.limit,
        )
    )
    for cost in sessions[0]:
        if cost.exit not in (0, 1):
            print(f"exit {cost.exit}: {cost.line}", file=sys.stderr)


if __name__ == "__main__":
    main()
