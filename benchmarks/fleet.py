"""Targets of 50 objects each: processor time a target and memory a process, as the number of targets grows.

python benchmarks/fleet.py [TARGETS ...]
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

OBJECTS = 50
_SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {{name: s{0}}}\nspec: {{selector: {{app: a{0}}}, ports: [{{port: 80}}]}}\n"
_DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a{0}}}\nspec:\n  replicas: {1}\n"
    "  selector: {{matchLabels: {{app: a{0}}}}}\n  template:\n    metadata: {{labels: {{app: a{0}}}}}\n"
    "    spec: {{containers: [{{name: web, image: 'registry.example.com/a{0}:1'}}]}}\n"
)


def make(folder: Path, targets: int) -> None:
    """Write folders of a target each; they differ in their replicas."""
    for number in range(targets):
        texts = [
            text
            for place in range(OBJECTS // 2)
            for text in (_SERVICE.format(place), _DEPLOYMENT.format(place, 1 + number % 5))
        ]
        target = folder / f"targets/t{number:04}"
        target.mkdir(parents=True)
        (target / "all.yaml").write_text("---\n".join(texts))
        (target / "kustomization.yaml").write_text("resources: [all.yaml]\n")


def measured(targets: int) -> tuple[float, float]:
    """Seconds of processor time, and MiB of the largest process, of a diff."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), targets)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = [
            "fleet",
            "diff",
            "--targets",
            "targets/*",
            "--jobs",
            "2",
            "--fail-on",
            "never",
            "-o",
            "json=out.json",
        ]
        subprocess.run([sys.executable, "-m", "kplan", *words], cwd=folder, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert len(json.loads((Path(folder) / "out.json").read_text())["fleet"]["targets"]) == targets
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def main() -> None:
    """Print a line for each number of targets."""
    for targets in [int(word) for word in sys.argv[1:]] or [50, 100, 200, 400]:
        seconds, memory = measured(targets)
        print(
            f"{targets:5} targets  {seconds:7.1f} s  {1000 * seconds / targets:6.1f} ms a target  {memory:6.0f} MiB at most"
        )


if __name__ == "__main__":
    main()
