"""Objects of Argo CD and Flux say what they deliver, and one finding of several builds is told once."""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.cli.main import run

_OBJECTS = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec: {source: {repoURL: https://git.example/shop, path: deploy/web}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: many}
spec: {template: {spec: {sources: [{repoURL: https://charts.example, chart: db}]}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: ./apps, sourceRef: {kind: GitRepository, name: fleet}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cache}
spec: {chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: public}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: not}
"""
_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: nginx}]}\n"


def test_what_is_delivered_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(_OBJECTS)
    assert pipeline.load(["a.yaml"]).inputs.deliveries == (
        "Application web: deploy/web of https://git.example/shop",
        "ApplicationSet many: chart db of https://charts.example",
        "Kustomization apps: ./apps of GitRepository fleet",
        "HelmRelease cache: chart redis of HelmRepository public",
    )
    run(["lint", "a.yaml"])
    line = next(one for one in capsys.readouterr().err.splitlines() if "deliver" in one)
    assert line.startswith(
        "4 objects deliver what is not in the input (kplan fleet follows it): Application web: deploy/web"
    )
    assert line.endswith(" and 1 more")


@pytest.mark.parametrize("spec", ["spec: []", "spec: {source: 3, sources: x}", "spec: {template: 1}", ""])
def test_odd_objects_deliver_nothing(tmp_path: Path, spec: str) -> None:
    kinds = ("Application", "ApplicationSet")
    texts = [
        f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\n{spec}\n" for kind in kinds
    ]
    (tmp_path / "a.yaml").write_text("---\n".join(texts))
    assert pipeline.load([str(tmp_path)]).inputs.deliveries == ()


def test_what_is_wrong_in_a_base_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("base", "resources: [p.yaml]\n"),
        ("dev", "resources: [../base]\n"),
        ("prod", "resources: [../base]\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(text)
    (tmp_path / "base/p.yaml").write_text(_POD)
    found = [one for one in pipeline.lint(pipeline.load(["."])).findings if one.rule == "IMG001"]
    assert [(str(one.location), one.location and one.location.built_by) for one in found] == [
        ("base/p.yaml:4:38", "dev, prod")
    ]
