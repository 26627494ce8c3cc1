"""How fast lint is: documents a second with all rules, beside PyYAML reading the same text and doing nothing with it.

    python benchmarks/lint.py [DIRECTORY] [--repeat N]

Without a directory it lints a made set of a thousand applications (Deployment, Service, ConfigMap). One core, best of N.
With the server is what ``kplan lint`` does: decoding and validation as an API server would, then the rules.
Last, the wall time of fresh processes: Python alone, with PyYAML, ``kplan --version`` and a lint of one small file.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from kplan import pipeline
from kplan.lint.selection import LintOptions
from kplan.manifest.writer import to_yaml_documents

SMALL = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: value}\n"
STARTS = 10


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


def made(folder: str) -> str:
    for number in range(1000):
        (Path(folder) / f"{number}.yaml").write_text(application(number))
    return folder


def best(repeat: int, work: object) -> float:
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()  # type: ignore[operator]
        times.append(time.process_time() - start)
    return min(times)


def checked(directory: str) -> object:
    loaded = pipeline.load([directory], recursive=True)
    return pipeline.lint(loaded, LintOptions(), more=pipeline.check(loaded))


def print_starts(folder: str) -> None:
    """Print the best wall time of each; byte code is kept, as an installed package has it."""
    (Path(folder) / "config.yaml").write_text(SMALL)
    (Path(folder) / "application.yaml").write_text(application(1))
    rows = {
        "python": ["-c", "pass"],
        "python, import yaml": ["-c", "import yaml"],
        "kplan --version": ["-m", "kplan", "--version"],
        "kplan lint, a ConfigMap": ["-m", "kplan", "lint", f"{folder}/config.yaml"],
        "kplan lint, Deployment...": ["-m", "kplan", "lint", f"{folder}/application.yaml"],
    }
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name, arguments in rows.items():
        walls = []
        for _ in range(STARTS):
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], env=environment, check=False, capture_output=True)
            walls.append(time.perf_counter() - start)
        print(f"{name:26} {min(walls) * 1000:6.0f} ms wall")


def read_alone(directory: str) -> None:
    for path in Path(directory).rglob("*.y*ml"):
        try:
            list(yaml.load_all(path.read_text("utf-8", "replace"), yaml.CSafeLoader))
        except (yaml.YAMLError, ValueError):
            continue


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("directory", nargs="?")
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = given.directory or made(folder)
        loaded = pipeline.load([directory], recursive=True)
        findings = len(pipeline.lint(loaded, LintOptions()).diagnostics)
        count = max(1, len(loaded.objects))
        print(f"{count} objects, {findings} findings")
        rows = {
            "PyYAML C loader alone": lambda: read_alone(directory),
            "kplan: load": lambda: pipeline.load([directory], recursive=True),
            "kplan: load and lint": lambda: pipeline.lint(
                pipeline.load([directory], recursive=True), LintOptions()
            ),
            "kplan: and with the server": lambda: checked(directory),
        }
        for name, work in rows.items():
            seconds = best(given.repeat, work)
            print(f"{name:26} {count / seconds:8,.0f} docs/s  {seconds / count * 1e6:7.0f} us each")
    with tempfile.TemporaryDirectory() as folder:
        print_starts(folder)


if __name__ == "__main__":
    main()
