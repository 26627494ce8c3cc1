"""``set selector`` changes one Service after the other, also behind what it cannot change, and says that at the end."""

from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.invocation import run

ONLY = "setting a selector is only supported for Services"
UNKNOWN = (
    'unable to decode "{path}": no kind "CronTab" is registered for version "stable.example.com/v1" in scheme '
    '"k8s.io/kubectl/pkg/scheme/scheme.go:28"'
)
CRON = "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: x}\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
ROOT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\n"


def _service(name: str) -> str:
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: 80}}]}}\n"


def _cluster() -> Cluster:
    metadata: dict[str, Any] = {"name": "s", "namespace": "default"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}}
    cluster = Cluster.of([service])
    cluster.settle(1)
    return cluster


@pytest.mark.parametrize(
    ("files", "local", "out", "err"),
    [
        ([_service("gone"), _service("s")], False, "service/s\n", 'Error from server (NotFound): services "gone" not found\n'),
        (
            [MAP, _service("gone"), _service("s")], False, "service/s\n",
            'Error from server (NotFound): configmaps "a" not found\nError from server (NotFound): services "gone" not found\n',
        ),
        ([ROOT, _service("s")], False, "service/s\n", f"error: {ONLY}\n"),
        (
            [MAP, ROOT, _service("gone"), _service("s")], False, "service/s\n",
            f'{ONLY}\n[configmaps "a" not found, services "gone" not found]\n',
        ),
        ([MAP, _service("one"), MAP, _service("two")], True, "service/one\nservice/two\n", f"{ONLY}\n{ONLY}\n"),
        ([MAP], True, "", f"error: {ONLY}\n"),
        ([CRON, MAP, _service("one")], True, "service/one\n", f"{ONLY}\n{UNKNOWN}\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_stops_nothing(
    files: list[str], local: bool, out: str, err: str, tmp_path: Path
) -> None:
    path = tmp_path / "given.yaml"
    path.write_text("---\n".join(files))
    words = ["set", "selector", "-f", str(path), "x=y", "-o", "name", *(["--local"] if local else [])]
    printed = run(words, _cluster().kubectl.context)
    assert (printed.stdout, printed.stderr, printed.exit) == (out, err.replace("{path}", str(path)), 1)
