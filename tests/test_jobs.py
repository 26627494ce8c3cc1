"""Lint says the same, byte for byte, with any number of processes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kplan.cli import jobs, main

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{0}}}
spec:
  replicas: {0}
  selector: {{matchLabels: {{app: web-{0}}}}}
  template:
    metadata: {{labels: {{app: web-{1}}}}}
    spec:
      containers:
      - {{name: web, image: "web", ports: [{{containerPort: {2}}}], envFrom: [{{configMapRef: {{name: settings-{1}}}}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web-{0}}}
spec: {{selector: {{app: web-{1}}}, ports: [{{port: 80}}], typo: 1}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings-{0}}}
data: {{text: "{3}", number: {0}}}
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {1}s.g{0}.example.com}}
spec:
  group: g{0}.example.com
  names: {{kind: {2}, plural: {1}s}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: {3}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations: [{{rule: "self.size > {0}", message: "too small"}}]
            properties: {{size: {{type: integer, description: "{4}"}}}}
"""
GENERATED = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: Too_Long-}\nspec: {}\n"
RESOURCE = "apiVersion: g{0}.example.com/v1\nkind: {1}\nmetadata: {{name: a}}\nspec: {{size: {2}{3}}}\n"


def _files() -> Iterator[tuple[str, str]]:
    filler = "x" * 40_000
    for number in range(40):
        yield f"web/{number}.yaml", DEPLOYMENT.format(number, number % 7, 70_000 * (number % 3), filler)
    for number in range(30):
        group, other = number % 9, number % 4
        for kind in ("Widget", "Gadget"):
            name = kind.lower()
            valid = "true" if number % 5 or kind == "Widget" else "null"
            yield (
                f"crds/{number}-{name}.yaml",
                DEFINITION.format(group, name, kind, valid, filler if other else ""),
            )
            yield (
                f"crds/{number}-{name}-one.yaml",
                RESOURCE.format(group, kind, number % 12, ", other: 1" if other else ""),
            )
    yield "broken.yaml", "apiVersion: v1\nkind: [\n" + "# " * 8_000
    yield "bytes.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \udce9}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("repository")
    for name, text in _files():
        path = made / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode(errors="surrogateescape"))
    return made


@pytest.mark.parametrize(
    "words", [(), ("--show-unknown", "--preset", "strict", "--kubernetes-version", "1.30")]
)
def test_any_number_of_processes_says_the_same(
    folder: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    said = []
    for number in ("1", "2", "3", "5"):
        code = main.run(["lint", *words, "-o", "json", "--jobs", number])
        said.append((code, *capsys.readouterr()))
    assert "too small" in said[0][1]
    assert said[1:] == said[:1] * 3


def test_what_is_said_of_an_object_depends_on_no_definition_of_another_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("job.yaml").write_text(GENERATED)
    said = []
    for group in range(3):
        tmp_path.joinpath(f"{group}.yaml").write_text(
            DEFINITION.format(group, "widget", "Widget", "true", "")
        )
        main.run(["lint", "--no-cache", "--select", "API", "-o", "json", "."])
        said.append([one["message"] for one in json.loads(capsys.readouterr()[0])["findings"]])
    assert any("Too_Long" in one for one in said[0])
    assert said[1:] == said[:1] * 2


def test_the_default_is_what_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    monkeypatch.setattr(jobs, "_LIMITS", (str(tmp_path / "missing"), str(quota)))
    monkeypatch.setattr(jobs.os, "sched_getaffinity", lambda _: set(range(6)))
    for text, expected in (
        ("max 100000", 6),
        ("150000 100000", 2),
        ("10000 100000", 1),
        ("-1", 6),
        ("900000 100000", 6),
        ("", 6),
    ):
        quota.write_text(text)
        assert jobs.cores() == expected, text
    quota.unlink()
    assert jobs.cores() == 6
