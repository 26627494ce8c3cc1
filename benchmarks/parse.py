"""How fast manifests are read: kplan beside the YAML libraries it could have been built on.

    python benchmarks/parse.py [DIRECTORY] [--repeat N]

Without a directory it reads a mixed set of documents made here. One core, best of N; a library that is not installed
is left out. ``misread`` counts documents whose value differs from kubectl's (YAML 1.1 words, octals, merge keys...):
a faster parser is of no use where it reads another file than the cluster does.
"""

import argparse
import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from kplan.manifest.parser import parse_documents
from kplan.manifest.stream import split
from kplan.manifest.writer import to_yaml


def made() -> list[str]:
    container = {
        "name": "web", "image": "registry.example.com/shop/web:1.4.2", "ports": [{"containerPort": 8080, "name": "http"}],
        "env": [{"name": f"OPTION_{n}", "value": f"value {n}"} for n in range(6)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5},
    }  # fmt: skip
    labels = {"app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "shop"}
    kinds: list[dict[str, Any]] = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": labels},
         "spec": {"replicas": 3, "selector": {"matchLabels": labels},
                  "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "labels": labels},
         "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": "http"}]}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"},
         "data": {"config.ini": "[server]\nport = 8080\ndebug = off\n" * 5, "mode": "on"}},
    ]  # fmt: skip
    return [to_yaml(kind) for kind in kinds] * 400


def documents(directory: str | None) -> list[str]:
    if not directory:
        return made()
    paths = [
        path
        for path in sorted(Path(directory).rglob("*"))
        if path.suffix in {".yaml", ".yml"} and path.is_file()
    ]
    texts = (path.read_text("utf-8", "replace") for path in paths)
    return [chunk.text for text in texts for chunk in split(text) if chunk.text.strip()]


def kplan_value(text: str) -> Any:
    parsed = parse_documents(text)
    return parsed.documents[0].value if parsed.documents else None


def readers() -> dict[str, Callable[[str], Any]]:
    found: dict[str, Callable[[str], Any]] = {
        "PyYAML C loader": lambda text: yaml.load(text, yaml.CSafeLoader),
        "kplan": kplan_value,
    }
    for name, module, function in (("ryaml", "ryaml", "loads"), ("py-yaml12", "yaml12", "parse_yaml")):
        try:
            found[name] = getattr(importlib.import_module(module), function)
        except ImportError:
            continue
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("directory", nargs="?")
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    texts = documents(given.directory)
    print(f"{len(texts)} documents, {sum(map(len, texts)) / max(1, len(texts)):.0f} characters each")
    expected = [kplan_value(text) for text in texts]
    rate: dict[str, float] = {}
    for name, read in readers().items():
        sample = texts[:: 10 if "round trip" in name else 1]
        times, refused = [], 0
        for _ in range(given.repeat):
            start = time.process_time()
            refused = sum(not _reads(read, text) for text in sample)
            times.append(time.process_time() - start)
        rate[name] = len(sample) / min(times)
        wrong = sum(_misreads(read, text, value) for text, value in zip(texts[:500], expected, strict=False))
        factor = rate[name] / rate.get("PyYAML C loader", rate[name])
        print(
            f"{name:24} {rate[name]:9,.0f} docs/s  {factor:5.2f}x PyYAML  refused {refused}  misread {wrong} of 500"
        )
    start = time.process_time()
    size = sum(len(to_yaml(value)) for value in expected)
    print(
        f"{'kplan writer':24} {len(texts) / (time.process_time() - start):9,.0f} docs/s  ({size / 1e6:.1f} MB)"
    )


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except Exception:  # noqa: BLE001 - every library raises its own
        return False
    return True


def _misreads(read: Callable[[str], Any], text: str, expected: Any) -> bool:
    try:
        return bool(read(text) != expected)
    except Exception:  # noqa: BLE001 - every library raises its own
        return expected is not None


if __name__ == "__main__":
    main()
