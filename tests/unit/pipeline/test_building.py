"""Folders with a kustomization: their objects, and where each of their fields is written."""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.inputs.request import Request
from kplan.lint.selection import LintOptions
from kplan.pipeline.unbuilt import refusal

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
"""


def _tree(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_an_object_stands_where_its_base_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tree(tmp_path, {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": f"# two\n---\n{_DEPLOYMENT}",
        "prod/kustomization.yaml": "namePrefix: prod-\nresources: [../base]\n",
    })  # fmt: skip
    monkeypatch.chdir(tmp_path)
    loaded = pipeline.build("prod")
    assert [str(one.key) for one in loaded.objects] == ["deployment.apps/prod-web"]
    origin = loaded.objects[0].origin
    assert origin is not None
    place = origin.location(FieldPath.of("spec", "replicas"))
    assert (str(place), place.built_by) == ("base/web.yaml:8:13", "prod")
    assert origin.source.name == "prod"


def test_what_cannot_be_built_is_an_error_in_the_words_of_kustomize(tmp_path: Path) -> None:
    _tree(tmp_path, {"prod/kustomization.yaml": "resources: [gone.yaml]\n"})
    loaded = pipeline.build(str(tmp_path / "prod"))
    assert not loaded.objects
    (said,) = loaded.diagnostics
    assert said.rule == "KUS001"
    assert said.message.startswith(
        "accumulating resources: accumulation err='accumulating resources from 'gone"
    )
    assert said.location is not None
    assert said.location.file == str(tmp_path / "prod/kustomization.yaml")


def test_what_cannot_be_built_is_said_alike_on_every_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tree(tmp_path, {"prod/kustomization.yaml": "configMapGenerator:\n- name: a\n  envs: [.env]\n"})
    monkeypatch.chdir(tmp_path)
    (said,) = pipeline.build("prod").diagnostics
    assert said.message == (
        "loading KV pairs: env source files: [.env]: evalsymlink failure on 'prod/.env' : lstat prod/.env: no such file or directory"
    )
    assert str(said.location) == "prod/kustomization.yaml:3:10"


def test_a_deprecated_field_is_pointed_at(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        {"kustomization.yaml": "resources: [web.yaml]\ncommonLabels: {a: b}\n", "web.yaml": _DEPLOYMENT},
    )
    (said,) = [one for one in pipeline.build(str(tmp_path)).diagnostics if one.rule == "KUS002"]
    assert str(said.location) == f"{tmp_path}/kustomization.yaml:2:1"


def test_what_one_folder_is_built_of_does_not_hide_the_files_of_another_that_is_not_built(
    tmp_path: Path,
) -> None:
    _tree(tmp_path, {
        "broken/kustomization.yaml": "resources: [web.yaml, gone.yaml]\npatches: [{path: fewer.yaml}]\n",
        "broken/web.yaml": _DEPLOYMENT,
        "broken/fewer.yaml": _DEPLOYMENT,
        "whole/kustomization.yaml": "resources: [web.yaml]\n",
        "whole/web.yaml": _DEPLOYMENT,
    })  # fmt: skip
    loaded = pipeline.load(Request((str(tmp_path),), build=True))
    places = {one.origin.source.name for one in loaded.objects if one.origin}
    assert places == {str(tmp_path / "broken/web.yaml"), str(tmp_path / "whole")}
    assert {Path(one.path).name: one.what for one in loaded.inputs.skipped} == {
        "kustomization.yaml": "kustomization", "fewer.yaml": "patch",
    }  # fmt: skip


def test_parts_of_a_folder_that_needs_more_than_its_own_files_are_built_by_themselves(tmp_path: Path) -> None:
    _tree(tmp_path, {
        "kustomization.yaml": "resources: [apps, 'https://example.com/crds.yaml']\n",
        "apps/kustomization.yaml": "resources: [web, charts]\n",
        "apps/charts/kustomization.yaml": "helmCharts: [{name: db}]\n",
        "apps/web/kustomization.yaml": "configMapGenerator: [{name: settings, literals: [a=b]}]\nresources: [web.yaml]\n",
        "apps/web/web.yaml": _DEPLOYMENT,
    })  # fmt: skip
    loaded = pipeline.load(Request((str(tmp_path),), build=True))
    assert sorted(str(one.key).partition("-")[0] for one in loaded.objects) == [
        "configmap/settings",
        "deployment.apps/web",
    ]
    assert {one.origin.source.name for one in loaded.objects if one.origin} == {str(tmp_path / "apps/web")}
    said = [(one.location.file, one.severity) for one in loaded.diagnostics if one.location]
    assert said == [(str(tmp_path / "apps/charts/kustomization.yaml"), Severity.INFO)]


def test_a_part_of_a_workload_that_no_kustomization_beside_it_names_is_a_patch(tmp_path: Path) -> None:
    part = _DEPLOYMENT.replace("replicas: 1", "template: {spec: {imagePullSecrets: [{name: a}]}}")
    _tree(tmp_path, {
        "default/kustomization.yaml": "resources: [web.yaml]\n",
        "default/web.yaml": _DEPLOYMENT,
        "default/pull_secret.yaml": part,
        "other/pull_secret.yaml": part,
    })  # fmt: skip
    loaded = pipeline.load(Request((str(tmp_path),), build=True))
    assert [(Path(one.path).parent.name, one.what) for one in loaded.inputs.skipped] == [("default", "patch")]
    assert len(loaded.objects) == 2


def test_what_generators_of_a_folder_make_that_cannot_be_built_may_be_named(tmp_path: Path) -> None:
    _tree(tmp_path, {
        "kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{name: made, envs: [not-in-git.env]}]\n",
        "web.yaml": """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: a, image: 'b:1', envFrom: [{configMapRef: {name: made}}, {configMapRef: {name: gone}}]}]}
""",
    })  # fmt: skip
    report = pipeline.lint(
        pipeline.load(Request((str(tmp_path),), build=True)), LintOptions(select=("REF001",))
    )
    said = [one.message for one in report.findings if one.rule == "REF001"]
    assert said == ["ConfigMap 'gone' is not defined in the input"]


def test_why_a_folder_cannot_be_built_is_said_where_the_cause_is(tmp_path: Path) -> None:
    _tree(tmp_path, {
        "kustomization.yaml": "resources: [apps]\n",
        "apps/kustomization.yaml": "resources: [web]\n",
        "apps/web/kustomization.yaml": "resources: [gone.yaml]\n",
    })  # fmt: skip
    loaded = pipeline.load(Request((str(tmp_path),), build=True))
    (said,) = loaded.diagnostics
    assert said.location is not None
    assert said.location.file == str(tmp_path / "apps/web/kustomization.yaml")


def test_a_path_is_shortened_where_it_begins_here_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tree(tmp_path, {"kustomization.yaml": "resources: [gone.yaml]\n"})
    monkeypatch.chdir(tmp_path)
    text = f"file '{tmp_path}/gone.yaml' and /other{tmp_path}/gone.yaml"
    assert refusal(".", text).message == f"file 'gone.yaml' and /other{tmp_path}/gone.yaml"
