"""Charts are handed to a helm, and what it prints is found again in its templates."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.fieldpath import FieldPath
from kplan.gitops import Repository, Tree
from kplan.helm import documents_of, template
from kplan.inputs.request import Chart, Request
from kplan.pipeline.applications import deployed
from kplan.pipeline.loading import load

_TEMPLATE = """\
{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: registry.example/web:1.0
        imagePullPolicy: Sometimes
{{- end }}
"""
_FILES = {
    "web/Chart.yaml": "apiVersion: v2\nname: shop-web\nversion: 0.1.0\n",
    "web/values.yaml": "enabled: true\nreplicas: 1\n",
    "web/templates/deployment.yaml": _TEMPLATE,
    "web/crds/crd.yaml": "# none\n",
    "prod.yaml": "replicas: -3\n",
}
_RENDERED = """\
---
# Source: shop-web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-web
spec:
  replicas: -3
  template:
    spec:
      containers:
      - name: main
        image: registry.example/web:1.0
---
# Source: shop-web/charts/part/templates/map.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: part
"""
LEFT_OUT = "no chart was rendered: put a helm into the PATH (python tools/helm_for_tests.py FOLDER)"
HELM = pytest.mark.usefixtures("helm")


@pytest.fixture
def helm() -> None:
    """A helm; in one place, so that one line says what was left out."""
    if shutil.which("helm") is None:
        pytest.skip(LEFT_OUT)


@pytest.fixture(autouse=True)
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _place(steps: Sequence[str | int], index: int = 0) -> str:
    document = documents_of(_RENDERED, "web").documents[index]
    return str(document.location(FieldPath.of(*steps)))


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        (("spec", "template", "spec", "containers", 0, "image"), "web/templates/deployment.yaml:15:16"),
        (("spec", "replicas"), "web/templates/deployment.yaml:8:3"),
        (("kind",), "web/templates/deployment.yaml:3:7"),
        (("metadata", "name"), "web/templates/deployment.yaml:5:3"),
        (("metadata",), "web/templates/deployment.yaml:4:1"),
    ],
)  # fmt: skip
def test_a_field_stands_in_its_template(steps: Sequence[str], place: str) -> None:
    assert _place(steps) == place


def test_what_comes_from_an_archive_within_stands_in_the_chart() -> None:
    assert _place(("kind",), 1) == "web/Chart.yaml"


def test_a_document_knows_its_chart() -> None:
    document = documents_of(_RENDERED, "web").documents[0]
    assert document.location().built_by == document.built_by == "web"


def test_without_helm_it_is_said_what_to_do(chart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(chart))
    with pytest.raises(UsageError, match="web: helm is not installed") as refused:
        template(Chart("web"))
    assert "helm template web web" in refused.value.hint
    monkeypatch.chdir(chart / "web")
    with pytest.raises(UsageError) as here:
        template(Chart("."))
    assert "helm template web ." in here.value.hint


@pytest.mark.parametrize("name", ["prod.yaml", "gone", "oci://registry.example/web", "repo/web"])
def test_nothing_is_fetched(name: str) -> None:
    with pytest.raises(UsageError, match="is no chart on this machine"):
        template(Chart(name))


def test_values_are_files() -> None:
    with pytest.raises(UsageError, match="no such file of values"):
        template(Chart("web", values=("https://example.com/v.yaml",)))


@HELM
def test_what_goes_with_a_chart_reaches_its_templates(
    chart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = '{{ .Capabilities.APIVersions.Has "example.org/v1" }} {{ .Capabilities.KubeVersion.Minor }} {{ .Values.a }}'
    (chart / "web/templates/deployment.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\n"
        f"metadata: {{name: {{{{ .Release.Name }}}}}}\ndata: {{said: {said!r}, in: {{{{ .Release.Namespace }}}}}}\n"
    )
    words = ["--helm", "web", "--helm-release", "shop", "--helm-namespace", "live", "--set", "a=b"]
    words += ["--helm-api-version", "example.org/v1", "--kubernetes-version", "1.34"]
    assert run(["dry-run", *words, "-o", "yaml"]) == 0
    printed = capsys.readouterr().out
    assert "said: true 34 b" in printed
    assert "name: shop" in printed
    assert "in: live" in printed


@pytest.mark.parametrize("words", [["--set", "a=b"], ["--helm-release", "a"], ["--helm-namespace", "a"]])
def test_what_goes_with_a_chart_needs_one(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", *words, "."]) == 2
    assert f"{words[0]} goes with --helm" in capsys.readouterr().err


@HELM
def test_a_chart_is_rendered_with_its_values() -> None:
    loaded = pipeline.load(Request(charts=(Chart("web", "shop", "live", ("prod.yaml",)),)))
    assert not loaded.diagnostics
    (one,) = loaded.objects
    assert (one.name, one.namespace, one.value["spec"]["replicas"]) == ("shop-web", "live", -3)


@HELM
def test_findings_name_the_template(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "--helm", "web", "--values", "prod.yaml", "--select", "API", "-o", "concise"]) == 1
    said = capsys.readouterr()
    assert "web/templates/deployment.yaml:8:3 (built by web): error API422: spec.replicas" in said.out
    assert "web/templates/deployment.yaml:16:26 (built by web): error API422" in said.out
    assert "built web" in said.err


@HELM
def test_what_helm_refuses_is_an_error(chart: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (chart / "web/Chart.yaml").write_text(
        "apiVersion: v2\nname: web\nversion: 0.1.0\n"
        "dependencies: [{name: part, version: 1.0.0, repository: 'https://example.com'}]\n"
    )
    assert run(["plan", "--helm", "web"]) == 2
    said = capsys.readouterr().err
    assert "web: error HELM001: helm cannot render it" in said
    assert "helm dependency build web" in said


@HELM
def test_the_configuration_names_kustomizations_and_charts(
    chart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (chart / "over").mkdir()
    (chart / "over/kustomization.yaml").write_text("resources: [m.yaml]\nnamePrefix: p-\n")
    (chart / "over/m.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    (chart / ".kplan.yaml").write_text(
        "inputs:\n- kustomize: over\n- helm: {chart: web, release: shop, values: prod.yaml}\n"
    )
    run(["lint", "--select", "API", "-o", "concise"])
    said = capsys.readouterr()
    assert "(deployment.apps/shop-web" in said.out
    assert "built over, web" in said.err


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: prod}
  source:
    repoURL: https://git.example/shop.git
    path: web
    helm:
      valueFiles: [../prod.yaml]
      valuesObject: {replicas: 4}
      parameters: [{name: replicas, value: "5"}]
"""


@HELM
def test_a_chart_of_an_application_is_rendered_with_its_values(chart: Path) -> None:
    (chart / "app.yaml").write_text(APPLICATION)
    ((one, loaded),) = deployed(load(Request(("app.yaml",))).objects, Repository(Tree("."))).applications
    (made,) = loaded.objects
    assert (made.name, made.namespace, made.value["spec"]["replicas"]) == ("shop-web", "prod", 5)
    (chart / "app.yaml").write_text(APPLICATION.split("      valuesObject", maxsplit=1)[0])
    ((_, loaded),) = deployed(load(Request(("app.yaml",))).objects, Repository(Tree("."))).applications
    assert loaded.objects[0].value["spec"]["replicas"] == -3
    assert one.title == "argocd/shop"


def test_an_application_whose_chart_nobody_can_render_is_warned_of(
    chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (chart / "app.yaml").write_text(APPLICATION)
    monkeypatch.setenv("PATH", str(chart))
    ((_, loaded),) = deployed(load(Request(("app.yaml",))).objects, Repository(Tree("."))).applications
    (said,) = loaded.diagnostics
    assert (said.rule, said.severity) == ("HELM001", Severity.WARNING)
    assert loaded.objects == []


_APPLICATIONS = """\
{{- range .Values.names }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  source: {repoURL: https://git.example.com/team/deploy.git, path: {{ . }}}
{{- end }}
"""


@HELM
@pytest.mark.parametrize("named", ["chart", "application"])
def test_applications_that_a_chart_makes_are_followed(
    chart: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    files = {
        "apps/Chart.yaml": "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
        "apps/values.yaml": "names: [one, two]\n",
        "apps/templates/all.yaml": _APPLICATIONS,
        "one/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\n",
        "two/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: second}\n",
        "root.yaml": APPLICATION.partition("  source:")[0]
        + "  source: {repoURL: https://git.example.com/team/deploy.git, path: apps}\n",
    }  # fmt: skip
    for name, text in files.items():
        (chart / name).parent.mkdir(parents=True, exist_ok=True)
        (chart / name).write_text(text)
    asked = ["--helm", "apps"] if named == "chart" else ["-f", "root.yaml"]
    assert run(["fleet", "plan", *asked]) == 0
    told = capsys.readouterr().out
    assert "+ configmap/first -n shop  create in application/argocd/one" in told
    assert "+ configmap/second -n shop  create in application/argocd/two" in told
