"""What a lint costs, as whole processes: first and again, with one core and with all, of one file and of many objects.

    python benchmarks/lint.py [DIRECTORY] [--sizes 100 1000 10000 50000] [--write docs/performance.md]

Processor time, wall time and the largest memory of one process; beside them, as far as they are installed, what reads
the same files with other tools. The objects are made: applications of a Deployment, a Service and a ConfigMap, a file
each, ten to a folder. With a DIRECTORY, its files as well. The exponent is the growth of processor time from the size
before: 1 is proportional.
"""

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kplan.manifest.writer import to_yaml_documents

SMALL = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: value}\n"
HEAD = ("", "cpu s", "wall s", "MiB", "")
READ = "import sys, yaml, pathlib\nfor path in pathlib.Path(sys.argv[1]).rglob('*.y*ml'):\n    try: list(yaml.load_all(path.read_text('utf-8', 'replace'), yaml.CSafeLoader))\n    except Exception: pass"


class Cost(NamedTuple):
    """What a process took."""

    cpu: float
    wall: float
    memory: float


def application(number: int) -> str:
    name = f"app-{number}"
    labels = {"app.kubernetes.io/name": name}
    container = {
        "name": "app", "image": f"registry.example.com/{name}:1.{number}",
        "ports": [{"containerPort": 8080, "name": "http"}],
        "envFrom": [{"configMapRef": {"name": name}}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
        "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "runAsNonRoot": True, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
        },
    }  # fmt: skip
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return to_yaml_documents(
        [
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
             "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}},
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
             "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": "http"}]}},
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"mode": "fast"}},
        ]
    )  # fmt: skip


def made(folder: Path, objects: int) -> Path:
    for number in range((objects + 2) // 3):
        path = folder / str(number // 10) / f"{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(application(number))
    return folder


def cost(command: Sequence[str], **environment: str) -> Cost:
    """Run a process; byte code is kept, as an installed package has it."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    running = subprocess.Popen(
        command, env={**kept, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(running.pid, 0)
    running.returncode = 0
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / (1 << 10))


def best(times: int, command: Sequence[str], **environment: str) -> Cost:
    return min((cost(command, **environment) for _ in range(times)), key=lambda one: one.cpu)


def lint(*words: str) -> list[str]:
    return [sys.executable, "-m", "kplan", "lint", "-o", "concise", *words]


def row(name: str, found: Cost, note: str = "") -> tuple[str, ...]:
    return name, f"{found.cpu:.2f}", f"{found.wall:.2f}", f"{found.memory:.0f}", note


def starts(folder: Path) -> Iterator[tuple[str, ...]]:
    path = folder / "config.yaml"
    path.write_text(SMALL)
    cache = str(folder / "starts")
    reference = [sys.executable, "-c", "import yaml, click"]
    cost(lint(str(path)), KPLAN_CACHE_DIR=cache)
    # In turn, so that what else the machine does falls on all of them.
    turns = [
        (cost(reference), cost(lint("--no-cache", str(path))), cost(lint(str(path)), KPLAN_CACHE_DIR=cache))
        for _ in range(15)
    ]
    base, first, again = map(min, zip(*turns, strict=True))
    yield row("python -c 'import yaml, click'", base)
    yield row("lint one ConfigMap", first, f"{first.cpu / base.cpu:.1f} times that")
    yield row("lint it again", again, f"{again.cpu / base.cpu:.1f} times that")


def beside(directory: Path, schemas: str | None) -> Iterator[tuple[str, ...]]:
    yield row("PyYAML (C) alone", cost([sys.executable, "-c", READ, str(directory)]), "reads, checks nothing")
    if (program := shutil.which("kubeconform")) and schemas:
        words = [program, "-strict", "-n", str(os.cpu_count()), "-schema-location", schemas, str(directory)]
        yield row("kubeconform -strict", best(3, words), "schemas of built-in kinds")


def many(
    directory: Path, cache: str, before: tuple[float, float] | None, size: int
) -> Iterator[tuple[str, ...]]:
    one = cost(lint("--no-cache", "--jobs", "1", str(directory)))
    growth = math.log(one.cpu / before[1]) / math.log(size / before[0]) if before else 0
    yield row("first, --jobs 1", one, f"exponent {growth:.2f}" if before else "")
    every = cost(lint(str(directory)), KPLAN_CACHE_DIR=cache)
    yield row("first, all cores", every, f"{one.wall / every.wall:.1f} times as fast")
    again = best(3, lint(str(directory)), KPLAN_CACHE_DIR=cache)
    yield row("again", again, f"{one.cpu / again.cpu:.0f} times as fast")


def hook(directory: Path, cache: str) -> Iterator[tuple[str, ...]]:
    """What pre-commit runs after a change of one file."""
    path = str(directory / "3" / "33.yaml")
    yield row("the changed file, as the hook names it", best(5, lint("--no-cache", "--force-exclude", path)))
    cost(lint("--force-exclude", path), KPLAN_CACHE_DIR=cache)
    yield row("again", best(5, lint("--force-exclude", path), KPLAN_CACHE_DIR=cache))
    cost(lint(str(directory)), KPLAN_CACHE_DIR=cache)
    yield row("one file changed, the whole directory given", min(_changed(directory, Path(path), cache)))


def _changed(directory: Path, path: Path, cache: str) -> Iterator[Cost]:
    for number in range(5):
        path.write_text(f"{path.read_text()}# {number}\n")
        yield cost(lint(str(directory)), KPLAN_CACHE_DIR=cache)


def table(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(one[place]) for one in rows) for place in range(len(HEAD))]
    lines = [
        "| " + " | ".join(text.ljust(width) if place in (0, 4) else text.rjust(width) for place, (text, width) in enumerate(zip(one, widths, strict=True))) + " |"
        for one in rows
    ]  # fmt: skip
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([f"{title}:", "", lines[0], rule, *lines[1:], ""])


def tables(given: argparse.Namespace, folder: Path) -> Iterator[str]:
    yield table("One small file", [HEAD, *starts(folder)])
    before: tuple[float, float] | None = None
    for size in given.sizes:
        directory = made(folder / f"objects-{size}", size)
        rows = list(many(directory, str(folder / f"cache-{size}"), before, size))
        before = size, float(rows[0][1])
        yield table(f"{size:,} objects", [HEAD, *rows, *beside(directory, given.schemas)])
        if size == 1000:
            yield table(
                "One file changed of these 1,000 objects", [HEAD, *hook(directory, str(folder / "hook"))]
            )
    if given.directory:
        rows = list(many(Path(given.directory), str(folder / "cache"), None, 1))
        yield table(given.title, [HEAD, *rows, *beside(Path(given.directory), given.schemas)])


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("directory", nargs="?")
    arguments.add_argument("--title", default="The directory")
    arguments.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000])
    arguments.add_argument(
        "--schemas", help="where kubeconform finds its schemas, as its -schema-location; else it is left out"
    )
    arguments.add_argument("--write", help="a page whose tables between the two marks are replaced")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made_of = []
        for one in tables(given, Path(folder)):
            print(one, flush=True)
            made_of.append(one)
    if given.write:
        page = Path(given.write)
        head, _, rest = page.read_text().partition("<!-- lint -->\n")
        _, _, tail = rest.partition("<!-- /lint -->\n")
        page.write_text(head + "<!-- lint -->\n" + "\n".join(made_of) + "<!-- /lint -->\n" + tail)


if __name__ == "__main__":
    main()
