"""Dumps of a small cluster with a few values replaced, dropped or misplaced at random.

A dump made from nothing but chance ends at its first broken object; one in which nearly all is
sound reaches the actors.
"""

import contextlib
import copy
import io
import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

CLUSTER = Path(__file__).parent.parent / "fixtures" / "fuzz" / "cluster.yaml"
KINDS = (
    "nodes,ns,pods,svc,deploy,rs,sts,ds,jobs,cronjobs,secrets,cm,pv,pvc,sc,events,crd,widgets,quota,limits,netpol,ing,hpa,pdb,"
    "priorityclasses,roles,rolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings,endpoints,endpointslices,sa,"
    "controllerrevisions"
)
COMMANDS = (
    f"get {KINDS} -A --state {{}}", f"get {KINDS} -A -o wide --state {{}}", f"get {KINDS} -A -o yaml --state {{}}",
    f"describe {KINDS} -A --state {{}}", "events -A --state {}", "diff -f SOUND --state {}", "plan -f SOUND --state {}",
    "plan -f SOUND --server-side --state {}", "nodes --survival --state {}", "why deployment/web --state {}",
    "why -f SOUND --state {}", "capacity -f SOUND --state {}",
    "drain a --force --ignore-daemonsets --delete-emptydir-data --state {}", "fail b --state {}", "advance 10m --state {}",
    "scale deployment/web --replicas 5 --state {}", "rollout history deployment/web --state {}",
    "rollout restart statefulset/db --state {}", "rollout status daemonset/agent --state {}", "rollout undo deployment/web --state {}",
    "delete pods --all --state {}", "label nodes --all x=y --state {}", "taint nodes a k=v:NoExecute --state {}",
    "set image deployment/web web=nginx:2 --state {}", "route deployment/web svc/web:80 --state {}",
    "wait --for condition=Available deployment/web --state {}", "upgrade --to 1.37 --state {}",
    "auth can-i get pods --as system:serviceaccount:default:default --state {}", "create job next --from cronjob/nightly --state {}",
    "expose deployment/web --name other --port 80 --state {}", "autoscale deployment/web --max 4 --state {}",
    "lint {}", "dry-run -f {} -o jsonl",
)  # fmt: skip


@cache
def _printed() -> str:
    from kplan.cli.main import run

    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run(["get", KINDS, "-A", "-o", "json", "--show-secrets", "--state", str(CLUSTER)])
    out.seek(0)
    text = out.read()
    assert code == 0, text
    return text


def sound() -> list[Any]:
    """The objects of the cluster at rest."""
    return list(json.loads(_printed())["items"])


def damaged(chance: random.Random, odd: Sequence[Any]) -> list[Any]:
    """The objects of the cluster with one to four things wrong."""
    objects = sound()
    for _ in range(chance.randint(1, 4)):
        _damage(chance, objects, odd)
    return objects


def _damage(chance: random.Random, objects: list[Any], odd: Sequence[Any]) -> None:
    victim = chance.choice(objects)
    places = list(_places(victim))
    if not places:
        return
    inside, key = chance.choice(places)
    match chance.randrange(5):
        case 0:
            del inside[key]
        case 1 if isinstance(inside, list):
            inside.append(copy.deepcopy(inside[key]))
        case 1:
            inside[str(chance.choice(odd))] = copy.deepcopy(inside[key])
        case 2:
            other, there = chance.choice(list(_places(victim)))
            inside[key] = copy.deepcopy(other[there])
        case _:
            inside[key] = copy.deepcopy(chance.choice(odd))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or mapping of a value with each of its indices or keys."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from _places(inner)
