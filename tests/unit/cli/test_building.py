"""``-k DIR``, kustomizations in folders that are read, and ``--no-build``."""

from pathlib import Path

import pytest

import running
from running import Kplan

_WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: -1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: "registry.example/web:1.0"}]
"""
_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: b}\n"
_FILES = {
    "deploy/base/kustomization.yaml": "resources: [web.yaml]\n",
    "deploy/base/web.yaml": _WEB,
    "deploy/overlays/prod/kustomization.yaml": "namePrefix: prod-\nresources: [../../base]\n",
    "deploy/other.yaml": _MAP.replace("NAME", "Other_"),
}


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kplan:
    monkeypatch.chdir(tmp_path)
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    return running.kplan


def _of_server(kplan: Kplan, *arguments: str) -> list[str]:
    ran = kplan("lint", "--select", "API", "-o", "concise", *arguments)
    return [line.partition(": Invalid value")[0] for line in ran.out.splitlines() if "API422" in line]


def test_a_finding_names_the_file_and_the_overlay(kplan: Kplan) -> None:
    assert _of_server(kplan, "-k", "deploy/overlays/prod") == [
        "deploy/base/web.yaml:5:13 (built by deploy/overlays/prod): error API422: spec.replicas"
    ]


def test_a_folder_is_built_and_the_rest_of_it_read(kplan: Kplan) -> None:
    assert _of_server(kplan, "deploy") == [
        "deploy/base/web.yaml:5:13 (built by deploy/overlays/prod): error API422: spec.replicas",
        "deploy/other.yaml:3:18: error API422: metadata.name",
    ]
    assert "built deploy/overlays/prod\n" in kplan("lint", "deploy").err


def test_without_building_files_are_read_as_they_are(kplan: Kplan) -> None:
    ran = kplan("lint", "--no-build", "deploy")
    assert "deploy/base/web.yaml:5:13: error API422" in ran.out
    assert "built" not in ran.err


@pytest.mark.parametrize("command", ["diff", "dry-run", "plan", "simulate"])
def test_other_commands_build_as_well(kplan: Kplan, command: str) -> None:
    ran = kplan(command, "-k", "deploy/overlays/prod")
    assert 'The Deployment "prod-web" is invalid' in ran.out + ran.err or "spec.replicas" in ran.out + ran.err


def test_a_folder_that_is_named_must_be_one_that_can_be_built(kplan: Kplan) -> None:
    ran = kplan("plan", "-k", "deploy")
    assert ran.code == 2
    assert "unable to find one of 'kustomization.yaml'" in ran.err


def test_a_kustomization_that_is_found_may_need_what_is_not_there(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "deploy/base/kustomization.yaml").write_text("resources: ['https://example.com/x?ref=1']\n")
    ran = kplan("lint", "deploy", "-o", "concise")
    said = "remote base 'https://example.com/x?ref=1' is not fetched: vendor a copy next to the tree and name its folder"
    assert f"deploy/base/kustomization.yaml:1:13: info KUS001: {said}\n" in ran.out
    assert "deploy/base/web.yaml:5:13: error API422" in ran.out
